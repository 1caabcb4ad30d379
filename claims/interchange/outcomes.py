"""What became of each row of a file that was taken in."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy

# More than a person reads; then the file as a whole is what is wrong.
MOST_PROBLEMS = 100
MOST_CHANGES = 200
# Characters of a value that changes, and of those before the change.
SHOWN, SHOWN_BEFORE = 100, 40


class Outcome(models.TextChoices):
    """What becomes of a row."""

    NEW = "new", pgettext_lazy("row", "new")
    CHANGED = "changed", pgettext_lazy("row", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("row", "unchanged")
    INVALID = "invalid", pgettext_lazy("row", "invalid")
    CONFLICT = "conflict", pgettext_lazy("row", "conflict")


@dataclass(frozen=True)
class Detail:
    """One field of a row: what was there and comes, or why it cannot come."""

    field: str
    line: int
    message: str = ""
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        return printable(f"{self.field}: {self.told}")

    @property
    def told(self) -> str:
        """Why it cannot come, or what becomes what."""
        return printable(self.message or difference(self.before, self.after))


@dataclass(frozen=True)
class RowReport:
    """What became of one row. Lines count from 1, within the file."""

    file: str
    line: int
    name: str
    model: str
    outcome: Outcome
    details: tuple[Detail, ...] = ()

    def __str__(self) -> str:
        told = "; ".join(map(str, self.details))
        return f"{self.file}:{self.place}: {self.name}: {self.outcome.label}" + (
            f": {told}" if told else ""
        )

    @property
    def place(self) -> int:
        """The line that one looks at first."""
        return self.details[0].line if self.details else self.line


@dataclass
class Report:
    """What became of all rows: counted, with the first problems and changes in full."""

    counts: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    problems: list[RowReport] = field(default_factory=list)
    changes: list[RowReport] = field(default_factory=list)
    revised: list[str] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, row: RowReport) -> None:
        self.counts[row.model, row.outcome] += 1
        self._digest.update(str(row).encode() + b"\n")
        if row.outcome in (Outcome.INVALID, Outcome.CONFLICT):
            self.problems.append(row)
        elif row.outcome == Outcome.CHANGED and len(self.changes) < MOST_CHANGES:
            self.changes.append(row)

    def of(self, outcome: Outcome) -> int:
        return sum(count for (_model, found), count in self.counts.items() if found == outcome)

    @property
    def is_refused(self) -> bool:
        return bool(self.problems)

    @property
    def is_full(self) -> bool:
        return len(self.problems) >= MOST_PROBLEMS

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.of(Outcome.NEW) or self.of(Outcome.CHANGED) or self.problems)

    @property
    def sha256(self) -> str:
        """Names exactly what the report says, so that nothing else is confirmed."""
        return str(self._digest.hexdigest())


def difference(before: Any, after: Any) -> str:
    """Both values for people: of long texts the part around what differs."""
    old, new = _as_text(before), _as_text(after)
    pairs = zip(old, new, strict=False)
    same = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))
    start = max(0, same - SHOWN_BEFORE)
    return f"{_part(old, start)} → {_part(new, start)}"


def _as_text(value: Any) -> str:
    """Keys as they are typed, joined; other values as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(_as_text(one) for one in value)
    return json.dumps(value, ensure_ascii=False)


def _part(text: str, start: int) -> str:
    end = start + SHOWN
    return f"“{'…' if start else ''}{text[start:end]}{'…' if text[end:] else ''}”"


def printable(text: str) -> str:
    """The text as it can be written: half of a pair of surrogates is no character."""
    return text.encode("utf-8", "backslashreplace").decode()
