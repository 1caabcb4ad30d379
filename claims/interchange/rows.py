"""The rows of a fixture: their order, their keys and what they refer to, without any database.

A row is ``{"model": "claims.claim", "fields": {…}}``; references are natural keys, as lists.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

type Row = dict[str, Any]
type Key = tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """One model: the fields of its key, those that refer to rows, and its place in the order.

    ``orders`` are fields that come before the key among rows of one claim.
    """

    key: tuple[str, ...]
    references: Mapping[str, str]
    orders: tuple[str, ...] = ()


# In the order in which loaddata can read them.
KINDS: dict[str, Kind] = {
    "claims.rating": Kind(("scale", "slug"), {}, ("scale", "position")),
    "claims.unit": Kind(("slug",), {}),
    "claims.measure": Kind(("slug",), {"unit": "claims.unit"}),
    "claims.topic": Kind(("slug",), {}),
    "claims.claimant": Kind(("slug",), {}),
    "claims.document": Kind(("slug",), {}),
    "claims.section": Kind(("document", "number"), {"document": "claims.document"}),
    "claims.source": Kind(("url",), {}),
    "claims.claim": Kind(
        ("slug",),
        {
            "document": "claims.document",
            "section": "claims.section",
            "claimant": "claims.claimant",
            "reported_claimant": "claims.claimant",
            "topics": "claims.topic",
            "rating": "claims.rating",
        },
        ("document", "position"),
    ),
    "claims.quote": Kind(("claim", "key"), {"claim": "claims.claim"}),
    "claims.evidence": Kind(
        ("claim", "key"), {"claim": "claims.claim", "source": "claims.source"}, ("position",)
    ),
    "claims.figure": Kind(
        ("claim", "key"),
        {"claim": "claims.claim", "evidence": "claims.evidence", "measure": "claims.measure"},
        ("position",),
    ),
    "claims.reply": Kind(
        ("claim", "key"), {"claim": "claims.claim", "claimant": "claims.claimant"}
    ),
    "claims.note": Kind(("claim", "key"), {"claim": "claims.claim"}),
    "claims.relation": Kind(
        ("claim", "kind", "target"), {"claim": "claims.claim", "target": "claims.claim"}
    ),
}
# Lists whose elements stand in no order of their own.
SETS = {("claims.claim", "topics")}


def natural_key(row: Row) -> list[Any]:
    """What names the row among those of its model, flat: as others refer to it."""
    parts = [row["fields"][name] for name in KINDS[row["model"]].key]
    return [part for value in parts for part in (value if isinstance(value, list) else [value])]


def key_of(row: Row) -> Key:
    """The row's natural key, with its model first: what names it in every file."""
    return key(row["model"], natural_key(row))


def key(model: str, parts: list[Any]) -> Key:
    return (model, json.dumps(parts))


def named(row: Row) -> str:
    """The row for people: ``claims.quote tco-share fr``."""
    return " ".join([row["model"], *map(str, natural_key(row))])


def references(row: Row) -> Iterable[tuple[str, tuple[str, list[Any]]]]:
    """Each row that this one refers to: the field, and the model with the natural key."""
    for name, model in KINDS[row["model"]].references.items():
        value = row["fields"].get(name)
        if value:
            for key in value if (row["model"], name) in SETS else [value]:
                yield name, (model, key)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """The rows as an export writes them: by model, claims as they are read, parts as claims."""
    rows = list(rows)
    claims = [row["fields"] for row in rows if row["model"] == "claims.claim"]
    claims.sort(key=lambda fields: (fields["document"][0], fields["position"], fields["slug"]))
    rank = {fields["slug"]: place for place, fields in enumerate(claims)}
    place = {model: number for number, model in enumerate(KINDS)}

    def sorting(row: Row) -> tuple[Any, ...]:
        fields, kind = row["fields"], KINDS[row["model"]]
        if row["model"] == "claims.claim":
            return (place[row["model"]], rank[fields["slug"]])
        names = [*kind.orders, *(name for name in kind.key if name != "claim")]
        values = [fields[name] for name in names]
        of_claim = [rank.get(fields["claim"][0], len(rank))] if "claim" in kind.key else []
        return (place[row["model"]], *of_claim, *values)

    return sorted(rows, key=sorting)


def written(row: Row) -> str:
    """One row, indented as in a file: fields in alphabetical order, one a line."""
    ordered = row | {"fields": dict(sorted(row["fields"].items()))}
    text = json.dumps(ordered, indent=2, ensure_ascii=False)
    return "\n".join(f"  {line}" for line in text.split("\n"))


def text_of(rows: Iterable[Row]) -> str:
    """The whole file."""
    texts = [written(row) for row in rows]
    return "[\n" + ",\n".join(texts) + "\n]\n" if texts else "[]\n"
