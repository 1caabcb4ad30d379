"""What was measured: each row with its bar and its aim, and whether what was reached will do."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """``reached`` must be at least ``least``, or at most where ``is_ceiling``."""

    operation: str
    measure: str
    least: float
    aim: float
    reached: float
    detail: str = ""
    is_ceiling: bool = False

    @property
    def is_met(self) -> bool:
        return self.reached <= self.least if self.is_ceiling else self.reached >= self.least

    @property
    def is_aim_met(self) -> bool:
        return self.reached <= self.aim if self.is_ceiling else self.reached >= self.aim

    @property
    def verdict(self) -> str:
        if self.is_aim_met:
            return "aim met" if self.aim != self.least else "met"
        return "met" if self.is_met else "**not met**"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def number(value: float) -> str:
    """Three digits that mean something, and no more."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return (
        f"{value:.1f}" if abs(value) >= 10 else f"{value:.2g}" if abs(value) < 1 else f"{value:.2f}"
    )


def measures(rows: Sequence[Row]) -> str:
    """The table of what was aimed at and what was reached."""
    return table(
        ["operation", "measure", "bar (aim)", "reached", "", "how"],
        [
            [
                row.operation,
                row.measure,
                f"{'≤' if row.is_ceiling else '≥'} {number(row.least)} ({number(row.aim)})",
                number(row.reached),
                row.verdict,
                row.detail,
            ]
            for row in rows
        ],
    )


def middle(values: Sequence[float]) -> float:
    return statistics.median(values) if values else float("nan")


def summary(rows: Sequence[Row]) -> str:
    """One line of counts."""
    missed = [row for row in rows if not row.is_met]
    named = "; ".join(f"{row.operation} ({row.measure})" for row in missed)
    return f"{len(rows) - len(missed)} of {len(rows)} bars met" + (
        f"; missed: {named}" if named else ""
    )
