"""Answers readers before anything is rendered, as long as the record stands as it did.

Stands right behind the middleware that redirects to TLS. What comes later is not asked again: an
answer is kept with the headers that all of them gave it, compressed and for everyone: whoever takes
no gzip gets it unpacked.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date_safe

from claims.conditional import etag, may_be_asked_again, state_of
from claims.kept import Answer, Kept, Name, may_be_kept
from factcheck.headers import NOT_MODIFIED
from factcheck.middleware import choice_of, choose_anew
from factcheck.routers import NOWHERE, reading


class KeepingMiddleware:
    """Each process keeps its own answers: there is nothing to share, and nothing to empty."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.kept = Kept()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.DEBUG or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        if self.is_worth_asking(request) and (found := self.answer(request)):
            return found
        response = self.get_response(request)
        tag = vars(request).get("record_etag")
        # What says how old it is is true for a moment only.
        is_late = vars(request).get("read_as_of") is not None
        if tag and not is_late and may_be_kept(response, tag):
            answer = Answer.of(response, request.get_full_path())
            self.kept.keep(state_of(request), name(request), answer)
        return response

    def is_worth_asking(self, request: HttpRequest) -> bool:
        """A page that is not there asks the database nothing, here neither."""
        is_page = first_part(request) in dict(settings.LANGUAGES)
        is_named = is_page and "HTTP_IF_NONE_MATCH" in request.META
        return is_named or self.kept.has_known(request.get_full_path())

    def answer(self, request: HttpRequest) -> HttpResponseBase | None:
        """What is kept, or "not modified"; None where the page has to be made."""
        # Nobody else looks at the host any more.
        request.get_host()
        asked = request.META.get("HTTP_IF_NONE_MATCH", "")
        choice = choice_of(request)
        if asked.strip() == "*" or choice.as_of is not None or choice.alias == NOWHERE:
            return None
        try:
            with reading(choice.alias):
                tag = etag(request)
                found = self.kept.find(state_of(request), name(request))
        except (OperationalError, InterfaceError):
            # The server is lost: the middleware of readers has others to ask, or says so.
            choose_anew(request, choice)
            return None
        if found:
            date = parse_http_date_safe(found.headers.get("Last-Modified", ""))
            short = get_conditional_response(request, tag, date)
            if short is None:
                return found.response(takes_gzip=takes_gzip(request))
            if short.status_code == NOT_MODIFIED:
                found.repeat_headers(short)
            return short
        if asked and first_part(request) in dict(settings.LANGUAGES):
            return not_modified(request, tag)
        return None


def not_modified(request: HttpRequest, tag: str) -> HttpResponseBase | None:
    """Whoever knows the ETag has the page: it need not be made to be named."""
    response = get_conditional_response(request, tag)
    if response is not None:
        response["ETag"] = tag
        may_be_asked_again(response)
    return response


def first_part(request: HttpRequest) -> str:
    return request.path_info[1:].partition("/")[0]


def name(request: HttpRequest) -> Name:
    """The ETag, and by what answers at the same address differ."""
    languages = ""
    if first_part(request) not in dict(settings.LANGUAGES):
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        languages = f"{request.META.get('HTTP_ACCEPT_LANGUAGE', '')};{cookie}"
    return etag(request), languages


def takes_gzip(request: HttpRequest) -> bool:
    return bool(re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")))
