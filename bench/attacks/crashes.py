"""The database killed under writes: what was acknowledged is there when it is back.

    python -m bench.attacks.crashes --crashes 20 [--programs FOLDER]

Every other time the server is stopped at once, else every process of it gets kill -9, while two
desks edit and publish over HTTP and an import is under way. Prints one line of counts; fails
where something acknowledged is lost, rows contradict each other, or the record does not verify.
"""

import argparse
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from bench.attacks.application import Application, application
from bench.attacks.batches import WHOLE, batch, batch_sizes, half_imported
from bench.attacks.cluster import cluster
from bench.attacks.desk import await_work, desks
from bench.attacks.downloads import Download
from bench.attacks.invariants import broken, lost
from bench.attacks.setup import set_up, verdict


class Crashes:
    """One run against one site."""

    def __init__(self, site: Application, seed: dict[str, Any], chance: random.Random) -> None:
        self.site, self.seed, self.chance = site, seed, chance
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []

    def run(self, count: int) -> None:
        working = desks(self.site, self.seed, 2)
        download = Download(self.site)
        download.start()
        for number in range(count):
            importing = self._import(number)
            await_work(working, self.chance.uniform(0, 1))
            if number % 2:
                self.site.cluster.kill()
            else:
                self.site.cluster.stop("immediate")
            self.counts["crashes"] += 1
            importing.communicate()
            code = importing.returncode
            self.site.cluster.start()
            self._check_import(number, code)
        self.site.await_answer()
        ledgers = [desk.stop() for desk in working]
        self.faults += download.stop()
        self.counts["downloads"] = download.whole
        for ledger in ledgers:
            self.counts["acknowledged"] += ledger.acknowledged
            self.counts["left open"] += sum(ledger.open.values())
            self.counts["told to come back"] += ledger.answers[503]
            self.faults += ledger.faults
        with self.site.cluster.connect() as connection:
            self.faults += [f"Lost: {one}" for one in lost(connection, ledgers)]
            self.faults += broken(connection)
        try:
            self.site.manage("verifyrecord")
        except RuntimeError as error:
            self.faults.append(str(error))

    def _import(self, number: int) -> subprocess.Popen[bytes]:
        file = self.site.folder / f"batch-{number}.json"
        file.write_text(batch(number))
        output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        process = self.site.command("manage.py", "importfixture", file, **output)
        assert process.stderr
        process.stderr.readline()
        return process

    def _check_import(self, number: int, code: int) -> None:
        with self.site.cluster.connect() as connection:
            self.faults += half_imported(connection, number, code)
            self.counts["imports that were in"] += batch_sizes(connection, number) == WHOLE


def attack(
    crashes: int, *, programs: Path | None = None, claims: int | None = None, seed: int = 0
) -> tuple[str, list[str]]:
    """The counts, and what went wrong."""
    with cluster(programs) as server, application(server) as site:
        run = Crashes(site, site.seed(claims), random.Random(seed))
        site.start()
        run.run(crashes)
    told = ", ".join(f"{count} {what}" for what, count in run.counts.items())
    return told, run.faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--crashes", type=int, default=20)
    parser.add_argument("--programs", type=Path, help="Another PostgreSQL's, as of Debian.")
    parser.add_argument("--seed", type=int, default=0)
    options: Any = parser.parse_args()
    set_up()
    print(f"Crashing {options.crashes} times", file=sys.stderr)
    verdict("crashes", *attack(options.crashes, programs=options.programs, seed=options.seed))


if __name__ == "__main__":
    main()
