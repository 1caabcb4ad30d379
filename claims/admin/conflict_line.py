"""One thing that differs between what somebody typed and what stands now."""

import hashlib
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from claims.desk.versions import Row
from claims.views.comparing import Piece, compared

from .typed import Told, keys_of
from .wording import Labels, field_of, part_name

THEIRS, MINE = "theirs", "mine"


@dataclass
class Line:
    """One thing that differs between theirs and mine. ``name`` is that of the choice, if any."""

    name: str
    noun: str
    row: Row
    label: str
    told: tuple[Told, Told, Told]
    by_them: bool
    by_me: bool
    # The form's prefix and the fields to leave out where theirs is kept.
    left_out: tuple[str, frozenset[str]] | None = None
    # The row to put back where mine is kept.
    restored: int | None = None
    is_work: bool = False
    choice: str = ""
    opened: str = ""
    theirs: list[Piece] = field(default_factory=list)
    mine: list[Piece] = field(default_factory=list)
    mine_sha256: str = ""

    @property
    def is_choice(self) -> bool:
        return bool(self.name)

    def choose(self, given: str) -> None:
        """What was chosen; else the side that alone has changed it.

        Theirs was chosen over what was typed then: what is typed since is not given up for it.
        """
        side, _colon, typed = given.partition(":")
        if side == MINE or (side == THEIRS and typed == self.mine_sha256):
            self.choice = side
        elif side == THEIRS or (self.by_them and self.by_me):
            self.choice = ""
        else:
            self.choice = THEIRS if self.by_them else MINE


def put_in_words(lines: list[Line]) -> None:
    """Word what each line tells, with one query for each noun that they refer to."""
    told = [told for line in lines for told in line.told if not isinstance(told, str)]
    values = [(column, keys_of(value)) for items in told for _label, column, value in items]
    targets = [
        (field_of("relations", "target_id"), line.row.get("target_id"))
        for line in lines
        if line.noun == "relations"
    ]
    labels = Labels([*values, *targets])
    for line in lines:
        part = part_name(line.noun, line.row, labels)
        line.label = " – ".join(text for text in (part, line.label) if text)
        opened, theirs, mine = (_words(told, labels) for told in line.told)
        line.opened = opened
        is_field = line.is_choice and all(not isinstance(told, str) for told in line.told)
        line.theirs = _pieces(opened, theirs, is_compared=is_field and line.by_them)
        line.mine = _pieces(opened, mine, is_compared=is_field and line.by_me)
        line.mine_sha256 = hashlib.sha256(mine.encode()).hexdigest()[:12]


def _words(told: Told, labels: Labels) -> str:
    if isinstance(told, str):
        return told
    lines = []
    for label, column, value in told:
        text = labels.of(column, keys_of(value))
        if text:
            lines.append(
                _("%(label)s: %(value)s") % {"label": label, "value": text} if label else text
            )
    return "\n".join(lines)


def _pieces(before: str, after: str, *, is_compared: bool) -> list[Piece]:
    return compared(before, after) if is_compared else [Piece("", after)]
