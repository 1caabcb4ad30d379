"""A clock that steps by a day, forth and back, and hours that come twice: one edition at a time.

    python -m bench.attacks.clock --publications 400

Claims are published and withdrawn at moments as a broken clock gives them, by editors in Paris
and in UTC, around both changes of the hour. The record's time must grow with its sequence, and
`as_of` must show exactly one edition of each claim at every moment since its first. Works in a
database of its own. Prints one line of counts.
"""

import argparse
import datetime
import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from bench.attacks.setup import verdict
from bench.scratch import scratch_database

PARIS = ZoneInfo("Europe/Paris")
TICK = datetime.timedelta(microseconds=1)
DAY = datetime.timedelta(days=1)
# Within an hour of these, clocks in Paris are set forth and back.
CHANGES = [
    datetime.datetime(2026, 3, 29, 1, tzinfo=datetime.UTC),
    datetime.datetime(2026, 10, 25, 1, tzinfo=datetime.UTC),
]


def moments(count: int, chance: random.Random) -> Iterator[datetime.datetime]:
    """What a clock that is set wrong, and right again, would say; in either zone, or twice."""
    now = CHANGES[0] - DAY
    for number in range(count):
        now += datetime.timedelta(seconds=chance.choice([0, 0.000001, 1, 1800, 3600]))
        if number == count // 2:
            now = CHANGES[1] - DAY
        elif chance.random() < 0.1:
            now += chance.choice([DAY, -DAY])
        yield now.astimezone(PARIS) if chance.random() < 0.5 else now


def publish_all(given: Iterator[datetime.datetime], chance: random.Random) -> int:
    """Publish claims again and again, and withdraw some; gives how many editions that made."""
    from django.utils import timezone

    from tests.factories import (
        make_chief_editor,
        make_claim,
        make_editor,
        make_user,
        publish,
        submit,
        withdraw,
    )

    claims = [make_claim() for _number in range(5)]
    researcher, editor, chief = make_user(), make_editor(), make_chief_editor()
    count = 0
    for at in given:
        claim = chance.choice(claims)
        with timezone.override(at.tzinfo):
            if claim.status == "published" and chance.random() < 0.2:
                withdraw(claim, by=chief, at=at)
            else:
                if claim.status != "draft":
                    _revise(claim, researcher, at)
                publish(submit(claim, by=researcher), by=editor, at=at)
        count += 1
    return count


def _revise(claim: Any, by: Any, at: datetime.datetime) -> None:
    from claims.desk import workflow

    workflow.revise(claim, by=by, at=at)


def disorder() -> list[str]:
    """Where time runs back along the record, or a moment shows another number of editions."""
    from claims.models import Edition
    from claims.record.verifying import faults

    editions = list(Edition.objects.order_by("sequence"))
    found = [str(fault) for fault in faults()]
    for before, after in pairwise(editions):
        if after.published_at <= before.published_at:
            found.append(f"Edition {after.sequence} is not later than the one before it")
    first: dict[str, datetime.datetime] = {}
    for edition in editions:
        first.setdefault(edition.claim_slug, edition.published_at)
    for edition in editions:
        for moment in (edition.published_at - TICK, edition.published_at):
            shown = list(Edition.objects.as_of(moment).values_list("claim_slug", flat=True))
            expected = sorted(slug for slug, at in first.items() if at <= moment)
            if sorted(shown) != expected:
                found.append(f"At {moment}: {sorted(shown)} instead of {expected}")
    return found


def attack(publications: int, seed: int = 0) -> tuple[str, list[str]]:
    chance = random.Random(seed)
    count = publish_all(moments(publications, chance), chance)
    return f"{count} editions, {2 * count} moments looked at", disorder()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--publications", type=int, default=400)
    options: Any = parser.parse_args()
    with scratch_database("factcheck_clock"):
        found = attack(options.publications)
    verdict("clock", *found)


if __name__ == "__main__":
    main()
