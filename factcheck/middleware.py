"""Readers' requests are served with the reader's rights, editors' requests are put on record."""

import datetime
import math
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain, islice
from typing import cast

import pghistory.middleware
from django.conf import settings
from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix, reverse
from django.utils import timezone

from claims.conditional import ask_anew
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
        choice = choice_of(request)
        response = self._read(request, choice)
        if isinstance(response, Unavailable) and is_lost(choice.alias):
            replicas.failed(choice.alias)
            other = replicas.choose(instead_of=choice.alias)
            if other.alias != NOWHERE:
                ask_anew(request)
                return self._read(request, other)
        return response

    def _read(self, request: HttpRequest, choice: Choice) -> HttpResponseBase:
        vars(request)["read_as_of"] = choice.as_of
        with reading(choice.alias):
            response = self.get_response(request)
            if response.streaming:
                read_while_streaming(cast(StreamingHttpResponse, response), choice.alias)
        if choice.as_of:
            tell_age(response, choice.as_of)
        return response


class ForEditors:
    """Comes before a middleware that readers have no use for: nobody may read their session."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_reading():
            return self.get_response(request)  # type: ignore[attr-defined]
        return super().__call__(request)  # type: ignore[misc]


class SessionMiddleware(ForEditors, sessions.SessionMiddleware):
    pass


class AuthenticationMiddleware(ForEditors, auth.AuthenticationMiddleware):
    pass


class MessageMiddleware(ForEditors, messages.MessageMiddleware):
    pass


class HistoryMiddleware(ForEditors, pghistory.middleware.HistoryMiddleware):
    """Names the editor in the audit trail."""


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
    admin_root = _admin_root(get_script_prefix())
    return request.path.startswith(admin_root) or request.path == admin_root.rstrip("/")


@cache
def _admin_root(_script_prefix: str) -> str:
    """Asked on every request, and always the same below one prefix."""
    return reverse("admin:index")


def choice_of(request: HttpRequest) -> Choice:
    """The server that answers this request, from its first query to its last."""
    found: Choice | None = vars(request).get("replica_choice")
    if found is None:
        found = vars(request)["replica_choice"] = replicas.choose()
        vars(request)["read_as_of"] = found.as_of
    return found


def choose_anew(request: HttpRequest, lost: Choice) -> None:
    """Another server for this request, where there is one: it has waited for this one already."""
    replicas.failed(lost.alias)
    other = replicas.choose(instead_of=lost.alias)
    if other.alias != NOWHERE:
        ask_anew(request)
        vars(request)["replica_choice"] = other
        vars(request)["read_as_of"] = other.as_of


def is_lost(alias: str) -> bool:
    """Whether it was this database that failed the request, and not the one for reports."""
    return alias != NOWHERE and connections[alias].errors_occurred


def tell_age(response: HttpResponseBase, as_of: datetime.datetime) -> None:
    """For programs and caches, which read no sentence on a page."""
    age = timezone.now() - as_of
    response["Age"] = str(math.ceil(age.total_seconds()))
    response["Record-As-Of"] = as_of.isoformat(timespec="seconds")


def read_while_streaming(response: StreamingHttpResponse, alias: str) -> None:
    """A stream is consumed after the middleware has returned: each step turns reading on anew.

    Its first piece is read here: what fails then can still be answered with a status.
    """
    if response.is_async:
        raise TypeError("Readers' responses cannot stream asynchronously: serve them with WSGI.")
    chunks = _chunks_read(cast(Iterator[bytes], response.streaming_content), alias)
    response.streaming_content = chain(list(islice(chunks, 1)), chunks)


def _chunks_read(chunks: Iterator[bytes], alias: str) -> Iterator[bytes]:
    while True:
        with reading(alias):
            try:
                chunk = next(chunks)
            except StopIteration:
                return
        yield chunk
