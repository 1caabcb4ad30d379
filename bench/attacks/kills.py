"""kill -9 of the application at random moments: what it has acknowledged is there.

    python -m bench.attacks.kills --kills 200

Half of the kills hit gunicorn's workers while two desks edit and publish and a reader downloads
the record; a quarter hit `importfixture`, a quarter exports to files. Prints one line of counts,
and fails where an acknowledged edit is lost, a file of claims came in by half, or a file was
written by half under its name.
"""

import argparse
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.attacks.application import Application, application
from bench.attacks.batches import WHOLE, batch, batch_sizes, half_imported
from bench.attacks.browser import NoAnswer
from bench.attacks.cluster import cluster
from bench.attacks.desk import await_work, desks
from bench.attacks.downloads import Download, is_whole
from bench.attacks.invariants import broken, lost
from bench.attacks.setup import set_up, verdict

EXPORTS: dict[str, list[str]] = {
    "package": ["exportrecord", "--package"],
    "record": ["exportrecord", "--history", "--output"],
    "table": ["exportrecord", "--format", "csv", "--output"],
    "fixture": ["exportfixture", "--output"],
}
OLD = b"What was there before.\n"


class Kills:
    """One run against one site."""

    def __init__(self, site: Application, seed: dict[str, Any], chance: random.Random) -> None:
        self.site, self.seed, self.chance = site, seed, chance
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []

    def of_workers(self, count: int) -> None:
        working = desks(self.site, self.seed, 2)
        download = Download(self.site)
        download.start()
        for _kill in range(count):
            await_work(working, self.chance.uniform(0, 0.5))
            if workers := self.site.workers():
                self.chance.choice(workers).kill()
                self.counts["workers"] += 1
        self.site.await_answer()
        ledgers = [desk.stop() for desk in working]
        self.faults += download.stop()
        self.counts["downloads"] += download.whole
        for ledger in ledgers:
            self.counts["acknowledged"] += ledger.acknowledged
            self.counts["left open"] += sum(ledger.open.values())
            self.faults += ledger.faults
        with self.site.cluster.connect() as connection:
            self.faults += [f"Lost: {one}" for one in lost(connection, ledgers)]

    def of_imports(self, count: int) -> None:
        longest = 0.0
        for number in range(count + 1):
            file = self.site.folder / "batch.json"
            file.write_text(batch(number))
            # The first is left to end: it shows how long one takes.
            wait = self.chance.uniform(0, longest) if number else None
            command = ["importfixture", file, "--by", "researcher"]
            took, code = self._killed(command, b"Reading", wait)
            with self.site.cluster.connect() as connection:
                self.faults += half_imported(connection, number, code)
                is_in = batch_sizes(connection, number) == WHOLE
            if number:
                self.counts["imports"] += 1
                self.counts["imports that were in"] += is_in
            else:
                longest = took * 1.1
                self.faults += [] if is_in else ["An import that was left alone did not come in"]

    def of_exports(self, count: int) -> None:
        """Nobody writes meanwhile: what a whole file looks like is known."""
        for name, command in EXPORTS.items():
            folder = self.site.folder / name
            folder.mkdir()
            target = folder if name == "package" else folder / "file"
            took, code = self._killed([*command, target], b"Writing", None)
            expected = contents(folder)
            if code or len(expected) == 0:
                self.faults.append(f"An export that was left alone: {code}")
            for _kill in range(-(-count // len(EXPORTS))):
                for path in expected:
                    (folder / path).write_bytes(OLD)
                self._killed([*command, target], b"Writing", self.chance.uniform(0, took))
                self.counts["exports"] += 1
                self.faults += half_written(folder, expected)
            self._killed([*command, target], b"Writing", None)
            if contents(folder) != expected:
                self.faults.append(f"{name}: an export after the kills is another, or not alone")

    def _killed(
        self, command: list[str | Path], mark: bytes, wait: float | None
    ) -> tuple[float, int]:
        """Run until it says that it begins, and kill it that much later unless it has ended."""
        process = self.site.command("manage.py", *command, stderr=-1, stdout=-3)
        assert process.stderr
        while (line := process.stderr.readline()) and not line.startswith(mark):
            pass
        start = time.monotonic()
        drain = threading.Thread(target=process.stderr.read)
        drain.start()
        killer = threading.Timer(wait, process.kill) if wait is not None else None
        if killer:
            killer.start()
        code = process.wait()
        took = time.monotonic() - start
        if killer:
            killer.cancel()
        drain.join()
        process.stderr.close()
        return took, code

    def check(self) -> None:
        self.faults += downloaded_is_whole(self.site)
        with self.site.cluster.connect() as connection:
            self.faults += broken(connection)
        try:
            self.site.manage("verifyrecord")
        except RuntimeError as error:
            self.faults.append(str(error))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def half_written(folder: Path, expected: dict[str, bytes]) -> list[str]:
    """Files that are neither what was there before nor the whole new one."""
    return [
        f"Half a file: {folder.name}/{name}"
        for name, content in expected.items()
        if (folder / name).read_bytes() not in (OLD, content)
    ]


def downloaded_is_whole(site: Application) -> list[str]:
    try:
        answer = site.browser().get("/data/record.jsonl")
    except NoAnswer as error:
        return [f"The record cannot be downloaded: {error}"]
    return [] if is_whole(answer.body) else ["The record that is downloaded is not whole"]


def attack(kills: int, *, claims: int | None = None, seed: int = 0) -> tuple[str, list[str]]:
    """The counts, and what went wrong."""
    with cluster() as server, application(server) as site:
        run = Kills(site, site.seed(claims), random.Random(seed))
        site.start()
        steps: list[tuple[Callable[[int], None], int]] = [
            (run.of_workers, kills // 2),
            (run.of_imports, kills // 4),
            (run.of_exports, kills // 4),
        ]
        for step, count in steps:
            step(count)
            print(f"{step.__name__}: {dict(run.counts)}", file=sys.stderr)
        run.check()
    told = ", ".join(f"{count} {what}" for what, count in run.counts.items())
    return told, run.faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options: Any = parser.parse_args()
    set_up()
    verdict("kills", *attack(options.kills, seed=options.seed))


if __name__ == "__main__":
    main()
