"""Fills a database with an archive: claims on the desk, and the record of what was published.

    DATABASE_URL=postgres://postgres@127.0.0.1/archive python -m bench.archive --claims 1000000

The same archive every time, from the seed. The database must be empty; it is migrated and stays.
Its user must be a superuser, because rows go in by COPY with the triggers switched off. Rows are
made from a sample that was published for real (``bench.shapes``); hashes and chain are true, and
so are the terms. The interview in ``fixtures/`` comes last, through the desk's own workflow.
"""

import argparse
import os
import sys
import time
from importlib import import_module
from typing import Any

import django

from bench.editions import Record
from bench.filling import MEASURE_COUNT, TOPIC_COUNT, Filler, Values, marked
from bench.lanes import Lanes, columns_of, without_indexes, without_triggers
from bench.sample import SOURCE_KINDS, UNIT
from bench.schedule import Schedule, fate, status
from bench.shapes import PARTS, SHARED, make_shapes
from bench.words import Words

EDITORS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--shapes", type=int, help="claims published for real: 2,000 or a fifth")
    parser.add_argument("--seed", type=int, default=0)
    options: Any = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.test")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    start = time.monotonic()
    call_command("migrate", verbosity=0)
    refuse_what_is_filled()
    shapes = options.shapes or min(2_000, options.claims // 5)
    fill(options.claims, shapes, seed=options.seed, is_parallel=True)
    say("publishing the interview", start)
    publish_interview()
    say("vacuuming", start)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()
    say("done", start)


def refuse_what_is_filled() -> None:
    from claims.models import Claim, Edition

    if Claim.objects.exists() or Edition.objects.exists():
        sys.exit("This database holds claims: give the address of an empty one in DATABASE_URL.")


def fill(claims: int, shapes: int, *, seed: int = 0, is_parallel: bool) -> None:
    """Without the interview; on the connection at hand unless ``is_parallel``."""
    from django.core.management import call_command

    from claims.models import Unit

    start = time.monotonic()
    call_command("loaddata", "scale", verbosity=0)
    Unit.objects.get_or_create(
        slug=UNIT,
        defaults={f"{form}_{code}": "people" for form in ("one", "other") for code in ("en", "fr")},
    )
    people = make_people()
    sample = make_shapes(shapes, seed=seed)
    say(f"{len(sample.claims)} claims were published for real", start)
    size = {"kinds": 200_000, "length": 4_000_000} if claims > 5_000 else {"kinds": 3_000}
    words = Words(seed=seed, **({"length": 50_000} | size))
    filler = Filler(sample, words, claims, seed=seed)
    schedule = Schedule(claims)
    tables = [*SHARED, *PARTS, "edition"]
    with without_indexes(tables), without_triggers():
        columns = {name: columns_of(f"claims_{name}") for name in tables}
        lanes = Lanes(columns, is_parallel=is_parallel)
        write_shared(filler, lanes)
        record = Record(filler, schedule, people)
        for number in range(claims):
            write_desk(filler, schedule, record, number, lanes)
            if number % 100_000 == 99_999:
                say(f"{number + 1} claims", start)
        for count, (number, version) in enumerate(schedule.order, start=1):
            lanes.write("edition", record.line(number, version))
            if count % 100_000 == 0:
                say(f"{count} editions", start)
        lanes.finish()
        say("terms and moves", start)
        record.write_terms()
        log_moves()
        say("indexes", start)
    file_by_rating()
    count_on(tables)
    say("filled", start)


def publish_interview() -> None:
    """What is not the archive's, through the desk's own workflow, now."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.utils import timezone

    from claims.desk import workflow
    from claims.management.commands.demo import FIXTURES
    from claims.models import Claim
    from claims.record.composing import content_sha256

    newest = Claim.objects.order_by("-pk").values_list("pk", flat=True)[:1].get()
    people = {user.username: user for user in get_user_model().objects.all()}
    call_command("importfixture", *FIXTURES, verbosity=0)
    claims = Claim.objects.filter(pk__gt=newest)
    for claim in claims.with_content():
        workflow.submit(claim, by=people["researcher-0"], at=timezone.now())
    contents = workflow.preview(list(claims.with_content()))
    previews = {slug: content_sha256(content) for slug, content in contents.items()}
    workflow.publish_many(previews, by=people["editor-0"], at=timezone.now())


def make_people() -> dict[str, list[int]]:
    """Accounts, all with the password "secret"; gives the ids of who submits and who approves."""
    from claims.desk.roles import CHIEF_EDITOR, RESEARCHER
    from tests.factories import make_user

    make_user(None, username="owner", is_superuser=True)
    researchers = [make_user(RESEARCHER, username=f"researcher-{n}").pk for n in range(EDITORS)]
    editors = [make_user(CHIEF_EDITOR, username=f"editor-{n}").pk for n in range(EDITORS)]
    return {"researchers": researchers, "editors": editors}


def write_shared(filler: Filler, lanes: Lanes) -> None:
    """Topics, claimants, measures, documents with their sections, and sources."""

    def write(name: str, mark: str, values: Values) -> None:
        lanes.write(name, filler.shapes.shared[mark] % marked(mark, values))

    for name, rows, count in [
        ("topic", filler.topics, TOPIC_COUNT),
        ("claimant", filler.claimants, len(filler.claimants)),
        ("measure", filler.measures, MEASURE_COUNT),
    ]:
        for values in rows[:count]:
            write(name, f"{name}0", values)
    for number in range(len(filler.starts) - 1):
        values = marked("document0", filler.document(number))
        values["dated"] = values["document0dated"]
        lanes.write("document", filler.shapes.shared["document0"] % values)
        firsts = filler.first_sections
        for place, section in enumerate(range(firsts[number], firsts[number + 1]), start=1):
            given = marked("section0", filler.section(section)) | values
            line = filler.shapes.shared["section0"] % (given | {"sectionnumber": place})
            lanes.write("section", line)
    for number in range(filler.sources):
        mark = f"source{number % len(SOURCE_KINDS)}"
        values = marked(mark, filler.source(number))
        lanes.write("source", filler.shapes.shared[mark] % values)


def write_desk(
    filler: Filler, schedule: Schedule, record: Record, number: int, lanes: Lanes
) -> None:
    """The rows of one claim as they are now: as its newest edition says, if it has any."""
    shape = filler.shape(number)
    values = record.values(number, schedule.publications(number))
    since = record.published_at(number, schedule.count(number))
    values |= {"status": status(number), "status_since": since}
    submitter = record.submitter(number) if status(number) == "in_review" else "\\N"
    values["submitted_by_id"] = submitter
    values["is_revision"] = "t" if fate(number)[0] == "revised" else "f"
    for name in PARTS:
        if shape.counts[name]:
            lanes.write(name, shape.lines[name] % values)


def log_moves() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO claims_move (claim_slug, name, from_status, to_status, by_id, at, note) "
            "SELECT claim_slug, name, from_status, to_status, by_id, at, '' FROM claims_edition, "
            "LATERAL (VALUES"
            " ('submit', 'draft', 'in_review', submitted_by_id, published_at - interval '1 day'),"
            " ('publish', 'in_review', 'published', approved_by_id, published_at)"
            ") AS move (name, from_status, to_status, by_id, at) "
            "WHERE kind = 'publication' ORDER BY sequence, at"
        )


def file_by_rating() -> None:
    """The terms of ratings, as the migration makes them of a record without."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(import_module("claims.migrations.0021_lists").FILE)


def count_on(tables: list[str]) -> None:
    """New rows get numbers after the last one."""
    from django.db import connection

    with connection.cursor() as cursor:
        for name in tables:
            if name != "edition":
                table = f"claims_{name}"
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
                )


def say(text: str, start: float) -> None:
    print(f"{time.monotonic() - start:6.0f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
