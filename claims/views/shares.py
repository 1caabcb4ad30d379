"""Shares of a whole that several claims name: what they add up to, and what nobody named."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import JSONField, Q
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from claims.models import Edition
from claims.models.edition import EditionQuerySet
from claims.models.figure import plain

FIGURES = KeyTransform("figures", KeyTransform("content", Cast("payload", JSONField())))
WHOLE = Decimal(100)
PERCENT = "percent"
MOST = 100
ROW_HEIGHT = 46
LABEL_HEIGHT = 16
BAR_HEIGHT = 24


@dataclass(frozen=True)
class Share:
    """One claimed part of a whole. ``edition`` is None for what no claim names."""

    figure: dict[str, Any]
    edition: Edition | None
    is_here: bool
    start: Decimal
    row: int

    @property
    def value(self) -> Decimal:
        return Decimal(self.figure["value"])

    @property
    def at(self) -> str:
        return f"{self.start:.2f}%"

    @property
    def width(self) -> str:
        return f"{self.value:.2f}%"

    @property
    def label_y(self) -> int:
        return self.row * ROW_HEIGHT + LABEL_HEIGHT

    @property
    def bar_y(self) -> int:
        return self.row * ROW_HEIGHT + BAR_HEIGHT


@dataclass(frozen=True)
class Shares:
    """The parts of one whole, the largest first, and what is missing last."""

    measure: dict[str, str]
    parts: list[Share]
    missing: Share | None
    total: str

    @property
    def rows(self) -> list[Share]:
        return [*self.parts, self.missing] if self.missing else self.parts

    @property
    def height(self) -> int:
        return ROW_HEIGHT * len(self.rows)


def shares(edition: Edition, editions: EditionQuerySet) -> Shares | None:
    """The shares that this claim and those related to it name of the same whole.

    None unless there are two at least, and all of them fit into the whole.
    """
    content = edition.content["content"]
    own = next((one for one in content["figures"] if _is_claimed_share(one)), None)
    if own is None:
        return None
    parts = {own["measure"]["slug"]: (own, edition)}
    for other in _relatives(edition, editions):
        for figure in getattr(other, "figures"):  # noqa: B009 – annotated
            if _is_claimed_share(figure) and _whole(figure) == _whole(own):
                parts.setdefault(figure["measure"]["slug"], (figure, other))
    total = sum((Decimal(figure["value"]) for figure, _other in parts.values()), Decimal(0))
    if len(parts) < 2 or total > WHOLE:
        return None
    return _laid_out(edition, list(parts.values()), total)


def _laid_out(
    edition: Edition, parts: list[tuple[dict[str, Any], Edition]], total: Decimal
) -> Shares:
    ordered = sorted(parts, key=lambda part: (-Decimal(part[0]["value"]), part[0]["key"]))
    laid: list[Share] = []
    start = Decimal(0)
    for row, (figure, source) in enumerate(ordered):
        laid.append(Share(figure, source, source is edition, start, row))
        start += Decimal(figure["value"])
    own = ordered[0][0]
    missing = None
    if total < WHOLE:
        rest = {**own, "value": plain(WHOLE - total)}
        missing = Share(rest, None, False, start, len(laid))
    return Shares(own["measure"], laid, missing, plain(total))


def _relatives(edition: Edition, editions: EditionQuerySet) -> EditionQuerySet:
    """Claims named by this one, naming it, or naming one that it names."""
    targets = [relation["target"] for relation in edition.content["content"]["relations"]]
    wanted = Q(claim_slug__in=targets)
    for slug in [edition.claim_slug, *targets]:
        wanted |= Q(targets__contains=[slug])
    others = editions.for_listing().filter(wanted).exclude(claim_slug=edition.claim_slug)
    return others.annotate(figures=FIGURES).order_by("document_slug", "position", "sequence")[:MOST]


def _is_claimed_share(figure: dict[str, Any]) -> bool:
    return bool(
        figure["evidence"] is None
        and figure["value"] is not None
        and figure["unit"]["slug"] == PERCENT
        and _whole(figure)
    )


def _whole(figure: dict[str, Any]) -> str:
    return str(figure["measure"].get("whole_en", ""))
