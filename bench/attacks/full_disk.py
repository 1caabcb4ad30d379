"""A disk that fills up under the database: said in words, readers are served, and it passes.

    python -m bench.attacks.full_disk --megabytes 64

Needs root, to mount a file system of that size in memory. A desk, readers and imports go on while
it is filled twice. First the WAL has its room already, as docs/operations.md says: what is
written is refused, PostgreSQL goes on and every read is right. Then the WAL has none: PostgreSQL
ends, a supervisor starts it again and again, and answers are right or 503. Both times writes go
on by themselves as soon as there is room. Prints one line of counts; fails on any other answer,
on half an import, on anything acknowledged that is lost, and on a record that does not verify.
"""

import argparse
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from psycopg import OperationalError

from bench.attacks.application import Application, application
from bench.attacks.batches import batch, half_imported
from bench.attacks.cluster import Cluster, cluster
from bench.attacks.desk import await_work, desks
from bench.attacks.disks import Supervisor, refuse_others_than_root, small_disk, take, taken
from bench.attacks.invariants import broken, lost
from bench.attacks.restarts import DESK_CLAIMS, Reader, known_pages
from bench.attacks.setup import set_up, verdict

# Small segments of WAL: with those of 16 MB a disk of 64 MB is full before anything is written.
SEGMENT_SIZE = "--wal-segsize=1"
SEGMENTS = 12
SMALL = (
    "-c min_wal_size=12MB -c max_wal_size=12MB -c shared_buffers=16MB "
    "-c checkpoint_completion_target=0.1 -c log_checkpoints=off"
)
# Bytes left for imports, so that a few fill the disk.
LEFT = 3 << 20
MOST_IMPORTS = 100
CLAIMS = 30
READERS, PACE = 2, 3
# So long the desk goes on trying on a disk that is full.
FULL_SECONDS = 10
# So long the server may take to end, and writes to go on.
LONGEST = 60
IN_WORDS = ("Nothing was written", "The database does not answer")


