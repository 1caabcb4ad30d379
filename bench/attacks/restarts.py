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


def attack(
    restarts: int,
    *,
    away: float = 0.5,
    pace: float = 3,
    between: float = 12,
    programs: Path | None = None,
    claims: int | None = None,
    seed: int = 0,
) -> tuple[str, list[str]]:
    """The counts, and what went wrong. The database is away for up to ``away`` seconds more."""
    chance = random.Random(seed)
    faults = []
    with cluster(programs) as server, application(server) as site:
        seeded = site.seed(claims)
        site.start()
        pages = known_pages(site, seeded)
        if not pages:
            return "0 pages", ["No page is the same twice"]
        readers = [Reader(site, pages, 1 / pace) for _number in range(READERS)]
        for reader in readers:
            reader.start()
        [desk] = desks(site, seeded, 1, DESK_CLAIMS)
        desk.pause = 1 / pace
        firsts, aways = [], []
        for number in range(restarts):
            time.sleep(chance.uniform(0.8, 1.2) * between)
            gone = time.monotonic()
            server.stop("immediate" if number % 4 == 3 else "fast")
            time.sleep(chance.uniform(0, away))
            server.start()
            back = time.monotonic()
            aways.append(back - gone)
            time.sleep(3)
            # Read before the database was gone is no sign of its being back.
            good = [at for reader in readers for at in reader.good_at if at > back]
            firsts.append(min(good, default=back + 3) - back)
        time.sleep(between)
        for reader in readers:
            reader.stop()
        ledger = desk.stop()
        with server.connect() as connection:
            faults += [f"Lost: {one}" for one in lost(connection, [ledger])] + broken(connection)
    faults += ledger.faults + [fault for reader in readers for fault in reader.faults]
    right = sum(reader.counts["right"] for reader in readers)
    late = sum(reader.counts["503"] for reader in readers)
    late_desk = ledger.answers[503]
    whole = right + late + sum(ledger.answers.values())
    share = (late + late_desk) / whole
    if share > MOST_ERRORS:
        faults.append(f"{share:.1%} of the answers were 503")
    if max(firsts) > FIRST_GOOD:
        faults.append(f"The first good answer came after {max(firsts):.2f} s")
    longest = max(wait for reader in readers for wait in reader.waits)
    told = (
        f"{restarts} restarts of {statistics.median(aways):.1f} s (at most {max(aways):.1f}), "
        f"{right} right answers, {late + late_desk} times 503 ({share:.2%}), "
        f"{ledger.acknowledged} acknowledged, {sum(ledger.open.values())} left open, "
        f"first good answer after {statistics.median(firsts):.2f} s (at most {max(firsts):.2f}), "
        f"longest wait {longest:.1f} s"
    )
    return told, faults


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
