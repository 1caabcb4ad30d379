"""Answers to a fault: 503 where the database does not answer, 500 where it is ours, 413 to forms
that are too large, 403 to those that our own pages did not send.
"""

import sys
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request, override
from django.views import defaults

from claims.views.answers import problem

RETRY_AFTER_SECONDS = 5
# What these answer is read by programs.
MACHINES = ("/api/", "/data/")


class Unavailable(HttpResponse):
    """Known by its class to the middleware, which may have another database to ask."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this for every exception that no view and no middleware has caught."""
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        return unavailable(request)
    return defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Also for what is too large, and for want of a database: a session that could not be kept is
    taken for one that was ended.
    """
    cause: BaseException | None = exception
    while cause is not None:
        if isinstance(cause, (OperationalError, InterfaceError)):
            return unavailable(request)
        cause = cause.__cause__ or cause.__context__
    if isinstance(exception, RequestDataTooBig):
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return HttpResponse(render_to_string("413.html"), status=status)
    return defaults.bad_request(request, exception)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database is lost, full, or too busy: the same request may succeed in a moment."""
    # What usually finds the language may not have been asked yet.
    with override(get_language_from_request(request, check_path=True)):
        response = Unavailable(render_to_string("503.html"))
    if request.path.startswith(MACHINES):
        told = "The database does not answer. Try again in a moment."
        details = problem(HTTPStatus.SERVICE_UNAVAILABLE, detail=told)
        response = Unavailable(details.content, headers=details.headers)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that our own page did not send, or that is too old. The reason stays in the log."""
    return render(request, "403_csrf.html", status=403)