class FullDisk:
    """One site whose database is on the disk."""

    def __init__(self, site: Application, disk: Path, seed: dict[str, Any]) -> None:
        self.site, self.disk, self.cluster = site, disk, site.cluster
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        # Of each import, by its number: how it ended, 0 for an acknowledgement.
        self.codes: list[int] = []
        pages = known_pages(site, seed)
        self.readers = [Reader(site, pages, 1 / PACE) for _number in range(READERS)]
        [self.desk] = desks(site, seed, 1, DESK_CLAIMS)
        self.supervisor = Supervisor(self.cluster)

    def run(self) -> None:
        for thread in (*self.readers, self.supervisor):
            thread.start()
        try:
            await_work([self.desk], 0)
            self.fill_data()
            self.fill_wal()
        finally:
            ledger = self.desk.stop()
            for reader in self.readers:
                reader.stop()
                self.faults += reader.faults
            self.supervisor.stop()
        self.counts["acknowledged"] = ledger.acknowledged
        self.counts["told to come back"] = ledger.answers[503]
        self.faults += ledger.faults
        with self.cluster.connect() as connection:
            self.faults += [f"Lost: {one}" for one in lost(connection, [ledger])]
            self.faults += broken(connection)
            for number, code in enumerate(self.codes):
                self.faults += half_imported(connection, number, code)
        try:
            self.site.manage("verifyrecord")
        except RuntimeError as error:
            self.faults.append(str(error))

    def fill_data(self) -> None:
        take_room_for_wal(self.cluster)
        before = self.reads()
        with taken(self.disk, but=LEFT) as ballast:
            while not self.bring():
                if len(self.codes) > MOST_IMPORTS:
                    self.faults.append("The disk was never full.")
                    return
            with taken(self.disk, name="more"):
                time.sleep(FULL_SECONDS)
            reads = self.reads() - before
            self.counts["right reads on full data"] = reads["right"]
            if reads["503"] or not reads["right"]:
                self.faults.append(f"Reads while data did not fit: {dict(reads)}")
            if self.supervisor.ends:
                self.faults.append("PostgreSQL ended though its WAL had room.")
            ballast.unlink()
            self.await_writes("data")
        print(f"data: {dict(self.counts)}", file=sys.stderr)

    def fill_wal(self) -> None:
        before = self.reads()
        keep_no_wal(self.cluster)
        with taken(self.disk) as ballast:
            end = time.monotonic() + LONGEST
            while not self.supervisor.ends:
                use_up_wal(self.cluster, ballast)
                if time.monotonic() > end:
                    self.faults.append("PostgreSQL went on without room for its WAL.")
                    break
            self.bring()
            time.sleep(FULL_SECONDS)
            reads = self.reads() - before
            self.counts["right reads on full WAL"] = reads["right"]
            self.counts["reads told to come back"] = reads["503"]
            ballast.unlink()
            self.await_writes("WAL")
        self.counts["ends of PostgreSQL"] = self.supervisor.ends
        self.counts["starts that failed"] = self.supervisor.failures

    def bring(self) -> str:
        """What the import said when it was refused; nothing when it is in."""
        number = len(self.codes)
        file = self.site.folder / "batch.json"
        file.write_text(batch(number))
        process = self.site.command("manage.py", "importfixture", file, stdout=-3, stderr=-1)
        told = process.communicate()[1].decode()
        self.codes.append(process.returncode)
        if process.returncode == 0:
            self.counts["imports in"] += 1
            return ""
        self.counts["imports refused"] += 1
        if "Traceback" in told or not any(words in told for words in IN_WORDS):
            self.faults.append(f"A full disk is not said in words: {told[-300:]}")
        return told

    def reads(self) -> Counter[str]:
        return sum((reader.counts for reader in self.readers), Counter[str]())

    def await_writes(self, what: str) -> None:
        """There is room again: the desk and imports go on, nobody does anything about it."""
        start = time.monotonic()
        before = self.desk.ledger.acknowledged
        await_work([self.desk], 0, at_most=LONGEST)
        if self.desk.ledger.acknowledged == before:
            self.faults.append(f"{what}: writes did not go on")
        self.counts[f"ms until writes went on ({what})"] = round((time.monotonic() - start) * 1000)
        if told := self.bring():
            self.faults.append(f"{what}: imports did not go on: {told[-300:]}")


def take_room_for_wal(server: Cluster) -> None:
    """Segments that are no longer needed are kept for what comes, up to `min_wal_size`."""
    with server.connect() as connection:
        for _segment in range(SEGMENTS):
            connection.execute("SELECT pg_logical_emit_message(true, 'room', 'for WAL')")
            connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")


def keep_no_wal(server: Cluster) -> None:
    """Segments that are no longer needed are deleted from now on."""
    with server.connect() as connection:
        connection.execute("ALTER SYSTEM SET wal_recycle = off")
        connection.execute("SELECT pg_reload_conf()")


def use_up_wal(server: Cluster, ballast: Path) -> None:
    """One segment after the other; what a checkpoint gives back is not to be had either."""
    with suppress(OperationalError), server.connect() as connection:
        while True:
            take(ballast)
            connection.execute("SELECT pg_logical_emit_message(true, 'room', 'for WAL')")
            connection.execute("SELECT pg_switch_wal()")


def attack(megabytes: int) -> tuple[str, list[str]]:
    """The counts, and what went wrong."""
    with (
        small_disk(megabytes) as disk,
        cluster(parent=disk, options=SMALL, init=(SEGMENT_SIZE,)) as server,
        application(server) as site,
    ):
        seed = site.seed(CLAIMS)
        site.start()
        run = FullDisk(site, disk, seed)
        run.run()
    told = ", ".join(f"{count} {what}" for what, count in run.counts.items())
    return told, run.faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=64)
    options: Any = parser.parse_args()
    refuse_others_than_root("full_disk")
    set_up()
    verdict("full_disk", *attack(options.megabytes))


if __name__ == "__main__":
    main()
