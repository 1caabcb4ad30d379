"""Which database alias a query goes to: `reader` while a reader's request is served."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model

READER = "reader"

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
    """Writes go to `reader` as well, so that PostgreSQL refuses them instead of letting them by."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return READER if is_reading() else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return READER if is_reading() else None

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        # Both aliases are the same database.
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"
