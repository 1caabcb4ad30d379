"""A request on its way in: what has come of it, what is still to come, and until when.

Only where it ends is found out here. What it says is read by gunicorn, which refuses what is no
HTTP; so wherever the length is in doubt, the request is taken to end with its head.
"""

import tempfile
from http import HTTPStatus
from typing import IO

from gunicorn.http.unreader import Unreader

HEAD_BYTES = 32_768
BODY_BYTES = 20_000_000
IN_MEMORY_BYTES = 65_536
HEAD_SECONDS = 10.0
# A body has this long, and a second more for each of these bytes that has come.
BODY_SECONDS = 20.0
BYTES_A_SECOND = 10_000
PIECE = 65_536

HEAD_END = b"\r\n\r\n"
MANY_DIGITS = 20


class Refused(Exception):
    """A request that will not be taken in, with the status that says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Arrival:
    """One request, from its first byte to its last. ``rest`` belongs to the one after it."""

    def __init__(self, now: float) -> None:
        self.began_at = now
        self.head_at = 0.0
        self.head = b""
        self.rest = b""
        self.length = 0  # Bytes of the body, once the head is there.
        self.come = 0  # Bytes of the body that have come.
        self.awaits_word = False  # Whether the client waits for "100 Continue".
        self.file = _file()

    @property
    def has_begun(self) -> bool:
        return bool(self.head)

    @property
    def is_whole(self) -> bool:
        return bool(self.head_at) and self.come == self.length

    @property
    def deadline(self) -> float:
        """Until when there is patience, on the clock that ``now`` is of."""
        if not self.head_at:
            return self.began_at + HEAD_SECONDS
        return self.head_at + BODY_SECONDS + self.come / BYTES_A_SECOND

    def take(self, data: bytes, now: float) -> None:
        """Take in what has come. Raises Refused as soon as it is known to be too much."""
        if self.head_at:
            self._take_body(data)
            return
        searched = max(len(self.head) - len(HEAD_END) + 1, 0)
        self.head += data
        end = self.head.find(HEAD_END, searched)
        if end < 0:
            if len(self.head) > HEAD_BYTES:
                raise Refused(self._too_long())
            return
        self.head, body = self.head[: end + len(HEAD_END)], self.head[end + len(HEAD_END) :]
        if len(self.head) > HEAD_BYTES:
            raise Refused(self._too_long())
        self.head_at = now or 1e-9
        self.length = self._length()
        self.file.write(self.head)
        self._take_body(body)

    def _take_body(self, data: bytes) -> None:
        missing = self.length - self.come
        self.file.write(data[:missing])
        self.come += len(data[:missing])
        self.rest += data[missing:]
        self.awaits_word = self.awaits_word and not self.come

    def _too_long(self) -> HTTPStatus:
        first_line, is_ended, _more = self.head.partition(b"\r\n")
        is_the_address = not is_ended or len(first_line) > HEAD_BYTES // 2
        name = "REQUEST_URI_TOO_LONG" if is_the_address else "REQUEST_HEADER_FIELDS_TOO_LARGE"
        return HTTPStatus[name]

    def _length(self) -> int:
        """Bytes of the body. Raises Refused where they are too many, or nobody says how many."""
        lengths = self._values(b"content-length")
        if self._values(b"transfer-encoding"):
            if lengths:
                return 0
            raise Refused(HTTPStatus.LENGTH_REQUIRED)
        if len(lengths) != 1 or not lengths[0].isdigit():
            return 0
        if len(lengths[0]) > MANY_DIGITS or int(lengths[0]) > BODY_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self.awaits_word = b"100-continue" in [one.lower() for one in self._values(b"expect")]
        return int(lengths[0])

    def _values(self, name: bytes) -> list[bytes]:
        """The values of the header fields of this name, which is in lower case."""
        fields = (line.partition(b":") for line in self.head.split(b"\r\n")[1:])
        return [value.strip(b" \t") for given, _colon, value in fields if given.lower() == name]

    def close(self) -> None:
        self.file.close()


def _file() -> IO[bytes]:
    """In memory while it is small: most requests are a head and nothing else."""
    return tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)


class ArrivedUnreader(Unreader):
    """What gunicorn's parser reads a request from: never the socket, so that no thread waits."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self.arrival = arrival
        arrival.file.seek(0)

    def chunk(self, size_hint: int | None = None) -> bytes:
        return self.arrival.file.read(min(size_hint or PIECE, PIECE))
