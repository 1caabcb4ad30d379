"""Where the figures of one measure stand on one axis: what is claimed against what is reported.

Positions along the axis are percentages of the drawing's width, so that it fits any screen
while its texts keep their size; heights are pixels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

ROW_HEIGHT = 46
LABEL_HEIGHT = 16
TRACK_HEIGHT = 31
AXIS_HEIGHT = 30
# A range without an upper end reaches past the largest number that is known.
BEYOND = Decimal("1.15")
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
INTERVALS = 4
EDGE = Decimal(2)
INSIDE = 100 - 2 * EDGE


@dataclass(frozen=True)
class Axis:
    """From ``start`` to ``end``, both among the ``ticks``."""

    ticks: Sequence[Decimal]

    def at(self, number: Decimal) -> str:
        """The place of a number: ``"37.50%"``."""
        start, end = self.ticks[0], self.ticks[-1]
        return f"{EDGE + INSIDE * (number - start) / (end - start):.2f}%"


@dataclass(frozen=True)
class Tick:
    """A number under the axis. ``anchor`` keeps the outer ones inside the drawing."""

    value: str
    at: str
    anchor: str


@dataclass(frozen=True)
class Mark:
    """One figure as drawn. ``number`` is that of its evidence on the page; None for the claim."""

    figure: dict[str, Any]
    number: int | None
    start: str
    end: str
    label_y: int
    track_y: int

    @property
    def is_claimed(self) -> bool:
        return self.number is None

    @property
    def is_range(self) -> bool:
        return self.figure["value"] is None

    @property
    def has_start(self) -> bool:
        return self.figure["low"] is not None

    @property
    def has_end(self) -> bool:
        return self.figure["high"] is not None


@dataclass(frozen=True)
class Plot:
    marks: list[Mark]
    ticks: list[Tick]

    @property
    def claimed(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.is_claimed]

    @property
    def axis_y(self) -> int:
        return ROW_HEIGHT * len(self.marks)

    @property
    def tick_y(self) -> int:
        return self.axis_y + 18

    @property
    def height(self) -> int:
        return self.axis_y + AXIS_HEIGHT


def plot(figures: Iterable[tuple[dict[str, Any], int | None]]) -> Plot | None:
    """A drawing of figures of one measure, each with the number of its evidence on the page.

    What is claimed comes first, then what is reported in the order of its dates, the undated
    last. None where there is nothing to compare: fewer than two figures.
    """
    ordered = sorted(figures, key=_place)
    if len(ordered) < 2:
        return None
    axis = _axis([figure for figure, _number in ordered])
    marks = [
        _mark(figure, number, axis, row * ROW_HEIGHT)
        for row, (figure, number) in enumerate(ordered)
    ]
    return Plot(marks, _ticks(axis))


def _place(item: tuple[dict[str, Any], int | None]) -> tuple[bool, bool, str, int]:
    figure, number = item
    # EDTF dates of four-digit years sort as text; "../2022" begins before any of them.
    return (number is not None, not figure["as_of"], figure["as_of"], figure["position"])


def _mark(figure: dict[str, Any], number: int | None, axis: Axis, top: int) -> Mark:
    value, low, high = (_decimal(figure[end]) for end in ("value", "low", "high"))
    start = value if value is not None else low if low is not None else axis.ticks[0]
    end = value if value is not None else high if high is not None else axis.ticks[-1]
    return Mark(
        figure, number, axis.at(start), axis.at(end), top + LABEL_HEIGHT, top + TRACK_HEIGHT
    )


def _axis(figures: Sequence[dict[str, Any]]) -> Axis:
    """From nought, or from below it, to past the largest number; percentages up to 100."""
    ends = [_decimal(figure[end]) for figure in figures for end in ("value", "low", "high")]
    known = [end for end in ends if end is not None]
    lowest = min(Decimal(0), *known)
    highest = max(Decimal(0), *known)
    if any(_is_open(figure) for figure in figures):
        highest *= BEYOND
    if figures[0]["unit"]["slug"] == "percent" and lowest == 0 and highest <= 100:
        highest = Decimal(100)
    step = _step(highest - lowest, is_whole=all(end == int(end) for end in known))
    first = int((lowest / step).to_integral_value(ROUND_FLOOR))
    last = int((highest / step).to_integral_value(ROUND_CEILING))
    return Axis([step * count for count in range(first, max(last, first + 1) + 1)])


def _step(span: Decimal, is_whole: bool) -> Decimal:
    """The smallest round number that divides the span into few enough intervals."""
    wanted = span / INTERVALS if span else Decimal(1)
    unit = Decimal(10) ** wanted.adjusted()
    step = next(unit * step for step in STEPS if unit * step >= wanted)
    return max(step, Decimal(1)) if is_whole else step


def _is_open(figure: dict[str, Any]) -> bool:
    return figure["value"] is None and figure["high"] is None


def _ticks(axis: Axis) -> list[Tick]:
    last = len(axis.ticks) - 1
    anchors = {0: "start", last: "end"}
    return [
        Tick(format(value.normalize(), "f"), axis.at(value), anchors.get(place, "middle"))
        for place, value in enumerate(axis.ticks)
    ]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
