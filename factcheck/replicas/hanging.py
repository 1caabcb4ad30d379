"""Ends the connections to a server that hangs.

Its machine still answers for it, so no time limit of TCP ends them, and a server that hangs keeps
none of its own. Requests that wait for it would take one thread after the other.
"""

import os
import socket
from collections import defaultdict
from typing import Any
from weakref import WeakSet

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_lent: defaultdict[str, WeakSet[psycopg.Connection]] = defaultdict(WeakSet)


def remember(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Whenever a thread takes a connection, pooled or not."""
    _lent[connection.alias].add(connection.connection)


def remember_connections() -> None:
    connection_created.connect(remember)


def hang_up(alias: str) -> None:
    """Whoever waits for an answer gets an error at once, as if the server had gone."""
    for connection in list(_lent[alias]):
        if connection.closed:
            continue
        # A second handle: closing it leaves the connection's own to its owner.
        with socket.socket(fileno=os.dup(connection.fileno())) as line:
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It has ended by itself meanwhile.
                continue
