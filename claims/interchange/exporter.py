"""Writes claims as a Django fixture: what ``loaddata`` reads, in the order of the committed one."""

import datetime
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import batched
from typing import Any

from django.db.models import Model, QuerySet

from claims.models import (
    Claim,
    Claimant,
    Document,
    Evidence,
    Figure,
    Measure,
    Note,
    Quote,
    Relation,
    Reply,
    Section,
    Source,
    Topic,
    Unit,
    Visibility,
)
from claims.models.figure import plain

BATCH = 500
# People, the state of the work, moments, and what a transcript gives are no content.
NOT_CONTENT: dict[type[Model], set[str]] = {
    Claim: {"status", "status_since", "assigned_to", "submitted_by", "created_at", "version"},
    Note: {"author", "created_at"},
    Quote: {"prefix", "suffix"},
}
# What claims share, in the order of the fixture: where each batch of claims refers to it, and
# the column that orders it.
SHARED: list[tuple[type[Model], str, list[str]]] = [
    (Unit, "slug", ["figures__measure__unit"]),
    (Measure, "slug", ["figures__measure"]),
    (Topic, "slug", ["topics"]),
    (Claimant, "slug", ["claimant", "reported_claimant", "replies__claimant"]),
    (Document, "slug", ["document"]),
    (Source, "url", ["evidence__source"]),
]
# What belongs to one claim each, with its order beside the claims' own.
PARTS: list[tuple[type[Model], list[str], list[str]]] = [
    (Quote, ["key"], ["claim"]),
    (Evidence, ["position", "key"], ["claim", "source"]),
    (Figure, ["position", "key"], ["claim", "evidence__claim", "measure"]),
    (Reply, ["key"], ["claim", "claimant"]),
    (Note, ["key"], ["claim"]),
    (Relation, ["kind", "target__slug"], ["claim", "target"]),
]


def fixture(claims: QuerySet[Claim]) -> Iterator[str]:
    """The text of a fixture of these claims and all that they refer to, piece by piece.

    Internal notes stay on the desk, and so do relations to claims that are not among these.
    Takes a fixed number of queries for each batch of claims, and of what they share.
    """
    in_order = claims.order_by("document__slug", "position")
    keys = list(in_order.values_list("pk", flat=True))
    yield "["
    separator = "\n"
    for row in _rows(keys):
        yield separator + _written(row)
        separator = ",\n"
    yield "\n]\n" if keys else "]\n"


def _rows(keys: list[int]) -> Iterator[Model]:
    for model, column, paths in SHARED:
        names = _names(keys, column, paths)
        for names_of_batch in batched(sorted(names), BATCH):
            rows = model._default_manager.filter(**{f"{column}__in": names_of_batch})
            if model is Measure:
                rows = rows.select_related("unit")
            yield from sorted(rows, key=lambda row: getattr(row, column))
        if model is Document:
            yield from _sections(names)
    claims = Claim.objects.select_related(
        "document", "section__document", "claimant", "reported_claimant", "rating"
    ).prefetch_related("topics")
    for batch in batched(keys, BATCH):
        found = claims.in_bulk(batch)
        yield from (found[key] for key in batch if key in found)
    chosen = set(keys)
    for model, ordering, related in PARTS:
        for batch in batched(keys, BATCH):
            parts = model._default_manager.filter(claim__in=batch).select_related(*related)
            yield from _public(
                parts.order_by("claim__document__slug", "claim__position", *ordering), chosen
            )


def _names(keys: list[int], column: str, paths: list[str]) -> set[str]:
    """The natural keys of what the claims refer to along the paths."""
    found: set[str] = set()
    for path in paths:
        for batch in batched(keys, BATCH):
            claims = Claim.objects.filter(pk__in=batch).order_by()
            found.update(claims.values_list(f"{path}__{column}", flat=True).distinct())
    return {name for name in found if name is not None}


def _sections(documents: set[str]) -> Iterator[Section]:
    for batch in batched(sorted(documents), BATCH):
        sections = Section.objects.filter(document__slug__in=batch).select_related("document")
        yield from sections.order_by("document__slug", "number")


def _public(parts: Iterable[Any], chosen: set[int]) -> Iterator[Model]:
    for part in parts:
        is_internal = isinstance(part, Note) and part.visibility != Visibility.PUBLIC
        leads_out = isinstance(part, Relation) and part.target_id not in chosen
        if not (is_internal or leads_out):
            yield part


def _written(row: Model) -> str:
    """One object of the fixture: its fields in alphabetical order, one a line."""
    content = {field.name: _value(row, field) for field in _fields(type(row))}
    text = json.dumps(
        {"model": str(row._meta), "fields": dict(sorted(content.items()))},
        indent=2,
        ensure_ascii=False,
    )
    return "\n".join(f"  {line}" for line in text.split("\n"))


def _fields(model: type[Model]) -> list[Any]:
    options = model._meta
    left_out = NOT_CONTENT.get(model, set())
    return [
        field
        for field in [*options.concrete_fields, *options.many_to_many]
        if not (field.primary_key or field.generated or field.name in left_out)
    ]


def _value(row: Model, field: Any) -> Any:
    if field.many_to_many:
        return sorted(list(related.natural_key()) for related in getattr(row, field.name).all())
    if field.is_relation:
        related = getattr(row, field.name)
        return related and list(related.natural_key())
    value = getattr(row, field.attname)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value
