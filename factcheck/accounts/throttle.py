"""Guessing: whose tries are counted together, and what the one who is locked out is told."""

import ipaddress
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from factcheck.accounts.pages import page_context


def client_address(request: HttpRequest) -> str | None:
    """Where a request comes from: what visitors claim themselves counts for nothing.

    Each declared proxy adds at the right of X-Forwarded-For whom it heard.
    """
    heard = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(told) >= settings.TRUSTED_PROXIES:
            heard = _address(told[-settings.TRUSTED_PROXIES]) or heard
    return _address(heard)


def _address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return None


def nobody(*_about: Any) -> str:
    """What the log says of whoever tries: a name may be a password in the wrong field."""
    return "somebody"


def is_locked(request: HttpRequest, username: str) -> bool:
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def count_failure(request: HttpRequest, username: str) -> None:
    """A wrong code counts like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)


def locked(
    request: HttpRequest, original_response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Too many tries. The same words whether there is such an account or not."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    context = {**page_context(request, _("Too many tries")), "minutes": seconds // 60}
    response = render(request, "admin/accounts/locked.html", context, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
