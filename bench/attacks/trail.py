"""Every way to write leaves its trail, and no way rewrites it.

    python -m bench.attacks.trail --count 2000

Writes to every table of the desk in every way there is, and counts the events; tries to change,
delete and empty every table of the record and of the trail in the role of the application, with
the session setting by which a trigger library looks away; and times updates with and without the
trail. Prints one line, and fails where a change left no event or more than one, where anything
was rewritten, or where the trail costs more than half as much again.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

from bench.scratch import scratch_database

MOST = 1.5
RUNS = 5
RECORD = ["claims_edition", "claims_redaction", "claims_move"]
# What pgtrigger sets for the triggers that its ``ignore`` names.
LOOK_AWAY = "SELECT set_config('pgtrigger.ignore', '{{{}}}', true)"


def prepare() -> None:
    """One row of everything that is tracked."""
    from claims.models import Transcript
    from tests import factories as make

    make.withdraw(make.make_published().claim)
    claim = make.make_rated_claim(topics=[make.make_topic()])
    make.make_section(document=claim.document)
    make.make_quote(claim=claim)
    make.make_figure(claim=claim)
    make.make_note(claim=claim)
    make.make_reply(claim=claim, answered_on="2026-11-24", answer_en="No.", answer_fr="Non.")
    make.make_relation(claim=claim, target=make.make_claim(topics=[make.make_topic()]))
    Transcript.objects.create(document=claim.document, language="en", text="Text.")


def tracked() -> list[Any]:
    from django.apps import apps

    return [
        model
        for model in apps.get_app_config("claims").get_models()
        if hasattr(model, "pgh_event_model")
    ]


def written_column(model: Any) -> str:
    """A column that may change in a draft; the key of a row that has nothing else."""
    from django.db import models

    from bench.attacks.planted import NAMES, text_fields

    words = [column.name for column in text_fields(model) if column.name not in NAMES]
    if words:
        return str(words[0])
    numbers = [
        column.name
        for column in model._meta.concrete_fields
        if isinstance(column, models.PositiveIntegerField | models.PositiveSmallIntegerField)
        and column.name != "version"
    ]
    return str(numbers[0]) if numbers else ""


def writes(model: Any) -> Iterator[tuple[str, Callable[[Any, str], object]]]:
    """The ways to change one row. Each is given the row and its column."""
    from django.core import serializers
    from django.db import connection

    table, objects = model._meta.db_table, model._base_manager

    def changed(row: Any, column: str) -> Any:
        value = getattr(row, column)
        setattr(row, column, [f"{value}x"] if isinstance(value, list) else _other(value))
        return row

    def update(row: Any, column: str) -> object:
        return objects.filter(pk=row.pk).update(**{column: getattr(changed(row, column), column)})

    def raw(row: Any, column: str) -> None:
        value = getattr(changed(row, column), column)
        with connection.cursor() as cursor:
            cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE id = %s', [value, row.pk])

    def load(row: Any, column: str) -> None:
        text = serializers.serialize("json", [changed(row, column)])
        for one in serializers.deserialize("json", text):
            one.save()

    yield "save", lambda row, column: changed(row, column).save(update_fields=[column])
    yield "update", update
    yield "bulk_update", lambda row, column: objects.bulk_update([changed(row, column)], [column])
    yield "raw SQL", raw
    if not model._meta.proxy:
        yield "loaddata", load


def _other(value: Any) -> Any:
    if isinstance(value, int):
        return value + 7
    return f"{value}x" if value else "Words."


def every_write() -> tuple[int, int, list[str]]:
    """How many writes came through, how many a guard refused, and what left not just one event."""
    import pghistory
    from django.db import IntegrityError, transaction

    from tests.factories import make_user

    user = make_user()
    number, refused, faults = 0, 0, []
    for model in tracked():
        events = model.pgh_event_model._base_manager
        rows = model._base_manager.order_by("pk")
        ways = [(name, write) for name, write in writes(model)] if written_column(model) else []
        for name, write in [*ways, ("delete", _delete), ("insert", _insert)]:
            for actor in (user.pk, None):
                try:
                    with transaction.atomic():
                        before = events.count()
                        with pghistory.context(user=actor) if actor else nullcontext():
                            write(rows.last(), written_column(model))
                        found = list(events.order_by("-pgh_id")[: events.count() - before])
                        own = [one for one in found if _is_about(one, name)]
                        told = {_actor(one) for one in own}
                        transaction.set_rollback(True)
                except IntegrityError:
                    # Such as notes, which stay as they were written.
                    refused += 1
                    continue
                number += 1
                if len(own) != 1 or told != {actor}:
                    faults.append(f"{model.__name__}: {name}: {len(own)} events by {told}")
    return number, refused, faults


def _is_about(event: Any, way: str) -> bool:
    """Rows that went with a deleted one leave events of their own."""
    return way != "delete" or event.pgh_label == "delete"


def _actor(event: Any) -> Any:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _delete(row: Any, _column: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])


def _insert(row: Any, _column: str) -> None:
    """The row again, after it has gone: raw SQL, as any tool would write it."""
    from django.db import connection

    columns = ", ".join(
        f'"{column.column}"' for column in row._meta.concrete_fields if not column.generated
    )
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE kept AS SELECT {columns} FROM {table} WHERE id = {row.pk}"
        )
        # So that the row goes without a trace, and without those that refer to it.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [row.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM kept")


def rewriting() -> tuple[int, list[str]]:
    """How many tries there were to rewrite what is on record, and which were not refused."""
    from django.db import DatabaseError, connection, transaction

    tables = [*RECORD, *(model.pgh_event_model._meta.db_table for model in tracked())]
    number, faults = 0, []
    for role in ("factcheck_desk", "factcheck_reader", "factcheck_reporter", ""):
        for table in tables:
            for statement in _statements(table):
                number += 1
                try:
                    with transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute(LOOK_AWAY.format(",".join(_triggers(table))))
                        if role:
                            cursor.execute(f"SET LOCAL ROLE {role}")
                        cursor.execute(statement)
                        count = cursor.rowcount
                        transaction.set_rollback(True)
                except DatabaseError:
                    continue
                # The owner can empty what only the library guards: grants hold, triggers do not.
                if role or table in RECORD:
                    faults.append(f"{role or 'owner'}: {statement}: {count} rows")
    return number, faults


def _statements(table: str) -> list[str]:
    column = {"claims_edition": "sequence", "claims_redaction": "id", "claims_move": "id"}.get(
        table, "pgh_id"
    )
    return [
        f"UPDATE {table} SET {column} = {column} + 1000",
        f"DELETE FROM {table} WHERE {column} > 0",
        f"TRUNCATE {table} CASCADE",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL; DELETE FROM {table}; SELECT 1/0",
    ]


def _triggers(table: str) -> list[str]:
    """The names under which the library would let its triggers look away."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [table],
        )
        names = [name for (name,) in cursor.fetchall()]
    return names + [f"{table}:{name}" for name in names]


