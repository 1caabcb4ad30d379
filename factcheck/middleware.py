"""Readers' requests are served with the reader's rights, editors' requests are put on record."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import cast

import pghistory.middleware
from django.conf import settings
from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix, reverse

from factcheck.routers import is_reading, reading

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ReaderMiddleware:
    """Every request outside the admin uses the alias `reader`, whatever its view forgets.

    The address decides, before any other middleware runs: so the rule also covers
    what has no view, such as the page of a 404.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with reading(not is_for_editors(request)):
            response = self.get_response(request)
            if is_reading() and response.streaming:
                read_while_streaming(cast(StreamingHttpResponse, response))
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


def read_while_streaming(response: StreamingHttpResponse) -> None:
    """A stream is consumed after the middleware has returned: each step turns reading on anew."""
    if response.is_async:
        raise TypeError("Readers' responses cannot stream asynchronously: serve them with WSGI.")
    response.streaming_content = _chunks_read(cast(Iterator[bytes], response.streaming_content))


def _chunks_read(chunks: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        with reading():
            try:
                chunk = next(chunks)
            except StopIteration:
                return
        yield chunk
