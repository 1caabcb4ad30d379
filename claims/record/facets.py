"""How many of the claims that were found each choice of a filter would leave."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from claims.models.edition import EditionQuerySet

from .filing import OPEN

# Columns of editions by name, each with its values row by row.
type Columns = dict[str, list[Any]]

COUNTED = [
    "rating",
    "topics",
    "claimant_slug",
    "reported_claimant_slug",
    "document_slug",
    "claim_kind",
]


def columns_of(editions: EditionQuerySet) -> Columns:
    """What each column that is counted holds, row by row."""
    rows = list(editions.order_by().values_list(*COUNTED))
    return {name: [row[place] for row in rows] for place, name in enumerate(COUNTED)}


def counted(name: str, found: Columns) -> dict[str, int]:
    """The number of claims by the choices of one filter."""
    return dict(Counter(CHOSEN[name](found)))


def _claimants(found: Columns) -> Iterator[str]:
    """Speakers and those who are reported to have spoken; a claim counts once for either."""
    pairs = zip(found["claimant_slug"], found["reported_claimant_slug"], strict=True)
    for speaker, reported in pairs:
        yield from {speaker, reported} - {""}


# The choices that each claim is counted for, by the filter.
CHOSEN: dict[str, Callable[[Columns], Iterable[str]]] = {
    "rating": lambda found: (slug or OPEN for slug in found["rating"]),
    "topic": lambda found: chain.from_iterable(found["topics"]),
    "claimant": _claimants,
    "document": lambda found: found["document_slug"],
    "kind": lambda found: found["claim_kind"],
}
