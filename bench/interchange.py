"""How long claims take to come in and editions to go out, beside PostgreSQL's own COPY.

    python -m bench.interchange --claims 100000 --editions 1000000

Both in one run, interleaved, on the server that DATABASE_URL names or on the embedded one, in a
database of its own; its user must be a superuser, because tables are emptied and editions copied
with their triggers switched off. COPY writes the same rows into the same tables, with the same
triggers and indexes, and reads the same payloads. Prints medians and ratios as Markdown.
"""

import argparse
import io
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.generated import Generator
from bench.lanes import columns_of, without_triggers
from bench.scratch import scratch_database

RUNS = 3
SAMPLE = 1_000  # Claims that are published for real; the other editions are copies of theirs.
# In the order in which they can be written.
TABLES = [
    "unit", "measure", "topic", "claimant", "document", "section", "source", "claim",
    "claim_topics", "quote", "evidence", "figure", "note", "relation",
]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--editions", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=RUNS)
    options: Any = parser.parse_args()
    with scratch_database("factcheck_interchange"):
        if options.claims:
            claims_in(options.claims, options.runs)
        if options.editions:
            editions_out(options.editions, options.runs)


def claims_in(count: int, runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "claims.json"
        write_fixture(Generator(count), file)
        say(f"{file.stat().st_size / 1e6:.0f} MB of fixture")
        took: dict[str, list[float]] = {"importfixture": [], "COPY": []}
        for _run in range(runs):
            took["importfixture"].append(timed(lambda: bring(file)))
            say(f"importfixture {took['importfixture'][-1]:.1f} s, {memory()} MiB")
            dumped = dump(Path(folder))
            empty()
            took["COPY"].append(timed(lambda: copy_in(dumped)))  # noqa: B023
            say(f"COPY {took['COPY'][-1]:.1f} s")
            empty()
    tell(f"{count:,} claims in, with all that belongs to them", took, "COPY")
    print(f"Memory of the importing process at most: {memory()} MiB.\n")


def write_fixture(generator: Generator, file: Path) -> None:
    from claims.interchange.rows import written

    with file.open("w", encoding="utf-8") as out:
        separator = "[\n"
        for row in generator.rows():
            out.write(separator + written(row))
            separator = ",\n"
        out.write("\n]\n")


def bring(file: Path) -> None:
    from django.utils import timezone

    from claims.interchange.arriving import json_rows, opened
    from claims.interchange.importer import import_files

    with file.open("rb") as raw:
        rows = json_rows(opened(raw, file.name))
        import_files([(file.name, rows)], by=None, at=timezone.now())


def dump(folder: Path) -> list[tuple[str, Path]]:
    from django.db import connection

    found = []
    for name in TABLES:
        table = f"claims_{name}"
        path = folder / f"{name}.copy"
        with connection.cursor() as cursor, path.open("wb") as out:
            command = f"COPY {table} ({columns_of(table)}) TO STDOUT"
            with cursor.copy(command) as copy:
                for block in copy:
                    out.write(block)
        found.append((table, path))
    return found


def copy_in(dumped: list[tuple[str, Path]]) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        # Named as an import is: without, each trigger of the trail asks in vain, at a high price.
        context = "set_config('pghistory.context_metadata', '{}', true)"
        cursor.execute(
            f"SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true), {context}"
        )
        for table, path in dumped:
            command = f"COPY {table} ({columns_of(table)}) FROM STDIN"
            with cursor.copy(command) as copy, path.open("rb") as given:
                while block := given.read(1 << 20):
                    copy.write(block)


def empty() -> None:
    from django.db import connection

    with without_triggers(), connection.cursor() as cursor:
        tables = ", ".join(f"claims_{name}" for name in TABLES)
        cursor.execute(f"TRUNCATE {tables} CASCADE")
        cursor.execute("VACUUM")


def editions_out(count: int, runs: int) -> None:
    make_editions(count)
    took: dict[str, list[float]] = {"exportrecord": [], "COPY": []}
    first: list[float] = []
    program = Path(__file__).with_name("interchange_out.py")
    peak = 0
    for _run in range(runs):
        for what in took:
            found = json.loads(
                subprocess.run(
                    [sys.executable, program, what, database_name()],
                    check=True,
                    capture_output=True,
                    text=True,
                    cwd=program.parent.parent,
                ).stdout
            )
            took[what].append(found["seconds"])
            say(f"{what}: {found}")
            if what == "exportrecord":
                first.append(found["first"])
                peak = max(peak, found["memory"])
    tell(f"{count:,} editions out as JSON Lines", took, "COPY")
    print(
        f"First byte after {statistics.median(first) * 1000:.0f} ms; memory at most {peak} MiB.\n"
    )


def database_name() -> str:
    from django.db import connection

    return str(connection.settings_dict["NAME"])


def make_editions(count: int) -> None:
    """A sample published for real, then copies of it: true payloads, whose chain is not true."""
    from django.db import connection
    from django.utils import timezone

    from claims.desk import workflow
    from claims.models import Claim
    from claims.record.composing import content_sha256
    from tests.factories import make_editor, make_rating, make_user

    rows = Generator(SAMPLE).rows()
    text = json.dumps(list(rows)).encode()
    from claims.interchange.arriving import json_rows
    from claims.interchange.importer import import_files

    import_files([("sample", json_rows(io.BytesIO(text)))], by=None, at=timezone.now())
    Claim.objects.update(is_open=False, rating=make_rating("half_true"))
    researcher, editor = make_user(), make_editor()
    for claim in Claim.objects.all():
        with without_checks():
            workflow.submit(claim, by=researcher, at=timezone.now())
    with without_checks():
        contents = workflow.preview(list(Claim.objects.with_content()))
        workflow.publish_many(
            {slug: content_sha256(content) for slug, content in contents.items()},
            by=editor,
            at=timezone.now(),
        )
    say(f"{SAMPLE} editions are published")
    table, columns = "claims_edition", columns_of("claims_edition").split(",")
    given = {
        "sequence": f"sequence + {SAMPLE} * step",
        "claim_slug": "claim_slug || '-' || step",
        "chain_hash": "encode(sha256((chain_hash || step)::bytea), 'hex')",
        "previous_hash": "encode(sha256((previous_hash || step)::bytea), 'hex')",
    }
    chosen = ", ".join(given.get(column, column) for column in columns)
    with without_triggers(), connection.cursor() as cursor:
        for step in range(1, count // SAMPLE):
            values = chosen.replace("step", str(step))
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) "
                f"SELECT {values} FROM {table} WHERE sequence <= {SAMPLE}"
            )
        cursor.execute(f"VACUUM ANALYZE {table}")


@contextmanager
def without_checks() -> Iterator[None]:
    """Made-up claims lack what a reviewer asks for."""
    from claims.desk import checklist

    before = checklist.before_submission, checklist.before_publication
    checklist.before_submission = checklist.before_publication = lambda _claim: []  # type: ignore[assignment]
    try:
        yield
    finally:
        checklist.before_submission, checklist.before_publication = before


def timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def tell(what: str, took: dict[str, list[float]], base: str) -> None:
    middle = {name: statistics.median(seconds) for name, seconds in took.items()}
    print(f"## {what}\n\n| | median of {len(took[base])} | ratio |\n|---|---|---|")
    for name, seconds in middle.items():
        print(f"| {name} | {seconds:.1f} s | {seconds / middle[base]:.2f} |")
    print()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
