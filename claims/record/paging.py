"""Pages of editions by key instead of by number: stable while new editions arrive.

A cursor says between which two rows a page begins or ends. It is signed, because its values
go into a query, and opaque, so that its form may change.
"""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import connections, transaction
from django.db.models import F, FloatField, Q
from django.db.models.expressions import OrderBy

from claims.models import Edition
from claims.models.edition import EditionQuerySet

PAGE_SIZE = 25
COUNT_LIMIT = 10_000
# Looking through so many editions takes no longer than finding all that match first.
STRETCH = 20_000
FORWARD, BACKWARD = "f", "b"

# The columns of each ordering; a leading minus turns one round, blanks come last either way.
# Each ends in a column that no two editions share.
ORDERINGS: dict[str, tuple[str, ...]] = {
    "newest": ("-published_at", "-sequence"),
    "oldest": ("published_at", "sequence"),
    "reading": ("document_slug", "position", "sequence"),
    "event": ("event_earliest", "event_latest", "sequence"),
    "truest": ("-rating_value", "sequence"),
    "falsest": ("rating_value", "sequence"),
    # Of a search, whose rows are annotated with their rank.
    "relevance": ("-rank", "-published_at", "-sequence"),
}
DEFAULT_ORDERING = "newest"


class InvalidCursor(ValueError):
    """A cursor that this site did not make, or made for another ordering."""


@dataclass(frozen=True)
class Page:
    """Some rows in order, and the cursors of the pages beside them; blank where there is none."""

    rows: list[Edition]
    previous: str
    next: str


@dataclass(frozen=True)
class Count:
    """How many there are: exact, or the limit where there are more than that."""

    number: int
    is_exact: bool


@dataclass(frozen=True)
class Cursor:
    """A place beside a row, named by the row's values, and the way to go on from there."""

    ordering: str
    direction: str
    values: Sequence[Any]

    def signed(self) -> str:
        plain = [
            value.isoformat() if isinstance(value, datetime.date) else value
            for value in self.values
        ]
        return _signer().sign_object([self.ordering, self.direction, plain])


@contextmanager
def found_by_index(editions: EditionQuerySet) -> Iterator[None]:
    """In the block PostgreSQL finds all that matches by its indexes, and then sorts it.

    Left to itself it would rather look through the whole record in its order: it does not count
    what the words of an edition cost, which are kept apart from its row.
    """
    with transaction.atomic(using=editions.db), connections[editions.db].cursor() as cursor:
        cursor.execute(READ)
        before = cursor.fetchone()
        cursor.execute(SET, ["off", "off"])
        yield
        cursor.execute(SET, before)


READ = "SELECT current_setting('enable_seqscan'), current_setting('enable_indexscan')"
# Until the end of the transaction.
SET = "SELECT set_config('enable_seqscan', %s, true), set_config('enable_indexscan', %s, true)"


def count(editions: EditionQuerySet, limit: int | None = None) -> Count:
    """Counts no further than the limit, so that a large record costs no more than that."""
    limit = COUNT_LIMIT if limit is None else limit
    return to_limit(editions.order_by()[: limit + 1].count(), limit)


def to_limit(number: int, limit: int | None = None) -> Count:
    limit = COUNT_LIMIT if limit is None else limit
    return Count(min(number, limit), is_exact=number <= limit)


@dataclass(frozen=True)
class Searched:
    """How many rows a search has found, and among which editions."""

    count: Count
    among: EditionQuerySet


def read_cursor(text: str, ordering: str) -> Cursor:
    """The cursor in ``text``. Raises InvalidCursor if it is forged or of another ordering."""
    try:
        named, direction, values = _signer().unsign_object(text)
    except (BadSignature, TypeError, ValueError) as error:
        raise InvalidCursor(text) from error
    if named != ordering or ordering not in ORDERINGS or direction not in (FORWARD, BACKWARD):
        raise InvalidCursor(text)
    try:
        columns = zip(ORDERINGS[ordering], values, strict=True)
        typed = [_field(column).to_python(value) for column, value in columns]
    except (TypeError, ValueError, ValidationError) as error:
        raise InvalidCursor(text) from error
    return Cursor(ordering, direction, typed)


def page(
    editions: EditionQuerySet,
    ordering: str,
    cursor: Cursor | None = None,
    size: int = PAGE_SIZE,
    *,
    searched: Searched | None = None,
) -> Page:
    """The page of ``editions`` beside ``cursor``; the first one without.

    PostgreSQL cannot tell how many editions a search will find, nor where: ``searched`` says so.
    Then few are found first and sorted, and many are looked for in their order.
    """
    are_few = searched is not None and searched.count.is_exact
    near = _near(ordering, cursor, searched.among) if searched and not are_few else Q()
    found: list[Edition] = []
    if not are_few:
        found = _rows(editions.filter(near), ordering, cursor, size + 1)
    if are_few or (near and len(found) <= size):
        with found_by_index(editions):
            found = _rows(editions, ordering, cursor, size + 1)
    is_backward = cursor is not None and cursor.direction == BACKWARD
    is_more = len(found) > size
    rows = found[:size]
    if is_backward:
        rows.reverse()
    has_previous = is_more if is_backward else cursor is not None
    has_next = is_backward or is_more
    return Page(
        rows,
        previous=_beside(rows[0], ordering, BACKWARD) if rows and has_previous else "",
        next=_beside(rows[-1], ordering, FORWARD) if rows and has_next else "",
    )


