"""Several editors publish at the same time: how many claims a minute, and no deadlock.

    python -m bench.publishing --claims 1000 --editors 8

Each editor is a process of their own, and takes claims that share documents, claimants and
topics with those of the others; every tenth publication is of two claims together. First one
editor alone publishes some, to see how long the database takes for one.

Works in a database of its own on the server that DATABASE_URL names or on the embedded one; with
``--here`` in the very database that DATABASE_URL names, where it revises the claims that were
published last and publishes them again. Prints one line of counts, and fails on a deadlock or
another error, and where a measure is missed.
"""

import argparse
import io
import json
import multiprocessing
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bench.generated import Generator
from bench.interchange import without_checks
from bench.scratch import scratch_database

ALONE = 60  # Claims that one editor publishes first.
WARM = 10  # Of these, the first are not counted.
EVERY = 10  # How often two claims are published together.
LEAST_A_MINUTE = 1_000
MOST_MILLISECONDS = 20.0

type Batches = list[list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=1_000)
    parser.add_argument("--editors", type=int, default=8)
    parser.add_argument("--here", action="store_true", help="in the database of DATABASE_URL")
    parser.add_argument("--slow", action="store_true", help="do not fail on what takes too long")
    options: Any = parser.parse_args()
    with in_place() if options.here else scratch_database("factcheck_publishing"):
        slugs = prepare(options.claims + ALONE, is_here=options.here)
        people = editors(options.editors)
        costs = [publish_alone([slug], people[0])[:2] for slug in slugs[:ALONE]][WARM:]
        seconds, found = publish_together(batches(slugs[ALONE:]), people)
        live = count_live(slugs)
    milliseconds = statistics.median(cost for cost, _queries in costs)
    queries = statistics.median(count for _cost, count in costs)
    a_minute = options.claims / seconds * 60
    others = {what: count for what, count in found.items() if what != "published"}
    print(
        f"publishing: {found['published']} of {options.claims} claims by {len(people)} editors, "
        f"{found['deadlock']} deadlocks, {sum(others.values()) - found['deadlock']} other errors; "
        f"{a_minute:.0f} a minute; alone {milliseconds:.1f} ms of the database in {queries:.0f} "
        f"queries; {live} live"
    )
    for what, count in others.items():
        print(f"{count} × {what}", file=sys.stderr)
    is_slow = a_minute < LEAST_A_MINUTE or milliseconds > MOST_MILLISECONDS
    is_whole = live == len(slugs) and found["published"] == options.claims and not others
    sys.exit(not is_whole or (is_slow and not options.slow))


@contextmanager
def in_place() -> Iterator[None]:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.test")
    django.setup()
    yield


def prepare(count: int, *, is_here: bool) -> list[str]:
    """So many claims in review, submitted by one researcher."""
    from django.utils import timezone

    from claims.desk import workflow
    from claims.models import Claim, Status
    from tests.factories import make_user

    researcher = make_user(username=f"researcher-{time.time_ns()}")
    if not is_here:
        bring(count)
    status = Status.PUBLISHED if is_here else Status.DRAFT
    claims = list(Claim.objects.filter(status=status).order_by("-pk")[:count])
    with without_checks():
        for claim in claims:
            if is_here:
                workflow.revise(claim, by=researcher, at=timezone.now())
            workflow.submit(claim, by=researcher, at=timezone.now())
    return [claim.slug for claim in claims]


def bring(count: int) -> None:
    from django.utils import timezone

    from claims.interchange.arriving import json_rows
    from claims.interchange.importer import import_files
    from claims.models import Claim
    from tests.factories import make_rating

    text = json.dumps(list(Generator(count).rows())).encode()
    import_files([("desk.json", json_rows(io.BytesIO(text)))], by=None, at=timezone.now())
    Claim.objects.update(is_open=False, rating=make_rating("half_true"))


def editors(count: int) -> list[int]:
    from tests.factories import make_editor

    return [make_editor(username=f"editor-{time.time_ns()}").pk for _number in range(count)]


def batches(slugs: Sequence[str]) -> Batches:
    """What is published at once: one claim, and now and then two."""
    waiting, found = list(slugs), []
    while waiting:
        size = 2 if len(found) % EVERY == 0 else 1
        found.append(waiting[:size])
        del waiting[:size]
    return found


def publish_alone(slugs: list[str], editor: int) -> tuple[float, int, str]:
    """Read the preview and publish: the milliseconds and queries of publishing, and what came."""
    from django.contrib.auth import get_user_model
    from django.db import OperationalError, connection
    from django.utils import timezone

    from claims.desk import workflow
    from claims.models import Claim
    from claims.record.composing import content_sha256

    person = get_user_model().objects.get(pk=editor)
    claims = list(Claim.objects.with_content().filter(slug__in=slugs))
    read = {slug: content_sha256(content) for slug, content in workflow.preview(claims).items()}
    took: list[float] = []

    def timed(execute: Any, *arguments: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            took.append(1000 * (time.perf_counter() - start))

    what = "published"
    with connection.execute_wrapper(timed), without_checks():
        try:
            workflow.publish_many(read, by=person, at=timezone.now())
        except OperationalError as error:
            is_deadlock = getattr(error.__cause__, "sqlstate", "") == "40P01"
            what = "deadlock" if is_deadlock else f"{type(error).__name__}: {error}"
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
    return sum(took), len(took), what


def publish_together(asked: Batches, people: list[int]) -> tuple[float, Counter[str]]:
    """Dealt out one by one, as people come to them: neighbours meet in the same rows."""
    from django.db import connections

    connections.close_all()
    context: Any = multiprocessing.get_context("fork")
    told = context.Queue()
    start = context.Barrier(len(people) + 1)
    processes = [
        context.Process(target=work, args=(asked[place :: len(people)], person, start, told))
        for place, person in enumerate(people)
    ]
    for process in processes:
        process.start()
    start.wait()
    begin = time.perf_counter()
    found: Counter[str] = Counter()
    for _process in processes:
        found.update(told.get())
    seconds = time.perf_counter() - begin
    for process in processes:
        process.join()
    return seconds, found


def work(mine: Batches, editor: int, start: Any, told: Any) -> None:
    found: Counter[str] = Counter()
    start.wait()
    for slugs in mine:
        _cost, _queries, what = publish_alone(slugs, editor)
        found[what] += len(slugs)
    told.put(found)


def count_live(slugs: list[str]) -> int:
    from claims.models import Claim, Edition, Status

    live = Edition.objects.live().filter(claim_slug__in=slugs)
    return live.filter(claim__in=Claim.objects.filter(status=Status.PUBLISHED)).count()


if __name__ == "__main__":
    main()
