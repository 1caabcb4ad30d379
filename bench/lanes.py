"""Rows into many tables at once by COPY: as many at a time as there are lanes, no triggers."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

BLOCK = 5_000  # Lines that go to the server together.


class Lane:
    """Lines for one table; on a connection of its own when ``is_parallel``."""

    def __init__(self, table: str, columns: str, *, is_parallel: bool) -> None:
        from django.db import connection

        self._command = f"COPY {table} ({columns}) FROM STDIN"
        self._lines: list[str] = []
        self._connection: Any = connection.copy() if is_parallel else connection
        self._pool = ThreadPoolExecutor(1) if is_parallel else None
        self._pending: Future[None] | None = None
        if is_parallel:
            self._connection.inc_thread_sharing()
            with self._connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = replica")

    def write(self, lines: str) -> None:
        self._lines.append(lines)
        if len(self._lines) >= BLOCK:
            self._flush()

    def finish(self) -> None:
        self._flush()
        if self._pool:
            self._wait()
            self._pool.shutdown()
            self._connection.close()

    def _flush(self) -> None:
        block, self._lines = "".join(self._lines), []
        if self._pool:
            self._wait()
            self._pending = self._pool.submit(self._copy, block)
        else:
            self._copy(block)

    def _wait(self) -> None:
        if self._pending:
            self._pending.result()

    def _copy(self, block: str) -> None:
        with self._connection.cursor() as cursor, cursor.copy(self._command) as copy:
            copy.write(block)


class Lanes:
    """One lane a table, and two for editions, which take the server longest."""

    def __init__(self, columns: dict[str, str], *, is_parallel: bool) -> None:
        self._turn = 0
        self._lanes = {
            name: [
                Lane(f"claims_{name}", given, is_parallel=is_parallel)
                for _number in range(2 if is_parallel and name == "edition" else 1)
            ]
            for name, given in columns.items()
        }

    def write(self, name: str, lines: str) -> None:
        lanes = self._lanes[name]
        self._turn += 1
        lanes[self._turn % len(lanes)].write(lines)

    def finish(self) -> None:
        for lanes in self._lanes.values():
            for lane in lanes:
                lane.finish()


@contextmanager
def without_triggers() -> Iterator[None]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


@contextmanager
def without_indexes(tables: list[str]) -> Iterator[None]:
    """Builds the indexes that hold no constraint afterwards: together is quicker than by row."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique ORDER BY 1",
            [[f"claims_{name}" for name in tables]],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        for _name, definition in found:
            cursor.execute(definition)


def columns_of(table: str) -> str:
    """The columns that are not generated, and the number."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ',' ORDER BY ordinal_position) "
            "FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        [found] = cursor.fetchone()
    return str(found)
