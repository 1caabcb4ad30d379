"""Editions as lists show them: each with the labels of what it is filed under."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from claims.models import Edition, Rating, Term, TermKind
from claims.models.language import in_language
from claims.pieces import name_of
from claims.record.vocabulary import Vocabulary

ANNOTATIONS = ("statement_found", "summary_found", "words")


@dataclass(frozen=True)
class Row:
    """One claim in a list. Terms are None where this list has not read them."""

    edition: Edition
    rating: Rating | None
    claimant: Term | None
    reported_claimant: Term | None
    document: Term | None

    @cached_property
    def shown(self) -> str:
        """The name of all that any list shows of it: equal ones read the same on every page."""
        edition, terms = self.edition, (self.claimant, self.reported_claimant)
        rating = self.rating and [self.rating.slug, self.rating.value, label_of(self.rating)]
        everything = [
            edition.claim_slug,
            edition.position,
            edition.statement,
            edition.summary,
            edition.event_date,
            edition.is_outdated,
            rating,
            *(term and label_of(term) for term in terms),
            # Of some lists only: what a search matched, and the exact words.
            *(vars(edition).get(name) for name in ANNOTATIONS),
        ]
        return name_of(everything)


def label_of(row: Rating | Term) -> str:
    return in_language(row, "label")


def rows(editions: Iterable[Edition], vocabulary: Vocabulary) -> list[Row]:
    """Takes every label from ``vocabulary``, so that a longer list asks nothing more."""
    return [
        Row(
            edition=edition,
            rating=vocabulary.rating_of(edition),
            claimant=vocabulary.term(TermKind.CLAIMANT, edition.claimant_slug),
            reported_claimant=vocabulary.term(TermKind.CLAIMANT, edition.reported_claimant_slug),
            document=vocabulary.term(TermKind.DOCUMENT, edition.document_slug),
        )
        for edition in editions
    ]
