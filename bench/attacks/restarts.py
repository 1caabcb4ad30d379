"""The database restarted under traffic: readers get right answers, or "come back in a moment".

    python -m bench.attacks.restarts --restarts 20 [--away 0.5] [--programs FOLDER]

Four readers and a desk go on while PostgreSQL is stopped and started. Right is the page as it was
before; anything else but 503 with Retry-After is a fault. Prints one line of counts; fails on a
fault, on more than 2 % of 503s, or where no answer is good within a second of the database's
being back. Readers and desk pause between requests, as people do: `--pace` requests a second each.
"""

import argparse
import random
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.attacks.application import Application, application
from bench.attacks.browser import NoAnswer
from bench.attacks.cluster import cluster
from bench.attacks.desk import desks
from bench.attacks.invariants import broken, lost
from bench.attacks.setup import set_up, verdict

READERS = 4
MOST_ERRORS = 0.02
FIRST_GOOD = 1.0
DESK_CLAIMS = 10


class Reader(threading.Thread):
    """Reads pages whose right answer is known."""

    def __init__(self, site: Application, pages: dict[str, bytes], pause: float) -> None:
        super().__init__(daemon=True)
        self.browser, self.pages, self.pause = site.browser(), pages, pause
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.good_at: list[float] = []
        self.waits: list[float] = []
        self.stopped = threading.Event()

    def run(self) -> None:
        chance = random.Random()
        while not self.stopped.wait(self.pause * chance.uniform(0.5, 1.5)):
            path = chance.choice(list(self.pages))
            start = time.monotonic()
            try:
                answer = self.browser.get(path)
            except NoAnswer as error:
                self.faults.append(str(error))
                continue
            finally:
                self.waits.append(time.monotonic() - start)
            if answer.status == 503 and answer.headers.get("Retry-After"):
                self.counts["503"] += 1
            elif answer.status == 200 and answer.body == self.pages[path]:
                self.counts["right"] += 1
                self.good_at.append(time.monotonic())
            else:
                self.faults.append(f"{path}: {answer.status} {answer.text[:200]!r}")

    def stop(self) -> None:
        self.stopped.set()
        self.join()


def known_pages(site: Application, seed: dict[str, Any]) -> dict[str, bytes]:
    """Pages of claims that the desk does not touch, as they are at rest."""
    slugs = list(seed["claims"])[DESK_CLAIMS + 3 :][:10]
    patterns = ["/en/claims/{}/", "/fr/claims/{}/", "/api/v1/claims/{}/", "/claims/{}.jsonld"]
    paths = [pattern.format(slug) for slug in slugs for pattern in patterns]
    pages = {path: site.browser().get(path) for path in paths}
    again = {path: site.browser().get(path) for path in paths}
    return {
        path: answer.body
        for path, answer in pages.items()
        if answer.status == 200 and answer.body == again[path].body
    }


@dataclass
class Restarts:
    """What was counted while the database of one site was restarted."""

    site: Application
    seeded: dict[str, Any]
    pace: float = 3
    aways: list[float] = field(default_factory=list)
    # Seconds from the database's being back to the first right answer.
    firsts: list[float] = field(default_factory=list)
    right: int = 0
    late: int = 0
    faults: list[str] = field(default_factory=list)

    def run(self, count: int, *, away: float, between: float, chance: random.Random) -> None:
        pages = known_pages(self.site, self.seeded)
        if not pages:
            self.faults.append("No page is the same twice")
            return
        self.readers = [Reader(self.site, pages, 1 / self.pace) for _number in range(READERS)]
        for reader in self.readers:
            reader.start()
        [desk] = desks(self.site, self.seeded, 1, DESK_CLAIMS)
        desk.pause = 1 / self.pace
        for number in range(count):
            time.sleep(chance.uniform(0.8, 1.2) * between)
            self.restart("immediate" if number % 4 == 3 else "fast", chance.uniform(0, away))
        time.sleep(between)
        for reader in self.readers:
            reader.stop()
        self.ledger = desk.stop()
        with self.site.cluster.connect() as connection:
            self.faults += [f"Lost: {one}" for one in lost(connection, [self.ledger])]
            self.faults += broken(connection)
        self.faults += self.ledger.faults
        self.faults += [fault for reader in self.readers for fault in reader.faults]
        self.right = sum(reader.counts["right"] for reader in self.readers)
        self.late = sum(reader.counts["503"] for reader in self.readers)
        self.late += self.ledger.answers[503]
        self.faults += over(self.share(), max(self.firsts))

    def restart(self, mode: str, away: float) -> None:
        gone = time.monotonic()
        self.site.cluster.stop(mode)
        time.sleep(away)
        self.site.cluster.start()
        back = time.monotonic()
        self.aways.append(back - gone)
        time.sleep(3)
        # Read before the database was gone is no sign of its being back.
        good = [at for reader in self.readers for at in reader.good_at if at > back]
        self.firsts.append(min(good, default=back + 3) - back)

    def share(self) -> float:
        """Of 503 among all answers."""
        readers = sum(sum(reader.counts.values()) for reader in self.readers)
        return self.late / ((readers + sum(self.ledger.answers.values())) or 1)

    def told(self) -> str:
        longest = max(wait for reader in self.readers for wait in reader.waits)
        return (
            f"{len(self.firsts)} restarts of {statistics.median(self.aways):.1f} s "
            f"(at most {max(self.aways):.1f}), {self.right} right answers, "
            f"{self.late} times 503 ({self.share():.2%}), "
            f"{self.ledger.acknowledged} acknowledged, {sum(self.ledger.open.values())} left open, "
            f"first good answer after {statistics.median(self.firsts):.2f} s "
            f"(at most {max(self.firsts):.2f}), longest wait {longest:.1f} s"
        )


def over(share: float, first: float) -> list[str]:
    """What is over its bar."""
    faults = []
    if share > MOST_ERRORS:
        faults.append(f"{share:.1%} of the answers were 503")
    if first > FIRST_GOOD:
        faults.append(f"The first good answer came after {first:.2f} s")
    return faults


def attack(
    restarts: int,
    *,
    away: float = 0.5,
    pace: float = 3,
    between: float = 12,
    programs: Path | None = None,
    seed: int = 0,
) -> tuple[str, list[str]]:
    """The counts, and what went wrong. The database is away for up to ``away`` seconds more."""
    with cluster(programs) as server, application(server) as site:
        run = Restarts(site, site.seed(), pace)
        site.start()
        run.run(restarts, away=away, between=between, chance=random.Random(seed))
    return run.told(), run.faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--restarts", type=int, default=20)
    parser.add_argument("--away", type=float, default=0.5, help="Seconds more than a restart takes")
    parser.add_argument("--pace", type=float, default=3, help="Requests a second of each reader")
    parser.add_argument("--between", type=float, default=12, help="Seconds between restarts")
    parser.add_argument("--programs", type=Path, help="Another PostgreSQL's, as of Debian.")
    options: Any = vars(parser.parse_args())
    set_up()
    verdict("restarts", *attack(options.pop("restarts"), **options))


if __name__ == "__main__":
    main()
