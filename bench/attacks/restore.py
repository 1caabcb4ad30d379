"""Backup and restore, as docs/operations.md says: under traffic, into nothing, and compared.

    python -m bench.attacks.restore --claims 200000

Twice: with `pg_dump` in its custom format, and with a base backup and archived WAL. While a desk
edits and publishes, the backup is made; then the desk stops, the digest of every table is taken,
and the data folder goes. A dump holds what was acknowledged before it began; a base backup with
its WAL everything. Prints one line of counts; fails where digests differ, the record does not
verify, or the restore takes longer than --within.
"""

import argparse
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from bench.attacks.application import Application, application
from bench.attacks.cluster import (
    DATABASE,
    OWNER,
    Cluster,
    cluster,
    give_away,
    run_as_server_user,
)
from bench.attacks.desk import await_work, desks
from bench.attacks.invariants import broken, digests, lost
from bench.attacks.multiplying import multiply
from bench.attacks.setup import set_up, verdict

JOBS = "2"
SAMPLES = 20


class Drill:
    """One database, backed up and restored in both ways."""

    def __init__(self, site: Application, seed: dict[str, Any]) -> None:
        self.site, self.seed, self.server = site, seed, site.cluster
        self.faults: list[str] = []
        self.told: list[str] = []

    def dump(self) -> None:
        """What docs/operations.md does every night."""
        [desk] = desks(self.site, self.seed, 1)
        await_work([desk], 0)
        file = self.server.home / "factcheck.dump"
        ledger = desk.ledger
        before = (len(ledger.edits), dict(ledger.moves), len(ledger.published))
        took = timed(self.server, "pg_dump", *self._as_owner(), "-Fc", "-f", file, DATABASE)
        await_work([desk], 0)
        desk.stop()
        self.faults += ledger.faults
        # The digests to compare with are those of a dump of the same moment: nobody writes now.
        timed(self.server, "pg_dump", *self._as_owner(), "-Fc", "-f", f"{file}.still", DATABASE)
        expected = self._digests()
        self.site.stop()
        size = file.stat().st_size >> 20
        self._wipe()
        restored = self._restore(Path(f"{file}.still"))
        self._compare("dump", expected)
        self._wipe()
        self._restore(file)
        with self.server.connect() as connection:
            self.faults += broken(connection)
            ledger.edits, ledger.published = ledger.edits[: before[0]], []
            ledger.moves.clear()
            ledger.moves.update(before[1])
            self.faults += [f"Not in the dump: {one}" for one in lost(connection, [ledger])]
        self._verify()
        self.told += [f"dump {took:.1f} s, {size} MiB, restored in {restored:.1f} s"]
        self.restored = restored

    def base_backup(self) -> None:
        """A base backup and the WAL since then, as it is archived all day."""
        archive, backup = self.server.home / "wal", self.server.home / "base"
        self.site.start()
        [desk] = desks(self.site, self.seed, 1)
        await_work([desk], 0)
        took = timed(
            self.server,
            *("pg_basebackup", "-h", self.server.home, "-U", "postgres", "-D", backup),
            *("--checkpoint=fast", "--wal-method=none"),
        )
        await_work([desk], 0)
        ledger = desk.stop()
        self.faults += ledger.faults
        expected = self._digests()
        with self.server.connect() as connection:
            connection.execute("SELECT pg_switch_wal()")
            await_archive(connection, archive)
        self.site.stop()
        self.server.kill()
        shutil.rmtree(self.server.data)
        start = time.monotonic()
        run_as_server_user("cp", "-a", backup, self.server.data)
        (self.server.data / "recovery.signal").touch()
        with (self.server.data / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"restore_command = 'cp {archive}/%f %p'\n")
        give_away(self.server.data).chmod(0o700)
        self.server.start()
        await_promotion(self.server)
        restored = time.monotonic() - start
        self._compare("base backup", expected)
        with self.server.connect() as connection:
            self.faults += [f"Not restored: {one}" for one in lost(connection, [ledger])]
        self._verify()
        self.told += [f"base backup {took:.1f} s, restored in {restored:.1f} s"]

    def _as_owner(self) -> list[str]:
        return ["-h", str(self.server.home), "-U", OWNER]

    def _wipe(self) -> None:
        """As if the machine was gone; the roles come back from docs/operations.md."""
        with self.server.connect(dbname="postgres") as connection:
            connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _restore(self, file: Path) -> float:
        where = ["-h", str(self.server.home), "-U", "postgres", "-d", DATABASE]
        return timed(self.server, "pg_restore", *where, "--jobs", JOBS, "--exit-on-error", file)

    def _digests(self) -> dict[str, str]:
        with self.server.connect() as connection:
            return digests(connection)

    def _compare(self, what: str, expected: dict[str, str]) -> None:
        found = self._digests()
        for table in expected.keys() | found.keys():
            if expected.get(table) != found.get(table):
                values = f"{expected.get(table)}, {found.get(table)}"
                self.faults.append(f"{what}: {table} is another: {values}")

    def _verify(self) -> None:
        try:
            print(self.site.manage("verifyrecord").strip(), file=sys.stderr)
        except RuntimeError as error:
            self.faults.append(str(error))


def timed(server: Cluster, name: str, *arguments: str | Path) -> float:
    start = time.monotonic()
    server.run(name, *arguments)
    return time.monotonic() - start


def await_archive(connection: Any, archive: Path) -> None:
    """Until the segment that was written last has been archived."""
    [name] = connection.execute("SELECT pg_walfile_name(pg_current_wal_lsn() - 1)").fetchone()
    end = time.monotonic() + 60
    while not (archive / name).exists():
        if time.monotonic() > end:
            raise RuntimeError(f"{name} is not archived")
        time.sleep(0.05)


def await_promotion(server: Cluster, seconds: float = 120) -> None:
    """Until all that was archived is back, and the server takes writes."""
    end = time.monotonic() + seconds
    while True:
        with server.connect() as connection:
            [is_behind] = connection.execute("SELECT pg_is_in_recovery()").fetchone() or [True]
        if not is_behind:
            return
        if time.monotonic() > end:
            raise RuntimeError("The restored server is still in recovery.")
        time.sleep(0.05)


def attack(claims: int, *, within: float, programs: Path | None = None) -> tuple[str, list[str]]:
    """The counts, and what went wrong."""
    with cluster(programs) as server:
        archive = server.home / "wal"
        archive.mkdir()
        give_away(archive)
        server.stop()
        server.options += " -c archive_mode=on" + (
            f" -c 'archive_command=test ! -f {archive}/%f && cp %p {archive}/%f'"
        )
        server.start()
        with application(server) as site:
            seed = site.seed(SAMPLES)
            with server.connect() as connection:
                count = multiply(connection, claims // SAMPLES - 1)
            print(f"{count} claims", file=sys.stderr)
            site.start()
            drill = Drill(site, seed)
            drill.dump()
            if drill.restored > within:
                drill.faults.append(f"The restore took {drill.restored:.0f} s")
            drill.base_backup()
    return f"{count} claims; {'; '.join(drill.told)}", drill.faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=200_000)
    parser.add_argument("--within", type=float, default=60, help="Seconds for the restore.")
    parser.add_argument("--programs", type=Path, help="Another PostgreSQL's, as of Debian.")
    options: Any = parser.parse_args()
    set_up()
    found = attack(options.claims, within=options.within, programs=options.programs)
    verdict("restore", *found)


if __name__ == "__main__":
    main()
