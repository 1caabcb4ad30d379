"""Editions as lists show them: each with the labels of what it is filed under."""

from collections.abc import Iterable
from dataclasses import dataclass

from claims.models import Edition, Rating, Term, TermKind
from claims.record.vocabulary import Vocabulary


@dataclass(frozen=True)
class Row:
    """One claim in a list. Terms are None where this list has not read them."""

    edition: Edition
    rating: Rating | None
    claimant: Term | None
    reported_claimant: Term | None
    document: Term | None


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
