"""The content of a claim as it stood after any of its changes, read from the audit trail.

Where the work stands (status, assignment, priority), notes, and the places of quotes in a text
are not content.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import (
    Func,
    IntegerField,
    JSONField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from claims.models import Claim, ClaimTopic, Evidence, Figure, Quote, Relation, Reply

from .anchoring import ANCHOR_COLUMNS
from .contributors import WORKFLOW_COLUMNS

# By the name that each has on a claim, in an order in which rows can be put back. New ones go
# to the end: the order is that of the numbers in ``Bounds``.
CONTENT: dict[str, Any] = {
    "claim": Claim,
    "topics": ClaimTopic,
    "quotes": Quote,
    "evidence": Evidence,
    "figures": Figure,
    "relations": Relation,
    "replies": Reply,
}
NOT_CONTENT = {"id", "claim_id", "slug", *WORKFLOW_COLUMNS, *ANCHOR_COLUMNS}

type Row = dict[str, Any]
type State = dict[str, dict[int, Row]]


@dataclass(frozen=True)
class Bounds:
    """A moment in the life of one claim: the last event of each of its nouns."""

    events: tuple[int, ...] = (0,) * len(CONTENT)

    @classmethod
    def read(cls, text: str) -> "Bounds":
        """Of ``12.0.7``, as ``str`` gives it; of anything else, the time before the claim."""
        numbers = text.split(".")
        if len(numbers) > len(CONTENT) or not all(_is_event(number) for number in numbers):
            return cls()
        events = [int(number) for number in numbers]
        return cls(tuple(events + [0] * (len(CONTENT) - len(events))))

    def __str__(self) -> str:
        return ".".join(map(str, self.events))

    def of(self, noun: str) -> int:
        return self.events[list(CONTENT).index(noun)]


def _is_event(number: str) -> bool:
    return number.isascii() and number.isdecimal() and int(number) < 2**31


@dataclass(frozen=True)
class Difference:
    """What happened to one row between two moments. ``columns`` are those that differ."""

    noun: str
    pk: int
    before: Row | None
    after: Row | None
    columns: list[str] = field(default_factory=list)

    @property
    def row(self) -> Row:
        return self.after or self.before or {}

    @property
    def is_content(self) -> bool:
        return self.noun in CONTENT and not NOT_CONTENT.issuperset(self.columns)


def with_bounds(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Claims that know their ``bounds``, as a list of numbers, from the same moment as the rest."""
    last = [
        Coalesce(
            Subquery(
                events(model)
                .filter(**{owner(model): OuterRef("pk")})
                .order_by()
                .values(owner(model))
                .annotate(last=Max("pgh_id"))
                .values("last"),
                output_field=IntegerField(),
            ),
            Value(0),
        )
        for model in CONTENT.values()
    ]
    return claims.annotate(
        bounds=Func(*last, function="jsonb_build_array", output_field=JSONField())
    )


def state(pk: int, at: Bounds) -> State:
    """The rows of a claim as they stood at the given moment, by noun and id."""
    return {noun: _rows(noun, pk, at.of(noun)) for noun in CONTENT}


def _rows(noun: str, pk: int, last: int) -> dict[int, Row]:
    model = CONTENT[noun]
    newest = (
        events(model)
        .filter(**{owner(model): pk}, pgh_id__lte=last)
        .order_by("id", "-pgh_id")
        .distinct("id")
    )
    return {
        event["id"]: {name: event[name] for name in columns(model)}
        for event in newest.values("id", "pgh_label", *columns(model))
        if event["pgh_label"] != "delete"
    }


def snapshot(claim: Claim) -> State:
    """The rows of a claim as they stand in the database."""
    found: State = {}
    for noun, model in CONTENT.items():
        where = {"pk": claim.pk} if model is Claim else {"claim": claim.pk}
        names = columns(model)
        found[noun] = {
            values[0]: dict(zip(names, values[1:], strict=True))
            for values in model.objects.filter(**where).values_list("pk", *names)
        }
    return found


def differences(before: State, after: State) -> list[Difference]:
    """What changes from one state to the other, row by row, content only."""
    found = [
        compare(noun, pk, before[noun].get(pk), after[noun].get(pk))
        for noun in CONTENT
        for pk in {**after[noun], **before[noun]}
    ]
    return [
        replace(one, columns=[name for name in one.columns if name not in NOT_CONTENT])
        for one in found
        if one.is_content
    ]


def compare(noun: str, pk: int, before: Row | None, after: Row | None) -> Difference:
    """The columns in which two versions of one row differ; without a row, they are blank."""
    names = (after or before or {}).keys()
    old, new = before or {}, after or {}
    is_whole = before is None or after is None
    differing = [
        name
        for name in names
        if old.get(name) != new.get(name)
        and not (is_whole and (before or after or {}).get(name) in (None, "", [], False))
    ]
    return Difference(noun, pk, before, after, differing)


def events(model: Any) -> QuerySet[Any]:
    return model.pgh_event_model.objects.all()


def owner(model: Any) -> str:
    """The column of the model's events that holds the id of the claim."""
    return "pgh_obj_id" if model is Claim else "claim_id"


def columns(model: Any) -> list[str]:
    """The columns of a row that are told; not its id, nor whose it is."""
    return [
        field.attname
        for field in model.pgh_event_model._meta.fields
        if not field.name.startswith("pgh_") and field.attname not in ("id", "claim_id")
    ]


def last_known(model: Any, pks: Collection[int]) -> dict[int, Any]:
    """Rows that are gone, as the audit trail knew them last; their number where it does not."""
    found: dict[int, Any] = {}
    if pks and hasattr(model, "pgh_event_model"):
        names = ["id", *columns(model)]
        newest = events(model).filter(id__in=pks).order_by("id", "-pgh_id").distinct("id")
        found = {row["id"]: model(**row) for row in newest.values(*names)}
    return {pk: found.get(pk, f"#{pk}") for pk in sorted(pks)}


def column(model: Any, name: str) -> Any:
    """The field of a column of the audit trail."""
    try:
        return model._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return model._meta.get_field(name)
