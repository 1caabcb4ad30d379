"""Merges two edited copies of a fixture with the file that both began as, field by field.

Rows are found by their natural keys, wherever they stand in the files. What both sides changed
differently becomes a conflict: our value stays, and a row of the model ``conflict`` beside it
holds all three. No loader takes such a row, so an unsettled merge cannot slip in.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .rows import KINDS, SETS, Key, Row, in_order, key, key_of, named, references, text_of

CONFLICT = "conflict"
# The place of a quote is one thing: two half places together would be a third one.
ANCHOR = ("exact", "start", "end", "omissions", "language", "transcript_sha256", "state")
LONGEST_FILE = 200_000_000


class InvalidFixture(ValueError):
    """A text that is no fixture: the message names the file, the place and the remedy."""


@dataclass(frozen=True)
class Conflict:
    """Where two sides do not agree: None stands for "not there"."""

    row: Row
    part: str
    base: Any
    ours: Any
    theirs: Any

    def as_row(self) -> Row:
        values = {"base": self.base, "ours": self.ours, "theirs": self.theirs}
        return {
            "model": CONFLICT,
            "fields": {"row": named(self.row), "field": self.part, **values},
        }

    def __str__(self) -> str:
        shown = [json.dumps(value, ensure_ascii=False)[:80] for value in (self.ours, self.theirs)]
        return f"{named(self.row)}, {self.part}: ours {shown[0]}, theirs {shown[1]}"


@dataclass
class Merge:
    """What came of it: the rows in order, and what the two sides do not agree on."""

    rows: list[Row] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    def text(self) -> str:
        beside: dict[Key, list[Row]] = {}
        for conflict in self.conflicts:
            beside.setdefault(key_of(conflict.row), []).append(conflict.as_row())
        rows = []
        for row in self.rows:
            rows += [row, *beside.get(key_of(row), [])]
        return text_of(rows)


def read_rows(text: str, name: str) -> dict[Key, Row]:
    """The rows of a fixture by their keys. Raises InvalidFixture."""
    if len(text) > LONGEST_FILE:
        raise InvalidFixture(f"{name} is longer than {LONGEST_FILE:,} characters.")
    try:
        rows = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise InvalidFixture(
            f"{name}, line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InvalidFixture(f"{name}: {error}") from error
    if not isinstance(rows, list):
        raise InvalidFixture(f"{name} is no fixture: it must be a list of rows.")
    found: dict[Key, Row] = {}
    for number, row in enumerate(rows, start=1):
        key = _checked(row, f"{name}, row {number}")
        if key in found:
            raise InvalidFixture(f"{name}, row {number}: {named(row)} is there twice.")
        found[key] = row
    return found


def merge(base: dict[Key, Row], ours: dict[Key, Row], theirs: dict[Key, Row]) -> Merge:
    """Everything that either side changed, and each disagreement once."""
    result = Merge()
    merged: dict[Key, Row] = {}
    for place in {**base, **ours, **theirs}:
        sides = base.get(place), ours.get(place), theirs.get(place)
        row = _merged_row(*sides, result.conflicts)
        if row is not None:
            merged[place] = row
    _bring_back_what_is_needed(merged, ours, theirs, result.conflicts)
    result.rows = in_order(merged.values())
    return result


def _merged_row(
    base: Row | None, ours: Row | None, theirs: Row | None, conflicts: list[Conflict]
) -> Row | None:
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    if ours is None or theirs is None:
        # One side took away what the other changed: it stays until somebody has decided.
        if kept := ours or theirs:
            sides = [row and row["fields"] for row in (base, ours, theirs)]
            conflicts.append(Conflict(kept, "the whole row", *sides))
        return kept
    fields: dict[str, Any] = {}
    before = base["fields"] if base else {}
    for names in _groups(ours, theirs):
        fields |= _merged_fields(ours, names, before, ours["fields"], theirs["fields"], conflicts)
    return {"model": ours["model"], "fields": fields}


def _groups(ours: Row, theirs: Row) -> Iterator[tuple[str, ...]]:
    """The fields that are merged each by itself, and those that only make sense together."""
    names = sorted({**ours["fields"], **theirs["fields"]})
    together = ANCHOR if ours["model"] == "claims.quote" else ()
    anchor = tuple(name for name in names if name in together)
    if anchor:
        yield anchor
    for name in names:
        if name not in together:
            yield (name,)


def _merged_fields(
    row: Row,
    names: tuple[str, ...],
    base: dict[str, Any],
    ours: dict[str, Any],
    theirs: dict[str, Any],
    conflicts: list[Conflict],
) -> dict[str, Any]:
    sides = [{name: side[name] for name in names if name in side} for side in (base, ours, theirs)]
    before, mine, other = sides
    if mine == other or other == before:
        return mine
    if mine == before:
        return other
    if (row["model"], names[0]) in SETS:
        [name] = names
        return {name: _merged_set(*(side.get(name) or [] for side in sides))}
    if len(names) == 1:
        conflicts.append(Conflict(row, names[0], *(side.get(names[0]) for side in sides)))
    else:
        conflicts.append(Conflict(row, "the place of the quote", *sides))
    return mine


def _merged_set(base: list[Any], ours: list[Any], theirs: list[Any]) -> list[Any]:
    """Without what either took away, with what either added."""
    kept = [one for one in base if one in ours and one in theirs]
    return sorted(
        kept
        + [one for one in ours if one not in base]
        + [one for one in theirs if one not in base and one not in ours]
    )


def _bring_back_what_is_needed(
    merged: dict[Key, Row], ours: dict[Key, Row], theirs: dict[Key, Row], conflicts: list[Conflict]
) -> None:
    """A row that one side took away and a row of the other refers to comes back, and is told."""
    known = {**theirs, **ours}
    waiting = list(merged.values())
    while waiting:
        row = waiting.pop()
        for _name, (model, parts) in references(row):
            target = key(model, parts)
            if target in merged or target not in known:
                continue
            lost = merged[target] = known[target]
            waiting.append(lost)
            sides = (lost["fields"], None) if target in ours else (None, lost["fields"])
            part = f"the whole row, which {named(row)} refers to"
            conflicts.append(Conflict(lost, part, lost["fields"], *sides))


def _checked(row: Any, place: str) -> Key:
    if not (isinstance(row, dict) and isinstance(row.get("fields"), dict) and "model" in row):
        raise InvalidFixture(f'{place} is no row: write {{"model": …, "fields": {{…}}}}.')
    if row["model"] == CONFLICT:
        raise InvalidFixture(f"{place} is a conflict of an earlier merge: settle it first.")
    if not isinstance(row["model"], str) or row["model"] not in KINDS:
        known = ", ".join(KINDS)
        raise InvalidFixture(f"{place}: the model {row['model']!r} is not among {known}.")
    kind = KINDS[row["model"]]
    for name in {*kind.key, *kind.orders}:
        value = row["fields"].get(name)
        fits = isinstance(value, list) and value if name in kind.references else value is not None
        if not fits:
            raise InvalidFixture(f"{place}: the field {name} is missing or no key.")
    return key_of(row)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key “{twice}” stands twice in one object.")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON: leave it out or write null.")
