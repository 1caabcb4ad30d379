"""Between the two factors: the session knows who gave the first one, and nobody is logged in."""

import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY, get_user_model
from django.http import HttpRequest

KEY = "pending_login"
VALID_FOR = datetime.timedelta(minutes=15)
MOST_TRIES = 5


def begin(request: HttpRequest, user: Any, *, is_by_link: bool, at: datetime.datetime) -> None:
    """Under a new session key, so that a key planted beforehand is worth nothing."""
    if SESSION_KEY in request.session:
        request.session.flush()
    else:
        request.session.cycle_key()
    request.session[KEY] = {
        "user": user.pk,
        # Changes with the password: then this half of a login ends.
        "hash": user.get_session_auth_hash(),
        "until": (at + VALID_FOR).timestamp(),
        "is_by_link": is_by_link,
        "tries": 0,
    }


def person(request: HttpRequest, *, at: datetime.datetime) -> Any | None:
    """Who gave the first factor, a little while ago."""
    held = request.session.get(KEY)
    if not held:
        return None
    user = get_user_model().objects.filter(pk=held["user"], is_active=True).first()
    is_over = at.timestamp() > held["until"] or held["tries"] >= MOST_TRIES
    if user is None or is_over or user.get_session_auth_hash() != held["hash"]:
        del request.session[KEY]
        return None
    return user


def is_by_link(request: HttpRequest) -> bool:
    return bool(request.session.get(KEY, {}).get("is_by_link"))


def count_try(request: HttpRequest) -> None:
    held = request.session[KEY]
    request.session[KEY] = held | {"tries": held["tries"] + 1}


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
