"""The words that live editions are filed under and rated with, read once for a whole page."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from claims.models import Edition, Rating, Term, TermKind

from .filing import OPEN


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

    def with_terms_of(self, editions: Iterable[Edition], *kinds: str) -> "Vocabulary":
        """With what these editions are filed under as well, in one query."""
        wanted = {
            slug
            for edition in editions
            for slug in (
                edition.claimant_slug,
                edition.reported_claimant_slug,
                edition.document_slug,
            )
        }
        found = Term.objects.filter(kind__in=kinds, slug__in=wanted - {""}).defer("details")
        return Vocabulary(self.terms | _by_key(found), self.ratings)

    def rating_of(self, edition: Edition) -> Rating | None:
        """The rating by its edition's own scale; None for an open claim."""
        if edition.scale is None:
            return None
        return self.ratings.get((edition.scale, edition.rating))


def read_vocabulary(kinds: Iterable[str] = TermKind.values) -> Vocabulary:
    """The terms of these kinds and every rating, in two queries."""
    kinds = list(kinds)
    terms = Term.objects.filter(kind__in=kinds).defer("details") if kinds else []
    return Vocabulary(_by_key(terms), _ratings())


def live_by_rating() -> dict[str, int]:
    """How many live claims carry each rating, blank for open; the same at any length of record."""
    counted = Term.objects.filter(kind=TermKind.RATING).values_list("slug", "live_count")
    return {"" if slug == OPEN else slug: number for slug, number in counted}


def read_busiest(most: Mapping[str, int], asked: Collection[str]) -> Vocabulary:
    """So many terms of each kind, those with most claims, and of these kinds what is asked for.

    There may be tens of thousands: no list of choices can offer them all, but each can be named.
    """
    named = Term.objects.filter(Q(kind__in=list(most)) & Q(slug__in=list(asked)))
    busiest = [
        Term.objects.filter(kind=kind).order_by("-live_count", "slug").defer("details")[:number]
        for kind, number in most.items()
    ]
    found = named.order_by().defer("details").union(*busiest)
    return Vocabulary(_by_key(sorted(found, key=_place)), _ratings())


def _place(term: Term) -> tuple[str, int, str]:
    return term.kind, term.position, term.slug


def _by_key(terms: Iterable[Term]) -> dict[tuple[str, str], Term]:
    return {(term.kind, term.slug): term for term in terms}


def _ratings() -> dict[tuple[int, str], Rating]:
    return {(rating.scale, rating.slug): rating for rating in Rating.objects.all()}
