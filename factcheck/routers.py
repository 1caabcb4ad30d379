"""Which database alias a query goes to: `reader` while a reader's request is served.

What a reader may write, a report, goes to `reporter`, whose role can do nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model

READER = "reader"
REPORTER = "reporter"
REPORT = "claims.Report"

_is_reading: ContextVar[bool] = ContextVar("is_reading", default=False)


def is_reading() -> bool:
    return _is_reading.get()


@contextmanager
def reading(is_on: bool = True) -> Iterator[None]:
    """Send every query in the block to the alias whose role may only read the record."""
    token = _is_reading.set(is_on)
    try:
        yield
    finally:
        _is_reading.reset(token)


class ReaderRouter:
    """Other writes go to `reader` as well, so that PostgreSQL refuses them and lets none by."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return READER if is_reading() else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        if not is_reading():
            return None
        return REPORTER if model._meta.label == REPORT else READER

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        # All aliases are the same database.
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"
