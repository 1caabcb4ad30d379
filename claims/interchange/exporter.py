"""Writes claims as a Django fixture: what ``loaddata`` reads, in the order of the committed one."""

from collections.abc import Iterable, Iterator
from itertools import batched
from operator import attrgetter
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
    Rating,
    Relation,
    Reply,
    Section,
    Source,
    Topic,
    Unit,
    Visibility,
)

from .content import fields_of, value_of
from .rows import written

BATCH = 500
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
# What belongs to one claim each, with its order within the claim.
PARTS: list[tuple[type[Model], list[str], list[str]]] = [
    (Quote, ["key"], ["claim"]),
    (Evidence, ["position", "key"], ["claim", "source"]),
    (Figure, ["position", "key"], ["claim", "evidence__claim", "measure"]),
    (Reply, ["key"], ["claim", "claimant"]),
    (Note, ["key"], ["claim", "author"]),
    (Relation, ["kind", "target.slug"], ["claim", "target"]),
]


def fixture(claims: QuerySet[Claim] | None, *, is_internal: bool = False) -> Iterator[str]:
    """The text of a fixture of these claims and all that they refer to, piece by piece.

    None stands for everything the desk has, used or not. Internal notes and who wrote a note
    stay on the desk unless ``is_internal``; so do relations to claims that are not among these.
    Takes a fixed number of queries for each batch of claims, and of what they share. The order
    is the same in every database, whatever its collation.
    """
    chosen = Claim.objects.all() if claims is None else claims
    found = chosen.order_by().values_list("pk", "document__slug", "position", "slug")
    keys = [row[0] for row in sorted(found, key=lambda row: row[1:])]
    rows = _rows(keys, is_whole=claims is None, is_internal=is_internal)
    return _as_text(content_row(row, is_internal=is_internal) for row in rows)


def scale() -> Iterator[str]:
    """The text of a fixture of the verdict scales."""
    ratings = sorted(Rating.objects.all(), key=lambda one: (one.scale, one.position, one.slug))
    return _as_text(content_row(rating) for rating in ratings)


def _as_text(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield "["
    separator, end = "\n", "]\n"
    for row in rows:
        yield separator + written(row)
        separator, end = ",\n", "\n]\n"
    yield end


def _rows(keys: list[int], *, is_whole: bool, is_internal: bool) -> Iterator[Model]:
    for model, column, paths in SHARED:
        names = (
            set(model._default_manager.values_list(column, flat=True))
            if is_whole
            else _names(keys, column, paths)
        )
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
            place = {key: number for number, key in enumerate(batch)}
            parts: list[Any] = [
                part
                for part in model._default_manager.filter(claim__in=batch).select_related(*related)
                if _is_given_out(part, chosen, is_internal=is_internal)
            ]
            within = attrgetter("claim_id", *ordering)
            yield from sorted(parts, key=lambda part: (place[part.claim_id], within(part)[1:]))


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
        yield from sorted(sections, key=lambda section: (section.document.slug, section.number))


def _is_given_out(part: Any, chosen: set[int], *, is_internal: bool) -> bool:
    if isinstance(part, Note):
        return is_internal or part.visibility == Visibility.PUBLIC
    return not isinstance(part, Relation) or part.target_id in chosen


def content_row(row: Model, *, is_internal: bool = False) -> dict[str, Any]:
    """One object of the fixture."""
    content = {name: value_of(row, field) for name, field in fields_of(type(row)).items()}
    if is_internal and isinstance(row, Note) and row.author:
        content["author"] = list(row.author.natural_key())
    return {"model": str(row._meta), "fields": content}
