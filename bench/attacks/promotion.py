"""A standby is promoted while an editor writes: the site goes on, and what is lost is counted.

    python -m bench.attacks.promotion

A base backup becomes a streaming standby, which serves readers; the desk's address names both
servers. First replay on the standby is paused: an editor sees at once what he has saved. Then the
primary is killed under writes and the standby promoted, twice: with synchronous replication
nothing that was acknowledged may be gone; without, and with the stream cut a moment before, no
more than what was acknowledged since the cut. Prints one line of counts; fails where the desk
cannot write again within --within seconds of the kill, or the record does not verify.
"""

import argparse
import copy
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.attacks.application import Application, application
from bench.attacks.cluster import (
    APPLICATION,
    DATABASE,
    SUPERUSER,
    Cluster,
    cluster,
    give_away,
    usual_place,
)
from bench.attacks.desk import Desk, Ledger, await_work
from bench.attacks.invariants import broken, lost
from bench.attacks.setup import set_up, verdict

PAUSED_SECONDS, CUT_SECONDS = 10, 1
CLAIMS = 12
# Of what an editor sends to a server that has lost what his form was made of.
CONFLICT = "Status 409 "


class OwnWrites(Desk):
    """A desk that looks at each text which it has saved."""

    looked = 0

    def _edit(self, slug: str, pk: int, page: Any) -> None:
        from tests.admin.pages import fields_of

        super()._edit(slug, pk, page)
        _slug, text = self.ledger.edits[-1]
        again = self._answer(self.researcher.get(f"/admin/claims/claim/{pk}/change/"), 200)
        shown = fields_of(again.text, "claim_form")["statement_en"]
        self.looked += 1
        if shown != text:
            self.ledger.faults.append(f"An editor saved {text!r} and was shown {shown!r}")


@contextmanager
def standby_of(primary: Cluster, name: str) -> Iterator[Cluster]:
    """A copy that follows, with a slot of this name."""
    home = Path(tempfile.mkdtemp(prefix="attack-", dir=usual_place()))
    made = Cluster(give_away(home), primary.programs)
    try:
        made.run(
            "pg_basebackup",
            *("-h", primary.home, "-U", SUPERUSER, "-D", made.data, "--checkpoint=fast"),
            *("--write-recovery-conf", "--create-slot", "--slot", name),
        )
        made.start()
        yield made
    finally:
        made.kill()
        shutil.rmtree(home)


