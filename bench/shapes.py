"""Shapes of claims: what a sample that was published for real left in the tables.

Its words are placeholders. Filled in, a shape gives the rows of another claim on the desk, the
payload and the listing columns of its edition.
"""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bench.lanes import columns_of
from bench.sample import TARGET, publish_sample

PLACEHOLDER = re.compile(r"zz([a-z0-9-]+?)zz|1880\d{6}|31999|1901-02-03|1902-02-03|700000\d")
NUMBERS = {"1880": "position", "3199": "sectionnumber", "1901": "event", "1902": "dated"}
MOMENT = re.compile(r'"number":\d+,"published_at":"[^"]+"')
NOTED = re.compile(r'"created_at":"[^"]+"')
PARTS = ["claim", "claim_topics", "quote", "evidence", "figure", "note", "relation"]
SHARED = ["measure", "topic", "claimant", "document", "section", "source"]
REFERENCES = {
    "claim_id": "claim", "target_id": "claim", "evidence_id": "evidence", "topic_id": "topic",
    "claimant_id": "claimant", "reported_claimant_id": "claimant", "measure_id": "measure",
    "document_id": "document", "section_id": "section", "source_id": "source",
}  # fmt: skip
# Columns that get a value of their own, by the name of the column.
FILLED = {
    "claim": {"status", "status_since", "submitted_by_id", "created_at", "is_revision"},
    "note": {"created_at"},
    "edition": {
        "sequence", "number", "published_at", "superseded_at", "submitted_by_id",
        "approved_by_id", "people_salt", "payload", "payload_sha256", "previous_hash",
        "chain_hash", "correction_class",
    },
}  # fmt: skip

type Ids = dict[tuple[str, str], str]


@dataclass
class Shape:
    """Templates to fill in with ``%``: the rows of each table, the edition's and its payload."""

    lines: dict[str, str] = field(default_factory=lambda: dict.fromkeys(PARTS, ""))
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    edition: str = ""
    payload: str = ""

    @cached_property
    def names(self) -> list[str]:
        texts = [*self.lines.values(), self.edition, self.payload]
        return sorted({name for text in texts for name in re.findall(r"%\((\w+)\)s", text)})


@dataclass
class Shapes:
    """Of claims, of what they share, of how terms describe that, and of a withdrawal."""

    claims: list[Shape]
    shared: dict[str, str]
    details: dict[str, str]
    withdrawal: Shape


def make_shapes(count: int, *, seed: int) -> Shapes:
    """Publishes a sample for real, reads what that left, and takes it all back."""
    from django.db import transaction

    with transaction.atomic():
        publish_sample(count, seed)
        ids: Ids = {}
        shared = _read_shared(ids)
        shapes = _read_claims(ids)
        withdrawal = _read_editions(ids, shapes)
        details = _details()
        transaction.set_rollback(True)
    target = shapes.pop(TARGET)
    del target
    return Shapes([shapes[slug] for slug in sorted(shapes)], shared, details, withdrawal)


def template(text: str) -> str:
    """The text with its placeholders as names of Python's ``%`` formatting."""
    return PLACEHOLDER.sub(_named, text.replace("%", "%%"))


def _named(found: re.Match[str]) -> str:
    text = found.group()
    name = found[1] or NUMBERS.get(text[:4]) or f"figure{text[-1]}"
    return "%(slug)s" if name.startswith("slug") else f"%({name})s"


def _rows(table: str, condition: str, order: str) -> list[dict[str, str]]:
    """The rows as COPY writes them, by column."""
    from django.db import connection

    columns = columns_of(f"claims_{table}")
    command = f"COPY (SELECT {columns} FROM claims_{table} WHERE {condition} ORDER BY {order})"
    with connection.cursor() as cursor, cursor.copy(f"{command} TO STDOUT") as copy:
        text = b"".join(copy).decode()
    names = [name.strip('"') for name in columns.split(",")]
    return [dict(zip(names, line.split("\t"), strict=True)) for line in text.splitlines()]


def _filled(table: str, row: dict[str, str], ids: Ids) -> str:
    return "\t".join(_value(table, name, value, ids) for name, value in row.items()) + "\n"


def _value(table: str, name: str, value: str, ids: Ids) -> str:
    if name == "id":
        return f"%({ids[table, value]})s"
    if name in FILLED.get(table, ()):
        return f"%({name})s"
    if name in REFERENCES and value != "\\N":
        return f"%({ids[REFERENCES[name], value]})s"
    return template(value)


def _read_shared(ids: Ids) -> dict[str, str]:
    found = {}
    for table in SHARED:
        for row in _rows(table, f"claims_{table}::text LIKE '%zz%'", "id"):
            [mark] = set(re.findall(rf"zz({table}\d)", "\t".join(row.values())))
            ids[table, row["id"]] = f"{mark}id"
            found[mark] = _filled(table, row, ids)
    return found


def _read_claims(ids: Ids) -> dict[str, Shape]:
    shapes: dict[str, Shape] = {}
    slugs = {}
    rows = _rows("claim", "slug LIKE 'zz%'", "id")
    for row in rows:
        slugs[row["id"]] = row["slug"]
        ids["claim", row["id"]] = "targetid" if row["slug"] == TARGET else "claimid"
        shapes[row["slug"]] = Shape()
    for table in PARTS:
        is_claim = table == "claim"
        for row in rows if is_claim else _rows(table, "true", "id"):
            slug = slugs.get(row["id" if is_claim else "claim_id"])
            if slug is None:
                continue
            shape = shapes[slug]
            if not is_claim:
                ids[table, row["id"]] = f"{table.replace('_', '')}{shape.counts[table]}id"
            shape.lines[table] += _filled(table, row, ids)
            shape.counts[table] += 1
    return shapes


def _read_editions(ids: Ids, shapes: dict[str, Shape]) -> Shape:
    """The editions into the shapes of their claims; gives the one of the withdrawal."""
    from claims.models import Edition

    withdrawal = Shape()
    payloads = dict(Edition.objects.values_list("sequence", "payload"))
    for row in _rows("edition", "claim_slug LIKE 'zz%'", "sequence"):
        is_withdrawal = row["kind"] == "withdrawal"
        shape = withdrawal if is_withdrawal else shapes[row["claim_slug"]]
        payload = template(payloads[int(row["sequence"])])
        payload = MOMENT.sub('"number":%(number)s,"published_at":"%(published_at)s"', payload)
        payload = NOTED.sub('"created_at":"%(created_at)s"', payload)
        shape.payload = payload.replace('"correction":null', '"correction":%(correction)s')
        if is_withdrawal:
            # The claim that was withdrawn is the one that others refer to.
            row |= {"claim_slug": "zzslugzz"}
            shape.payload = shape.payload.replace("%(target)s", "%(slug)s")
            ids = ids | {("claim", row["claim_id"]): "claimid"}
        shape.edition = _filled("edition", row, ids)
    return withdrawal


def _details() -> dict[str, str]:
    """How terms describe what editions are filed under: parts of a payload."""
    from claims.models import Term

    found: dict[str, Any] = {}
    for term in Term.objects.filter(details__isnull=False):
        text = json.dumps(term.details, ensure_ascii=False)
        if mark := re.search(r"zz([a-z]+0)", text):
            found[mark[1]] = template(text)
    return found
