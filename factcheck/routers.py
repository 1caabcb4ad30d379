"""Which database alias a query goes to: one of the readers' while a reader's request is served.

What a reader may write, a report, goes to `reporter`, whose role can do nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import OperationalError
from django.db.models import Model

READER = "reader"
# Of a request that no database can serve: fails with its first query, if it has one.
NOWHERE = ""
REPORTER = "reporter"
REPORT = "claims.Report"

_alias: ContextVar[str | None] = ContextVar("readers_alias", default=None)


def is_reading() -> bool:
    return _alias.get() is not None


@contextmanager
def reading(alias: str | None = READER) -> Iterator[None]:
    """Send every query in the block to this alias, whose role may only read the record.

    None sends them to the desk's.
    """
    token = _alias.set(alias)
    try:
        yield
    finally:
        _alias.reset(token)


class ReaderRouter:
    """Other writes go to `reader` as well, so that PostgreSQL refuses them and lets none by."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        alias = _alias.get()
        if alias == NOWHERE:
            raise OperationalError("No database for readers answers.")
        return alias

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        is_report = is_reading() and model._meta.label == REPORT
        return REPORTER if is_report else self.db_for_read(model)

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        # All aliases are the same database.
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"
