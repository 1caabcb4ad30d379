"""What a stranger's server may take of us: so much time, and so many bytes."""

import io
import socket
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any


class OverfullError(Exception):
    """More bytes came than are taken."""


class Deadline:
    """A moment by which all must be done, however many steps it takes."""

    def __init__(self, seconds: float) -> None:
        self.end = monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left. Raises TimeoutError where there are none."""
        left = self.end - monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def share(self) -> "Deadline":
        """Half of what is left, for a try that may be followed by another."""
        return Deadline(self.left() / 2)

    def take[Found](self, find: Callable[[], Found]) -> Found:
        """The result of a call that knows no deadline. One that comes too late is dropped."""
        results: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()

        def run() -> None:
            try:
                results.put((find(), None))
            except Exception as error:
                results.put((None, error))

        Thread(target=run, daemon=True).start()
        try:
            found, error = results.get(timeout=self.left())
        except Empty as nothing:
            raise TimeoutError from nothing
        if error:
            raise error
        return found


class Wire:
    """What http.client needs of a socket. The deadline holds however slowly bytes come in."""

    def __init__(self, line: socket.socket, deadline: Deadline, *, room: int) -> None:
        self.line = line
        self.deadline = deadline
        self.room = room

    def sendall(self, data: bytes) -> None:
        self.line.settimeout(self.deadline.left())
        self.line.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self))

    def receive_into(self, buffer: Any) -> int:
        if self.room <= 0:
            raise OverfullError
        self.line.settimeout(self.deadline.left())
        count = self.line.recv_into(memoryview(buffer)[: self.room])
        self.room -= count
        return count

    def close(self) -> None:
        """Whoever opened the connection closes it."""


class _Incoming(io.RawIOBase):
    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self.wire.receive_into(buffer)
