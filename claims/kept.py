"""Finished answers, kept in this process under the name of all that they are made of: the ETag.

Not a cache that has to be told what has changed: a name is never given to two answers, and
whatever changes the record changes every name. So nothing that was withdrawn or blanked can
come out of it; what the record no longer says is dropped as soon as that is noticed.
"""

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TypeGuard

from django.http import HttpResponse
from django.http.response import HttpResponseBase

MOST_BYTES = 16 * 2**20
LONGEST_ANSWER = 2**18
# As Django's middleware has it.
SHORTEST_COMPRESSED = 200
LEVEL = 6
ENCODING = "Content-Encoding"
# What is told again of a page that has not changed: RFC 9110, 15.4.5.
REPEATED = ("Cache-Control", "Content-Location", "ETag", "Expires", "Last-Modified", "Vary")
# What an answer takes beside its texts: the objects that hold them, its name, its place.
ENTRY_BYTES = 2048

type Name = tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """An answer with all its headers, and nothing of the request that it was made for.

    Compressed, unless it is too short for that: whoever takes no gzip has it unpacked.
    """

    content: bytes
    headers: dict[str, str]
    page: str = ""
    # Django notes it on the answer, for those who fill in headers.
    is_frameable: bool = False

    @classmethod
    def of(cls, response: HttpResponse, page: str) -> "Answer":
        content, headers = response.content, dict(response.headers.items())
        if ENCODING not in headers and len(content) >= SHORTEST_COMPRESSED:
            content = gzip.compress(content, LEVEL, mtime=0)
            headers |= {ENCODING: "gzip", "Content-Length": str(len(content))}
        is_frameable = getattr(response, "xframe_options_exempt", False)
        return cls(content, headers, page, is_frameable)

    @property
    def weight(self) -> int:
        """Bytes of memory, about: of short answers most go to headers and objects."""
        headers = sum(len(name) + len(value) for name, value in self.headers.items())
        return ENTRY_BYTES + len(self.content) + len(self.page) + headers

    def response(self, *, takes_gzip: bool) -> HttpResponse:
        content, headers = self.content, self.headers
        if ENCODING in headers and not takes_gzip:
            content = gzip.decompress(content)
            headers = headers | {"Content-Length": str(len(content))}
            del headers[ENCODING]
        response = HttpResponse(content, headers=headers)
        if self.is_frameable:
            response.xframe_options_exempt = True
        return response

    def repeat_headers(self, response: HttpResponseBase) -> None:
        """Where whoever asks is told to take what they have."""
        for name in REPEATED:
            if name in self.headers:
                response.headers[name] = self.headers[name]


class Kept:
    """Answers of one state of the record; those that were asked for longest ago go first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._lock = Lock()
        self._state: object = None
        self._answers: OrderedDict[Name, Answer] = OrderedDict()
        # The addresses that have one, or had: where there was none, nobody need be asked.
        self._pages: set[str] = set()
        self._bytes = 0

    def has_known(self, page: str) -> bool:
        """Whether this address has given an answer to keep since the record last moved."""
        return page in self._pages

    def find(self, state: object, name: Name) -> Answer | None:
        with self._lock:
            self._move_on_to(state)
            answer = self._answers.get(name)
            if answer is not None:
                self._answers.move_to_end(name)
            return answer

    def keep(self, state: object, name: Name, answer: Answer) -> None:
        if len(answer.content) > LONGEST_ANSWER:
            return
        with self._lock:
            if state != self._state and self._state is not None:
                # One of the two is over. Which, the next answer shows; this one may be late.
                self._move_on_to(None)
                return
            self._state = state
            if name in self._answers:
                return
            self._pages.add(answer.page)
            self._answers[name] = answer
            self._bytes += answer.weight
            while self._bytes > self.most_bytes:
                _name, oldest = self._answers.popitem(last=False)
                self._bytes -= oldest.weight
                self._pages.discard(oldest.page)

    def _move_on_to(self, state: object) -> None:
        if state != self._state:
            self._state = state
            self._answers.clear()
            self._pages.clear()
            self._bytes = 0


def may_be_kept(response: HttpResponseBase, etag: str) -> TypeGuard[HttpResponse]:
    """Whole answers that carry the ETag, and belong to nobody."""
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and response.get("ETag") == etag
        and not response.cookies
    )
