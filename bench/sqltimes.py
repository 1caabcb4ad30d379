"""How long the database works for a page of ours, beside the best SQL one can write for it."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.addresses import COMMON, Chosen, anew
from bench.results import middle

LIVE = "superseded_at IS NULL AND kind = 'publication'"
COLUMNS = "sequence, claim_slug, statement_en, summary_en, rating, topics, published_at"
NEWEST = "ORDER BY published_at DESC, sequence DESC LIMIT 26"
FIND = (
    "websearch_to_tsquery('factcheck_en', %s) || websearch_to_tsquery('factcheck_fr', %s) || "
    "websearch_to_tsquery('french', %s) || websearch_to_tsquery('factcheck_simple', %s)"
)
# Of a rare word: without the fence PostgreSQL may walk through all editions by date instead.
FIND_FIRST = (
    f"WITH found AS MATERIALIZED (SELECT {COLUMNS} FROM claims_edition "
    f"WHERE {LIVE} AND search @@ ({FIND})) SELECT * FROM found {NEWEST}"
)

# Of what is counted beside the filters: verdicts of a topic, whether there are few, and those few.
FACETS = ["GROUP BY", "LIMIT 2001)", 'SELECT "claims_edition"."rating"']


@contextmanager
def timed_queries() -> Iterator[list[tuple[str, float]]]:
    """The SQL that ran, and for how many milliseconds until its rows were there."""
    from django.db import connections

    found: list[tuple[str, float]] = []

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            found.append((sql, (time.perf_counter() - start) * 1000))

    wrapped = [connections[alias].execute_wrapper(run) for alias in connections]
    for wrapper in wrapped:
        wrapper.__enter__()
    try:
        yield found
    finally:
        for wrapper in wrapped:
            wrapper.__exit__(None, None, None)


def by_hand(chosen: Chosen) -> dict[str, tuple[str, list[Any]]]:
    """The best SQL for each question, by the name of the operation."""
    listed = f"SELECT {COLUMNS} FROM claims_edition WHERE {LIVE}"
    cursor = (
        "(SELECT published_at, sequence FROM claims_edition WHERE "
        f"{LIVE} ORDER BY published_at DESC, sequence DESC OFFSET %s LIMIT 1)"
    )
    return {
        "list, first page": (f"{listed} {NEWEST}", []),
        f"list, cursor at row {chosen.row:,}": (
            f"{listed} AND (published_at, sequence) < (%s, %s) {NEWEST}",
            _values(cursor, chosen.row - 1),
        ),
        "list, rating and topic": (
            f"{listed} AND rating = 'false' AND topics && ARRAY[%s]::varchar[] {NEWEST}",
            [chosen.topic],
        ),
        "search, rare word": (FIND_FIRST, [chosen.rare] * 4),
        "search, common word": (f"{listed} AND search @@ ({FIND}) {NEWEST}", [COMMON] * 4),
        "claim page": (
            f"SELECT * FROM claims_edition WHERE {LIVE} AND claim_slug = %s",
            [chosen.slugs[0]],
        ),
    }


def _values(sql: str, offset: int) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {sql} AS place", [offset])
        return list(cursor.fetchone())


def measure(paths: dict[str, str], chosen: Chosen, runs: int) -> dict[str, dict[str, float]]:
    """Medians in milliseconds by operation: Python's own, and the database's by their purpose."""
    from django.test import Client

    taken: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    hand = by_hand(chosen)
    client = Client(headers={"host": "127.0.0.1"})
    for run in range(runs + 1):
        for name, path in paths.items():
            start = time.process_time()
            with timed_queries() as queries:
                client.get(anew([path])[0])
            found = {"Python": (time.process_time() - start) * 1000} | sorted_out(queries)
            if name in hand:
                found["by hand"] = timed(*hand[name])
            for part, took in found.items() if run else ():  # The first run warms up.
                taken[name][part].append(took)
    return {
        name: {part: middle(values) for part, values in parts.items()}
        for name, parts in taken.items()
    }


def sorted_out(queries: list[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    found["all"] = sum(took for _sql, took in queries)
    found["queries"] = len(queries)
    for sql, took in queries:
        if any(part in sql for part in FACETS):
            found["facets"] += took
        elif "COUNT(" in sql:
            found["counts"] += took
        elif "ORDER BY" in sql and "LIMIT 26" in sql:
            found["rows"] += took
    return dict(found)


def timed(sql: str, params: list[Any]) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute(sql, params)
        cursor.fetchall()
        return (time.perf_counter() - start) * 1000
