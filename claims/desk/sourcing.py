"""Web addresses as editors paste them: the source they name, found or started."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import connection, transaction
from django.db.models import BooleanField, Case, Value, When
from django.utils.translation import gettext as _

from claims.models import Source, SourceKind

LONGEST_ADDRESS = 2000
_is_web_address = URLValidator(schemes=["http", "https"])


class AddressError(Exception):
    """What was given is no web address: the message says what to write."""


def recognise(url: str) -> Source | None:
    """The source at this address, however it is spelled; None where the desk has none.

    The same spelling goes before all others, then the source that was started first.
    """
    given = url.strip()
    same_spelling = Case(
        When(url=given, then=Value(False)), default=Value(True), output_field=BooleanField()
    )
    return Source.objects.at(given).order_by(same_spelling, "pk").first() if given else None


@transaction.atomic
def find_or_start(url: str, **columns: Any) -> tuple[Source, bool]:
    """The source at this address, and whether it was started just now.

    What is known of a source already stays: ``columns`` are for a new one, with the host as
    its publisher where none is given. A new one is filed without the parameters that only
    follow the reader around; scheme and fragment stay as given, for the page may need them.
    Of those who start the same source at once, each waits for the one before. Raises
    AddressError for what is no web address.
    """
    address = without_tracking(web_address(url))
    _wait_for_others(address)
    known = recognise(address)
    if known:
        return known, False
    given = {name: value for name, value in columns.items() if value not in ("", None)}
    defaults = {"publisher": host(address), "kind": SourceKind.OTHER, "language": "en"}
    # Not merely created: who works in the source's own form does not wait here.
    return Source.objects.get_or_create(url=address, defaults=defaults | given)


def web_address(given: str) -> str:
    """The address without the spaces around it. Raises AddressError where it is none."""
    address = given.strip()
    try:
        if len(address) > LONGEST_ADDRESS:
            raise AddressError(
                _("This address is too long: %(count)d characters at most.")
                % {"count": LONGEST_ADDRESS}
            )
        _is_web_address(address)
    except ValidationError as error:
        raise AddressError(
            _("“%(address)s” is no web address: write it in full, starting with https://.")
            % {"address": address[:80]}
        ) from error
    scheme, colon, rest = address.partition(":")
    return scheme.lower() + colon + rest


def without_tracking(address: str) -> str:
    """The address without the parameters that make no difference to ``url_key``, which knows."""
    page, mark, fragment = address.partition("#")
    path, question, query = page.partition("?")
    if not question:
        return address
    pairs = query.split("&")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pair FROM unnest(%s::text[]) WITH ORDINALITY AS pairs (pair, position)"
            " WHERE url_key('https://host/?' || pair) <> 'host' ORDER BY position",
            [pairs],
        )
        kept = "&".join(pair for (pair,) in cursor.fetchall())
    return f"{path}?{kept}{mark}{fragment}" if kept else f"{path}{mark}{fragment}"


def host(address: str) -> str:
    """Whose site it is, as far as the address tells: its host without “www.”."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


def _wait_for_others(address: str) -> None:
    """Until the transaction ends, nobody else starts a source at this address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(url_key(%s), 0))", [address])