def _signer() -> Signer:
    return Signer(salt="claims.record.paging")


def _field(column: str) -> Any:
    if column == "-rank":
        return FloatField()
    field = Edition._meta.get_field(column.lstrip("-"))
    # A generated column converts like the type it is of.
    return getattr(field, "output_field", field)


def _beside(edition: Edition, ordering: str, direction: str) -> str:
    values = [getattr(edition, column.lstrip("-")) for column in ORDERINGS[ordering]]
    return Cursor(ordering, direction, values).signed()


def _rows(
    editions: EditionQuerySet,
    ordering: str,
    cursor: Cursor | None,
    number: int,
) -> list[Edition]:
    """So many rows on the far side of the cursor, the nearest first."""
    columns = ORDERINGS[ordering]
    is_backward = cursor is not None and cursor.direction == BACKWARD
    ordered = editions.order_by(*_order(columns, is_backward))
    found: list[Edition] = []
    for further in _ranges(columns, cursor.values, is_backward) if cursor else [Q()]:
        if len(found) < number:
            found += ordered.filter(further)[: number - len(found)]
    return found


def _near(ordering: str, cursor: Cursor | None, among: EditionQuerySet) -> Q:
    """The editions of the stretch of time that the page begins with, where time is the order."""
    columns = ORDERINGS[ordering]
    if columns[0].lstrip("-") != "published_at":
        return Q()
    is_backward = cursor is not None and cursor.direction == BACKWARD
    is_falling = columns[0].startswith("-") != is_backward
    first = among.order_by(*_order(columns, is_backward)).values_list("sequence", flat=True)
    start = cursor.values[-1] if cursor else first.first() or 0
    end = Edition.objects.filter(sequence=start - STRETCH if is_falling else start + STRETCH)
    moment = end.values_list("published_at", flat=True).first()
    return _compared(columns[0], moment, not is_backward) if moment else Q()


def _order(columns: Sequence[str], is_backward: bool) -> list[OrderBy]:
    return [
        OrderBy(
            F(column.lstrip("-")),
            descending=column.startswith("-") != is_backward,
            nulls_first=True if is_backward and _is_nullable(column) else None,
            nulls_last=True if not is_backward and _is_nullable(column) else None,
        )
        for column in columns
    ]


def _is_nullable(column: str) -> bool:
    return bool(_field(column).null)


def _ranges(columns: Sequence[str], values: Sequence[Any], is_backward: bool) -> list[Q]:
    """The rows on the far side of ``values``, the nearest first.

    Where the first column can be blank, its values are few and each has many rows: then each
    range is one piece of the index, for a condition that joins them would read it from the start.
    """
    if not _is_nullable(columns[0]):
        # The second half says nothing new, but lets PostgreSQL start in the middle of the index.
        beyond = reduce(or_, reversed(_pieces(columns, values, is_backward)))
        return [beyond & _compared(columns[0], values[0], is_backward, "e")]
    return _pieces(columns, values, is_backward)


def _pieces(columns: Sequence[str], values: Sequence[Any], is_backward: bool) -> list[Q]:
    """Equal in all columns but the last, and further on there; then in one column less."""
    found = []
    for place in reversed(range(len(columns))):
        pairs = zip(columns[:place], values[:place], strict=True)
        equal = reduce(and_, (Q(**{name.lstrip("-"): value}) for name, value in pairs), Q())
        found += [
            equal & further for further in _further(columns[place], values[place], is_backward)
        ]
    return found


def _further(column: str, value: Any, is_backward: bool) -> list[Q]:
    """Rows beyond ``value`` in one column, where blanks stand last: none, one piece or two."""
    name = column.lstrip("-")
    if value is None:
        return [Q(**{f"{name}__isnull": False})] if is_backward else []
    further = [_compared(column, value, is_backward)]
    if _is_nullable(column) and not is_backward:
        further.append(Q(**{f"{name}__isnull": True}))
    return further


def _compared(column: str, value: Any, is_backward: bool, or_equal: str = "") -> Q:
    is_falling = column.startswith("-") != is_backward
    lookup = "lt" if is_falling else "gt"
    return Q(**{f"{column.lstrip('-')}__{lookup}{or_equal}": value})
