"""A gunicorn worker whose threads get whole requests: whoever sends slowly holds none of them.

gunicorn's own threads read from the socket, so that as many slow senders as there are threads
keep everybody else out. Here the event loop of the worker collects each request, with a deadline,
and lets go of connections in the same way.
"""

import socket
import time
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from factcheck.arrival import Arrival, ArrivedUnreader, Refused

RECEIVED_AT_ONCE = 65_536
# How long a client may take to close a connection that is over.
FAREWELL_SECONDS = 2.0
SECONDS_BETWEEN_LOOKS = 1.0

WORDS = {
    HTTPStatus.REQUEST_TIMEOUT: "The request took too long.\nLa requête a pris trop de temps.\n",
    HTTPStatus.LENGTH_REQUIRED: (
        "Say how long the request is.\nLa requête doit indiquer sa longueur.\n"
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "The request is too large.\nLa requête est trop volumineuse.\n"
    ),
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is too long.\nL’adresse est trop longue.\n",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "The request's header is too large.\nL’en-tête de la requête est trop volumineux.\n"
    ),
}


class PatientWorker(ThreadWorker):
    """``arrivals`` are requests that are not whole yet, ``leaving`` connections that are over."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.arrivals: dict[Any, Arrival] = {}
        self.leaving: dict[Any, float] = {}
        self.next_look = 0.0

    def enqueue_req(self, conn: Any) -> None:
        """gunicorn would give the connection to a thread; here the request is waited for first."""
        if self.cfg.is_ssl:
            super().enqueue_req(conn)
            return
        begun = conn.parser.unreader.take_buffered() if conn.parser else b""
        conn.sock.setblocking(False)
        self.arrivals[conn] = Arrival(time.monotonic())
        self.poller.register(conn.sock, EVENT_READ, partial(self._receive, conn))
        if begun:
            self._take(conn, begun)

    def _receive(self, conn: Any, client: socket.socket) -> None:
        if data := _received(client):
            self._take(conn, data)
        elif data is not None:
            self._drop(conn)

    def _take(self, conn: Any, data: bytes) -> None:
        arrival = self.arrivals[conn]
        try:
            arrival.take(data, time.monotonic())
        except Refused as refusal:
            self._refuse(conn, refusal.status)
            return
        if arrival.is_whole:
            self._hand_over(conn, arrival)
        elif arrival.awaits_word:
            arrival.awaits_word = False
            _send(conn, b"HTTP/1.1 100 Continue\r\n\r\n")

    def _hand_over(self, conn: Any, arrival: Arrival) -> None:
        self._forget(conn)
        conn.init()
        conn.parser.unreader = ArrivedUnreader(arrival)
        super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """What gunicorn does in the end, but for waiting until the client has closed."""
        if self.cfg.is_ssl:
            super().finish_request(conn, fs)
            return
        arrival = conn.parser.unreader.arrival
        arrival.close()
        if fs.cancelled() or fs.exception() or not fs.result():
            self._see_off(conn)
            return
        conn.parser.unreader.unread(arrival.rest)
        super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """gunicorn asks for this with each turn of its loop."""
        super().murder_pending()
        now = time.monotonic()
        if now < self.next_look:
            return
        self.next_look = now + SECONDS_BETWEEN_LOOKS
        for conn, arrival in list(self.arrivals.items()):
            if not arrival.has_begun and not self.alive:
                self._drop(conn)
            elif now > arrival.deadline:
                self._refuse(conn, HTTPStatus.REQUEST_TIMEOUT)
        for conn, deadline in list(self.leaving.items()):
            if now > deadline:
                self._drop(conn)

    def _refuse(self, conn: Any, status: HTTPStatus) -> None:
        body = WORDS[status].encode()
        head = (
            f"HTTP/1.1 {status} {status.phrase}\r\nConnection: close\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
            f"Cache-Control: no-store\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.arrivals[conn].close()
        self._forget(conn)
        _send(conn, head.encode() + body)
        self._see_off(conn)

    def _see_off(self, conn: Any) -> None:
        """Close once the client has: otherwise it might lose the end of its answer."""
        conn.sock.setblocking(False)
        self.leaving[conn] = time.monotonic() + FAREWELL_SECONDS
        try:
            self.poller.register(conn.sock, EVENT_READ, partial(self._discard, conn))
            conn.sock.shutdown(socket.SHUT_WR)
        except (OSError, ValueError):
            self._drop(conn)

    def _discard(self, conn: Any, client: socket.socket) -> None:
        if _received(client) == b"":
            self._drop(conn)

    def _drop(self, conn: Any) -> None:
        if arrival := self.arrivals.get(conn):
            arrival.close()
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: Any) -> None:
        self.arrivals.pop(conn, None)
        self.leaving.pop(conn, None)
        with suppress(KeyError, ValueError):  # Never registered, or closed already.
            self.poller.unregister(conn.sock)


def _received(client: socket.socket) -> bytes | None:
    """What there is to receive; empty at the end, None where there is nothing yet."""
    try:
        return client.recv(RECEIVED_AT_ONCE)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _send(conn: Any, data: bytes) -> None:
    with suppress(OSError):  # Whoever has gone, or does not read, does not hear it.
        conn.sock.send(data)
