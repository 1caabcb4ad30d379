"""Publishes and withdraws a claim while others read it.

    python -m bench.attacks.race --count 200 --readers 4

Each reader has connections of its own and asks again and again for the claim's pages. Every text
of the claim carries the number of its version. Prints one line, and fails where one answer holds
texts of two versions, or any text although a withdrawal was acknowledged before it was asked for.
"""

import argparse
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from bench.scratch import scratch_database

SLUG = "raced"
VERSION = re.compile(rb"version(\d+)v")
# Each of them shows what one edition says, in several places.
PAGES = [
    f"/en/claims/{SLUG}/", f"/fr/claims/{SLUG}/", f"/api/v1/claims/{SLUG}/",
    f"/claims/{SLUG}.jsonld", f"/en/claims/{SLUG}/embed/", "/en/claims/?q=raced",
    "/api/v1/claims/", "/data/claims.jsonl", "/data/claims.csv", "/feeds/claims.en.atom",
]  # fmt: skip


@dataclass(frozen=True)
class Answer:
    address: str
    asked_at: float
    status: int
    versions: frozenset[int]


@dataclass
class Race:
    """What was published when, and what was answered."""

    answers: list[Answer] = field(default_factory=list)
    # From the acknowledgement of a withdrawal until the next publication begins.
    silences: list[tuple[float, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def read(self, first: int) -> None:
        from django.db import connections
        from django.test import Client

        client = Client(raise_request_exception=False)
        number = first
        while not self.is_over.is_set():
            address = PAGES[number % len(PAGES)]
            number += 1
            asked_at = time.monotonic()
            response = client.get(address)
            versions = frozenset(map(int, VERSION.findall(response.getvalue())))
            self.answers.append(Answer(address, asked_at, response.status_code, versions))
        connections.close_all()

    def publish(self, count: int, pause: float) -> None:
        """Publications and withdrawals by turns, so many of both together."""
        from django.utils import timezone

        from claims.desk import workflow
        from claims.models import Claim
        from tests import factories as make

        researcher, editor, chief = make.make_user(), make.make_editor(), make.make_chief_editor()
        claim = make.make_claim(slug=SLUG, **texts(0))
        for number in range(count // 2):
            if number:
                workflow.revise(claim, by=researcher, at=timezone.now())
                Claim.objects.filter(pk=claim.pk).update(**texts(number))
            make.submit(claim, researcher)
            begun = time.monotonic()
            if self.silences:
                self.silences[-1] = (self.silences[-1][0], begun)
            make.publish(claim, by=editor)
            time.sleep(pause)
            make.withdraw(claim, by=chief)
            self.silences.append((time.monotonic(), float("inf")))
            time.sleep(pause)

    def run(self, count: int, readers: int, pause: float = 0.05) -> None:
        threads = [threading.Thread(target=self.read, args=[first]) for first in range(readers)]
        with as_with_a_pool():
            for thread in threads:
                thread.start()
            try:
                self.publish(count, pause)
            finally:
                self.is_over.set()
                for thread in threads:
                    thread.join()

    def faults(self) -> list[str]:
        found = []
        for answer in self.answers:
            if answer.status >= 500:
                found.append(f"{answer.address}: status {answer.status}")
            if len(answer.versions) > 1:
                found.append(f"{answer.address}: mixes versions {sorted(answer.versions)}")
            if answer.versions and any(
                acknowledged < answer.asked_at < begun for acknowledged, begun in self.silences
            ):
                found.append(f"{answer.address}: shows a text that was withdrawn before")
        return found


@contextmanager
def as_with_a_pool() -> Iterator[None]:
    """Readers ask where the record stands as in production: on a connection for that alone."""
    from claims.record import state

    with mock.patch.object(state, "is_pooled", return_value=True):
        try:
            yield
        finally:
            state.close_lines()


def texts(number: int) -> dict[str, str]:
    names = ("statement", "short_statement", "summary", "explanation", "divergence")
    return {
        f"{name}_{language}": f"raced version{number}v"
        for name in names
        for language in ("en", "fr")
    }


def quiet_answers(race: Race) -> int:
    """Those that were asked for while nothing was published."""
    return sum(
        any(start < answer.asked_at < end for start, end in race.silences)
        for answer in race.answers
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="Publications and withdrawals.")
    parser.add_argument("--readers", type=int, default=4)
    options: Any = parser.parse_args()
    with scratch_database("factcheck_race"):
        import logging

        logging.disable(logging.ERROR)
        race = Race()
        start = time.monotonic()
        race.run(options.count, options.readers)
        seconds = time.monotonic() - start
    faults = race.faults()
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    texts_seen = sum(bool(answer.versions) for answer in race.answers)
    print(
        f"race: {options.count} publications and withdrawals, {len(race.answers)} answers "
        f"({texts_seen} with a text, {quiet_answers(race)} after a withdrawal), "
        f"{len(faults)} faults; {seconds:.0f} s"
    )
    sys.exit(bool(faults) or not texts_seen)


if __name__ == "__main__":
    main()