def cost(count: int) -> float:
    """How many times as long saves take with the trail as without, by turns."""
    from django.db import connection, transaction

    from claims.models import Source
    from tests.factories import make_source

    row = make_source()
    taken: dict[bool, list[float]] = {True: [], False: []}
    for run in range(2 * RUNS):
        is_on = run % 2 == 0
        verb = "ENABLE" if is_on else "DISABLE"
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {Source._meta.db_table} {verb} TRIGGER USER")
        start = time.perf_counter()
        with transaction.atomic():
            for number in range(count // RUNS):
                row.title = f"Title {run} {number}"
                row.save(update_fields=["title"])
        taken[is_on].append(time.perf_counter() - start)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {Source._meta.db_table} ENABLE TRIGGER USER")
    return statistics.median(taken[True]) / statistics.median(taken[False])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000, help="Timed updates.")
    options: Any = parser.parse_args()
    with scratch_database("factcheck_trail"):
        prepare()
        written, refused, unrecorded = every_write()
        tried, rewritten = rewriting()
        ratio = cost(options.count)
    for fault in [*unrecorded, *rewritten][:30]:
        print(fault, file=sys.stderr)
    print(
        f"trail: {written} writes to {len(tracked())} tables, "
        f"{len(unrecorded)} not recorded once, {refused} refused; "
        f"{tried} tries to rewrite, {len(rewritten)} came through; "
        f"{options.count} updates take {ratio:.2f} times as long"
    )
    sys.exit(bool(unrecorded or rewritten) or ratio > MOST)


if __name__ == "__main__":
    main()
