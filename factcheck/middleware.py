"""Readers' requests are served with the reader's rights, editors' requests are put on record."""

import datetime
import math
from collections.abc import Callable, Iterator
from typing import cast

import pghistory.middleware
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from factcheck import replicas
from factcheck.errors import Unavailable, unavailable
from factcheck.replicas.fleet import Choice
from factcheck.routers import NOWHERE, is_reading, reading

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ReaderMiddleware:
    """Every request outside the admin uses a readers' alias, whatever its view forgets.

    The address decides, before any other middleware runs: so the rule also covers
    what has no view, such as the page of a 404. A request keeps to one database from its
    ETag to the last byte of a stream; one that loses it is answered anew by another.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_editors = is_for_editors(request)
        if (is_editors or request.method == "POST") and replicas.is_primary_lost():
            # At once: a wait for each would take the threads from those who only read.
            return unavailable(request)
        if is_editors:
            with reading(None):
                return self.get_response(request)
        choice = replicas.choose()
        response = self._read(request, choice)
        if isinstance(response, Unavailable) and is_lost(choice.alias):
            replicas.failed(choice.alias)
            other = replicas.choose(instead_of=choice.alias)
            if other.alias != NOWHERE:
                return self._read(request, other)
        return response

    def _read(self, request: HttpRequest, choice: Choice) -> HttpResponseBase:
        request.read_as_of = choice.as_of  # type: ignore[attr-defined]
        with reading(choice.alias):
            response = self.get_response(request)
            if response.streaming:
                read_while_streaming(cast(StreamingHttpResponse, response), choice.alias)
        if choice.as_of:
            tell_age(response, choice.as_of)
        return response


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Names the editor in the audit trail; leaves readers alone, whose session nobody may read."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_reading():
            return self.get_response(request)
        return super().__call__(request)


class DemonstrationMiddleware:
    """A demonstration asks search engines to keep every response out, whatever its format."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.FACTCHECK["demo"]:
            response["X-Robots-Tag"] = "noindex"
        return response


def is_for_editors(request: HttpRequest) -> bool:
    admin_root = reverse("admin:index")
    return request.path.startswith(admin_root) or request.path == admin_root.rstrip("/")


def is_lost(alias: str) -> bool:
    """Whether it was this database that failed the request, and not the one for reports."""
    return alias != NOWHERE and connections[alias].errors_occurred


def tell_age(response: HttpResponseBase, as_of: datetime.datetime) -> None:
    """For programs and caches, which read no sentence on a page."""
    age = timezone.now() - as_of
    response["Age"] = str(math.ceil(age.total_seconds()))
    response["Record-As-Of"] = as_of.isoformat(timespec="seconds")


def read_while_streaming(response: StreamingHttpResponse, alias: str) -> None:
    """A stream is consumed after the middleware has returned: each step turns reading on anew."""
    if response.is_async:
        raise TypeError("Readers' responses cannot stream asynchronously: serve them with WSGI.")
    chunks = cast(Iterator[bytes], response.streaming_content)
    response.streaming_content = _chunks_read(chunks, alias)


def _chunks_read(chunks: Iterator[bytes], alias: str) -> Iterator[bytes]:
    while True:
        with reading(alias):
            try:
                chunk = next(chunks)
            except StopIteration:
                return
        yield chunk
