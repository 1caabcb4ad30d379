"""An hour of mixed load: memory, connections and answering times at its end are as at its start.

    python -m bench.attacks.soak --minutes 60

Readers ask for pages, searches, feeds, the API and files, each at his pace, while a desk edits and
publishes. The first sixth warms up; then the memory of each worker may grow by --growth in all,
and the 95th percentile of the answering times of the last sixth may be --slower over that of the
second; the whole record is asked for, but its times do not count. When the load ends, no connection
to the database may be in use, and none to a reader open. Prints one line of counts; fails on what
is over, on a worker that was replaced, and on an answer that is an error.
"""

import argparse
import random
import statistics
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.attacks.application import Application, application
from bench.attacks.browser import NoAnswer
from bench.attacks.cluster import APPLICATION, cluster
from bench.attacks.desk import await_work, desks
from bench.attacks.setup import set_up, verdict

READERS, DESK_CLAIMS = 6, 10
PARTS = 6
SAMPLE_SECONDS = 5.0
# Longer than gunicorn keeps the connection of a reader who asks nothing.
CALM_SECONDS = 5
# Of each worker at most: desk, readers and reports.
MOST_CONNECTIONS = 19
# Takes longer the more has been published meanwhile: a part of the load, and not of the times.
WHOLE_RECORD = "/data/record.jsonl"
ADDRESSES = (
    "/en/", "/fr/", "/en/claims/", "/fr/claims/?rating=open", "/en/claims/?q=wages",
    "/fr/claims/?q=gr%C3%A8ve", "/en/corrections/", "/feeds/claims.en.atom",
    "/api/v1/claims/", "/api/v1/claims/?rating=open", "/sitemap.xml", "/data/claims.csv",
    WHOLE_RECORD, "/en/nothing/",
)  # fmt: skip
CLAIM = ("/en/claims/{}/", "/fr/claims/{}/", "/en/claims/{}/history/", "/api/v1/claims/{}/")


@dataclass
class Reader(threading.Thread):
    """Asks at its pace, and writes down when each answer came and how long it took."""

    site: Application
    slugs: list[str]
    pause: float
    times: list[tuple[float, float]] = field(default_factory=list)
    counts: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        chance, browser = random.Random(), self.site.browser()
        while not self.stopped.wait(self.pause * chance.uniform(0.5, 1.5)):
            path = chance.choice((*ADDRESSES, *CLAIM * 3)).format(chance.choice(self.slugs))
            start = time.monotonic()
            try:
                answer = browser.get(path)
            except NoAnswer as error:
                self.faults.append(str(error))
                continue
            now = time.monotonic()
            if path != WHOLE_RECORD:
                self.times.append((now, now - start))
            self.counts[answer.status] += 1
            if answer.status != (404 if path == "/en/nothing/" else 200):
                self.faults.append(f"{path}: status {answer.status}")

    def stop(self) -> None:
        self.stopped.set()
        self.join()


