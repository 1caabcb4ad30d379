"""The words that live editions are filed under and rated with, read once for a whole page."""

from collections.abc import Iterable
from dataclasses import dataclass

from claims.models import Edition, Rating, Term, TermKind


@dataclass(frozen=True)
class Vocabulary:
    """Terms by kind and slug, ratings by scale and slug; both in their own order."""

    terms: dict[tuple[str, str], Term]
    ratings: dict[tuple[int, str], Rating]

    def of_kind(self, kind: str) -> list[Term]:
        return [term for (found, _slug), term in self.terms.items() if found == kind]

    def term(self, kind: str, slug: str) -> Term | None:
        return self.terms.get((kind, slug))

    def scale(self) -> list[Rating]:
        """The steps of the newest scale that any edition can carry, each slug once."""
        steps: dict[str, Rating] = {}
        for (_scale, slug), rating in self.ratings.items():
            steps.setdefault(slug, rating)
        return list(steps.values())

    def rating_of(self, edition: Edition) -> Rating | None:
        """The rating by its edition's own scale; None for an open claim."""
        if edition.scale is None:
            return None
        return self.ratings.get((edition.scale, edition.rating))


def read_vocabulary(kinds: Iterable[str] = TermKind.values) -> Vocabulary:
    """The terms of these kinds and every rating, in two queries."""
    terms = Term.objects.filter(kind__in=list(kinds)).defer("details")
    return Vocabulary(
        terms={(term.kind, term.slug): term for term in terms},
        ratings={(rating.scale, rating.slug): rating for rating in Rating.objects.all()},
    )
