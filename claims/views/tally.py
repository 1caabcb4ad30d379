"""How many claims carry which verdict."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from claims.models import Edition, Rating
from claims.record.vocabulary import Vocabulary


@dataclass(frozen=True)
class Step:
    """One verdict with its count; ``start`` is how many claims stand before it. None is open."""

    rating: Rating | None
    count: int
    start: int


@dataclass(frozen=True)
class Tally:
    """The counts in the order of the scale, open claims last."""

    steps: list[Step]

    @property
    def total(self) -> int:
        return sum(step.count for step in self.steps)

    @property
    def checked(self) -> int:
        return sum(step.count for step in self.steps if step.rating and step.rating.needs_evidence)

    @property
    def not_checkable(self) -> int:
        """A rating that needs no evidence is one that facts cannot decide."""
        return self.total - self.checked - self.open

    @property
    def open(self) -> int:
        return sum(step.count for step in self.steps if step.rating is None)


def tally(counts: Mapping[str, int], vocabulary: Vocabulary) -> Tally:
    """The tally of ``counts`` by rating, blank for open; every step of the scale is named."""
    steps: list[Step] = []
    start = 0
    for rating in [*vocabulary.scale(), None]:
        count = counts.get(rating.slug if rating else "", 0)
        steps.append(Step(rating, count, start))
        start += count
    return Tally(steps)


def counts_of(editions: Iterable[Edition]) -> Counter[str]:
    return Counter(edition.rating for edition in editions)
