"""The answer to a fault: 503 where the database does not answer, 500 where the fault is ours."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

from claims.views.answers import problem

RETRY_AFTER_SECONDS = 5
# What these answer is read by programs.
MACHINES = ("/api/", "/data/")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this for every exception that no view and no middleware has caught."""
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        return unavailable(request)
    return defaults.server_error(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database is lost, full, or too busy: the same request may succeed in a moment."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    if request.path.startswith(MACHINES):
        response = problem(status, detail="The database does not answer. Try again in a moment.")
    else:
        response = HttpResponse(render_to_string("503.html"), status=status)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
