"""One-time links: an administrator lets the owner of an account in, whatever guessers do."""

import datetime
import hashlib
import secrets
from typing import Any

from axes.utils import reset as lift_lock
from django.contrib.auth import get_user_model
from django.db import transaction

from factcheck.accounts.models import AccountEvent, Happening, LoginLink

VALID_FOR = datetime.timedelta(minutes=30)


@transaction.atomic
def make_link(user: Any, *, by: str, at: datetime.datetime) -> str:
    """The secret part of a new link. Earlier links of the account are no good any more."""
    token = secrets.token_urlsafe(32)
    LoginLink.objects.filter(user=user).delete()
    LoginLink.objects.create(user=user, digest=_digest(token), expires_at=at + VALID_FOR)
    AccountEvent.objects.create(
        happening=Happening.LINK_MADE, account=user.get_username(), by=by, at=at
    )
    return token


def owner(token: str, *, at: datetime.datetime) -> Any | None:
    """Whose link this is, while it can be used."""
    usable = LoginLink.objects.filter(digest=_digest(token), used_at=None, expires_at__gt=at)
    return get_user_model().objects.filter(login_links__in=usable, is_active=True).first()


@transaction.atomic
def use_link(token: str, *, at: datetime.datetime) -> Any | None:
    """Whom the link lets in, once; their lock is lifted. None where it is no good any more."""
    user = owner(token, at=at)
    usable = LoginLink.objects.filter(digest=_digest(token), used_at=None, expires_at__gt=at)
    if user is None or not usable.update(used_at=at):
        return None
    lift_lock(username=user.get_username())
    AccountEvent.objects.create(
        happening=Happening.LINK_USED, account=user.get_username(), by=user.get_username(), at=at
    )
    return user


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
