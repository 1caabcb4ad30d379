"""What no public site starts with: a demonstration's accounts, or passwords alone."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from factcheck.accounts.models import AccountEvent, Happening

DEMONSTRATION_ACCOUNTS = (
    "This database has accounts that a demonstration made ({names}): delete them, or take their "
    "active status away, before the public can reach the site."
)


def demonstration_accounts() -> list[str]:
    """The names of accounts in use whose passwords a demonstration has printed."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if AccountEvent._meta.db_table not in tables:
        # Asked before the first migration.
        return []
    made = AccountEvent.objects.filter(happening=Happening.DEMONSTRATION).values("account")
    found = get_user_model().objects.filter(is_active=True, username__in=made)
    return sorted(found.values_list("username", flat=True))


def refuse_demonstration_accounts() -> None:
    """Keeps a public site from starting. A database that is away now is no reason to."""
    if settings.FACTCHECK["demo"]:
        return
    try:
        names = demonstration_accounts()
    except DatabaseError:
        return
    finally:
        # The processes that serve open connections of their own.
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
    if names:
        raise ImproperlyConfigured(DEMONSTRATION_ACCOUNTS.format(names=", ".join(names)))


@register(Tags.database)
def no_demonstration_accounts(
    databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    if settings.FACTCHECK["demo"] or not databases or "default" not in databases:
        return []
    names = demonstration_accounts()
    if not names:
        return []
    return [Error(DEMONSTRATION_ACCOUNTS.format(names=", ".join(names)), id="accounts.E001")]


@register(Tags.security, deploy=True)
def second_factor_is_required(**_options: Any) -> list[CheckMessage]:
    if settings.SECOND_FACTOR_REQUIRED:
        return []
    return [
        Error("SECOND_FACTOR_REQUIRED is off: a password alone opens the desk.", id="accounts.E002")
    ]


@register(Tags.security, deploy=True)
def proxies_are_declared(**_options: Any) -> list[CheckMessage]:
    if settings.TRUSTED_PROXIES or not settings.SECURE_PROXY_SSL_HEADER:
        return []
    message = (
        "No proxy is declared, so everybody seems to come from the address of the server in front."
    )
    hint = "Set FACTCHECK_PROXIES to the number of servers that add to X-Forwarded-For, usually 1."
    return [Warning(message, hint=hint, id="accounts.W001")]