class Soak:
    """One site under load."""

    def __init__(self, site: Application, seeded: dict[str, Any], pace: float) -> None:
        self.site = site
        self.readers = [
            Reader(site, list(seeded["claims"])[DESK_CLAIMS:], 1 / pace) for _ in range(READERS)
        ]
        [self.desk] = desks(site, seeded, 1, DESK_CLAIMS)
        self.desk.pause = 1 / pace
        # Of each worker: bytes that are its own alone, sample by sample.
        self.memory: dict[int, list[int]] = {one.pid: [] for one in site.workers()}
        self.connections: list[int] = []
        self.faults: list[str] = []

    def run(self, minutes: float) -> None:
        await_work([self.desk], 0)
        for reader in self.readers:
            reader.start()
        self.began = time.monotonic()
        self.part = minutes * 60 / PARTS
        warm, end = self.began + self.part, self.began + minutes * 60
        while time.monotonic() < end:
            time.sleep(SAMPLE_SECONDS)
            if time.monotonic() > warm:
                self.sample()
        for reader in self.readers:
            reader.stop()
            self.faults += reader.faults
        self.ledger = self.desk.stop()
        self.faults += self.ledger.faults
        time.sleep(CALM_SECONDS)

    def sample(self) -> None:
        for worker in self.site.workers():
            if worker.pid not in self.memory:
                self.faults.append("A worker was replaced")
                self.memory[worker.pid] = []
            self.memory[worker.pid].append(worker.memory_full_info().uss)
        self.connections.append(self._connections("true"))

    def growth(self) -> float:
        """Of the worker that grew most: the median of its last samples by that of its first."""
        return max(grown(samples) for samples in self.memory.values() if samples)

    def leaked(self) -> tuple[int, int]:
        """Connections in use though nobody asks: to the database, and to readers."""
        open_ones = sum(
            1
            for worker in self.site.workers()
            for connection in worker.net_connections("tcp")
            if connection.raddr and connection.laddr.port == self.site.port
        )
        return self._connections("state <> 'idle'"), open_ones

    def percentiles(self) -> tuple[float, float]:
        """The 95th, in seconds, of the second and of the last part."""
        times = [one for reader in self.readers for one in reader.times]
        parts: list[list[float]] = [[] for _part in range(PARTS + 1)]
        for at, took in times:
            parts[min(PARTS, int((at - self.began) / self.part))].append(took)
        return p95(parts[1]), p95(parts[PARTS - 1])

    def _connections(self, condition: str) -> int:
        query = f"SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND {condition}"
        with self.site.cluster.connect() as connection:
            row = connection.execute(query, [APPLICATION]).fetchone()  # type: ignore[arg-type]
        return int(row[0]) if row else 0


def grown(samples: list[int]) -> float:
    few = max(1, len(samples) // 10)
    return statistics.median(samples[-few:]) / statistics.median(samples[:few]) - 1


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else 0.0


def judged(
    *, growth: float, slower: float, leaked: tuple[int, int], most: int, bound: int, bars: Any
) -> list[str]:
    """What is over its bar."""
    faults = []
    if growth > bars.growth:
        faults.append(f"The memory of a worker grew by {growth:.1%}")
    if slower > bars.slower:
        faults.append(f"The 95th percentile grew by {slower:.1%}")
    if any(leaked):
        faults.append("{} connections to the database and {} to readers leaked".format(*leaked))
    if most > bound:
        faults.append(f"{most} connections to the database, over {bound}")
    return faults


@dataclass(frozen=True)
class Bars:
    growth: float = 0.05
    slower: float = 0.10


def attack(
    minutes: float, *, pace: float = 3, bars: Bars | None = None, claims: int | None = None
) -> tuple[str, list[str]]:
    """The counts, and what went wrong."""
    with cluster() as server, application(server) as site:
        seeded = site.seed(claims)
        site.start()
        run = Soak(site, seeded, pace)
        run.run(minutes)
        leaked = run.leaked()
        bound = MOST_CONNECTIONS * len(site.workers())
    start, end = run.percentiles()
    growth, most = run.growth(), max(run.connections, default=0)
    faults = judged(
        growth=growth,
        slower=end / start - 1 if start else 0.0,
        leaked=leaked,
        most=most,
        bound=bound,
        bars=bars or Bars(),
    )
    answers = sum(sum(reader.counts.values()) for reader in run.readers)
    largest = max(samples[-1] for samples in run.memory.values() if samples) >> 20
    told = (
        f"{minutes:g} minutes, {answers} answers, {run.ledger.acknowledged} acknowledged, "
        f"memory of a worker {growth:+.1%} to {largest} MiB, {most} connections at most, "
        f"{sum(leaked)} leaked, 95th percentile {start * 1000:.0f} ms at the start and "
        f"{end * 1000:.0f} ms at the end"
    )
    return told, run.faults + faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--pace", type=float, default=3, help="Requests a second of each reader")
    parser.add_argument("--growth", type=float, default=Bars.growth)
    parser.add_argument("--slower", type=float, default=Bars.slower)
    options: Any = parser.parse_args()
    set_up()
    print(f"Soaking for {options.minutes:g} minutes", file=sys.stderr)
    bars = Bars(options.growth, options.slower)
    verdict("soak", *attack(options.minutes, pace=options.pace, bars=bars))


if __name__ == "__main__":
    main()
