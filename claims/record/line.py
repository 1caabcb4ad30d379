"""One question, put to the database again and again, as cheaply as that goes.

A small answer comes within 60 µs. Taking a connection from the pool, Django's cursor, and planning
a statement that has been planned before would cost three times that, for every page that has not
changed. So the question is prepared, on a connection of its own that only it uses.

https://www.psycopg.org/psycopg3/docs/api/pq.html
"""

import os
import threading
import time
from contextlib import suppress
from typing import Any, NoReturn

import psycopg
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    InterfaceError,
    OperationalError,
    connections,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus

from claims.record.idle import has_something_to_say

NAME = b"asked_again_and_again"
# Seconds until a line that failed is tried again. Others answer meanwhile.
PAUSE = 1.0


class Line:
    """A connection of the alias, and the statement that is prepared on it.

    Never waits for another thread: whoever gets None asks in the ordinary way, which knows how to
    say what is wrong with a server.
    """

    def __init__(self, question: str, alias: str = DEFAULT_DB_ALIAS) -> None:
        self.question = question
        self.alias = alias
        self._lock = threading.Lock()
        self._wrapper: BaseDatabaseWrapper | None = None
        self._not_before = 0.0
        # The same texts are the same row: what seldom changes is seldom read anew.
        self._texts: list[bytes | None] = []
        self._row: tuple[Any, ...] = ()

    def ask(self) -> tuple[Any, ...] | None:
        """The first row of the answer; None where the line is busy, broken, or not open yet.

        Raises OperationalError where the server is lost after the question: asked again, it would
        be waited for again.
        """
        if self._wrapper is None or not self._lock.acquire(blocking=False):
            return None
        try:
            return self._asked(self._wrapper) if self._wrapper else None
        finally:
            self._lock.release()

    def open(self) -> None:
        """To be called when the server has just answered: whoever opens waits for it."""
        if self._wrapper or time.monotonic() < self._not_before:
            return
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._not_before = time.monotonic() + PAUSE
            with suppress(DatabaseError, InterfaceError, psycopg.Error):
                self._wrapper = self._opened()
        finally:
            self._lock.release()

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _opened(self) -> BaseDatabaseWrapper:
        wrapper = connections[self.alias].copy()
        # Threads take turns, and none gives it back.
        wrapper.inc_thread_sharing()
        wrapper.settings_dict["OPTIONS"].pop("pool", None)
        wrapper.connect()
        prepared = wrapper.connection.pgconn.prepare(NAME, self.question.encode())
        if prepared.status != ExecStatus.COMMAND_OK:
            wrapper.close()
            raise DatabaseError(prepared.error_message.decode(errors="replace"))
        return wrapper

    def _asked(self, wrapper: BaseDatabaseWrapper) -> tuple[Any, ...] | None:
        connection = wrapper.connection
        if has_something_to_say(connection):
            self._drop()
            return None
        try:
            result = connection.pgconn.exec_prepared(NAME, None)
        except psycopg.Error as error:
            self._lose(error)
        if connection.pgconn.status != ConnStatus.OK:
            self._lose(None)
        if result.status != ExecStatus.TUPLES_OK or not result.ntuples:
            self._drop()
            return None
        texts = [result.get_value(0, column) for column in range(result.nfields)]
        if texts != self._texts:
            reading = Transformer(connection)
            reading.set_pgresult(result)
            self._texts, self._row = texts, reading.load_row(0, tuple)
        return self._row

    def _lose(self, error: Exception | None) -> NoReturn:
        self._drop()
        # For whoever has other servers to ask.
        connections[self.alias].errors_occurred = True
        raise OperationalError("The server was lost while it was asked.") from error

    def _drop(self) -> None:
        wrapper, self._wrapper = self._wrapper, None
        if wrapper:
            with suppress(DatabaseError, InterfaceError, psycopg.Error):
                wrapper.close()


class Lines:
    """A line to each alias of this process. A forked child opens its own."""

    def __init__(self, question: str) -> None:
        self.question = question
        self._lines: dict[str, Line] = {}
        os.register_at_fork(after_in_child=self._lines.clear)

    def close(self) -> None:
        for line in self._lines.values():
            line.close()

    def to(self, alias: str) -> Line:
        return self._lines.get(alias) or self._lines.setdefault(alias, Line(self.question, alias))
