"""What a session must have to count at the desk: both factors, and a sign of life."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

GetResponse = Callable[[HttpRequest], HttpResponseBase]

SEEN = "seen_at"
# A session is written anew this often at most, and not with every page.
TOLERANCE = 15 * 60


class SecondFactorMiddleware:
    """Where the second factor is required, whoever has not given it is nobody.

    So no view can forget to ask, and a factor that was reset ends every session that had it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Readers are nobody to begin with.
        if settings.SECOND_FACTOR_REQUIRED and hasattr(request, "user"):
            given: Any = request.user
            request.user = SimpleLazyObject(  # type: ignore[assignment]
                lambda: given if given.is_anonymous or given.is_verified() else AnonymousUser()
            )
        return self.get_response(request)


@receiver(user_logged_in)
def note_arrival(request: HttpRequest, **_about: Any) -> None:
    request.session[SEEN] = int(time.time())


class IdleMiddleware:
    """A session ends at most SESSION_COOKIE_AGE after its last request.

    It is kept alive by being saved: sooner than that only once in a while, not to write with
    every page that is read.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # Readers have none, and none is opened here.
        session: Any = getattr(request, "session", None)
        if session is not None and session.accessed and not session.is_empty():
            now = int(time.time())
            if now - session.get(SEEN, 0) > TOLERANCE:
                session[SEEN] = now
        return response