class Promotion:
    """The desk of one site, whose primary is lost."""

    def __init__(self, site: Application, within: float) -> None:
        self.site, self.within = site, within
        self.told: list[str] = []
        self.faults: list[str] = []

    def start(self, seeded: dict[str, Any], primary: Cluster, standby: Cluster) -> OwnWrites:
        """The site on these two servers, and its desk at work."""
        self.site.stop()
        self.site.environment |= {
            "DATABASE_URL": address(primary, standby),
            "READER_DATABASE_URL": f"{standby.url(APPLICATION)} {primary.url(APPLICATION)}",
        }
        self.site.start()
        desk = OwnWrites(self.site, seeded["people"], dict(list(seeded["claims"].items())[:10]))
        desk.start()
        await_work([desk], 0)
        return desk

    def paused(self, desk: OwnWrites, standby: Cluster) -> None:
        before = desk.looked
        with standby.connect() as connection:
            connection.execute("SELECT pg_wal_replay_pause()")
            await_work([desk], PAUSED_SECONDS)
            connection.execute("SELECT pg_wal_replay_resume()")
        self.told.append(f"{desk.looked - before} own writes read while replay was paused")
        if desk.looked == before:
            self.faults.append("Nobody looked at what he had saved")

    def synchronous(self, desk: OwnWrites, primary: Cluster, standby: Cluster) -> None:
        with primary.connect() as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            await_state(connection, "sync")
        await_work([desk], 1)
        ledger = self.promote(desk, primary, standby, "synchronous")
        gone = self.gone(standby, ledger)
        self.faults += [f"synchronous: lost {one}" for one in gone]
        self.faults += ledger.faults
        self.told.append(f"{ledger.acknowledged} acknowledged, {len(gone)} lost")
        with standby.connect() as connection:
            connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
            connection.execute("SELECT pg_reload_conf()")

    def asynchronous(self, desk: OwnWrites, primary: Cluster, standby: Cluster) -> None:
        await_work([desk], 1)
        with primary.connect() as connection:
            await_state(connection, "async")
        with standby.connect() as connection:
            connection.execute("ALTER SYSTEM SET primary_conninfo = ''")
            connection.execute("SELECT pg_reload_conf()")
        # It fetches nothing more, after what is under way.
        before = copy.deepcopy(desk.ledger)
        await_work([desk], CUT_SECONDS)
        since = desk.ledger.acknowledged - before.acknowledged
        ledger = self.promote(desk, primary, standby, "asynchronous")
        self.faults += [fault for fault in ledger.faults if not fault.startswith(CONFLICT)]
        gone = self.gone(standby, ledger)
        early = self.gone(standby, before)
        self.faults += [f"asynchronous: lost from before the cut: {one}" for one in early]
        told = f"{ledger.acknowledged} acknowledged, {len(gone)} lost of the {since} since the cut"
        self.told.append(told)

    def promote(self, desk: OwnWrites, primary: Cluster, standby: Cluster, name: str) -> Ledger:
        """Kills the primary, and gives what was acknowledged until the desk wrote again."""
        primary.kill()
        start = time.monotonic()
        standby.promote()
        promoted = time.monotonic() - start
        await_work([desk], 0)
        written = time.monotonic() - start
        self.told.append(f"{name}: promoted in {promoted:.2f} s, written to after {written:.2f} s")
        if written > self.within:
            self.faults.append(f"{name}: nothing was written for {written:.1f} s")
        print(self.told[-1], file=sys.stderr)
        await_work([desk], 2)
        ledger = desk.stop()
        self.site.cluster = standby
        with standby.connect() as connection:
            self.faults += broken(connection)
        try:
            self.site.manage("verifyrecord")
        except RuntimeError as error:
            self.faults.append(str(error))
        return ledger

    def gone(self, server: Cluster, ledger: Ledger) -> list[str]:
        with server.connect() as connection:
            return lost(connection, [ledger])


def address(*servers: Cluster) -> str:
    """Of whichever of them takes writes: the driver asks each."""
    hosts = quote(",".join(str(server.home) for server in servers), safe="")
    return f"postgres://{APPLICATION}@/{DATABASE}?host={hosts}&target_session_attrs=read-write"


def await_state(connection: Any, state: str, seconds: float = 30) -> None:
    """Until the standby follows in this way."""
    end = time.monotonic() + seconds
    query = "SELECT FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = %s"
    while connection.execute(query, [state]).fetchone() is None:
        if time.monotonic() > end:
            raise RuntimeError(f"No standby follows, {state}.")
        time.sleep(0.05)


def attack(within: float, claims: int = CLAIMS) -> tuple[str, list[str]]:
    """The counts, and what went wrong."""
    with cluster() as first, application(first) as site, ExitStack() as standbys:
        seeded = site.seed(claims)
        run = Promotion(site, within)
        second = standbys.enter_context(standby_of(first, "second"))
        desk = run.start(seeded, first, second)
        run.paused(desk, second)
        run.synchronous(desk, first, second)
        third = standbys.enter_context(standby_of(second, "third"))
        run.asynchronous(run.start(seeded, second, third), second, third)
        site.stop()
    return "; ".join(run.told), run.faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--within", type=float, default=5, help="Seconds without writes.")
    options: Any = parser.parse_args()
    set_up()
    verdict("promotion", *attack(options.within))


if __name__ == "__main__":
    main()
