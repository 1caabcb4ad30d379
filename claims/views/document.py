"""A document with every live claim made in it, in reading order."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import JSONField, Q
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.models import Edition, Term, TermKind
from claims.record.paging import ORDERINGS
from claims.record.vocabulary import read_vocabulary
from claims.views.rows import Row, rows
from claims.views.tally import counts_of, tally

# Only the quotes leave the database: the whole payloads are thirty times as long.
QUOTES = KeyTransform("quotes", KeyTransform("content", Cast("payload", JSONField())))


@dataclass(frozen=True)
class SectionOfClaims:
    """A section with its claims; ``term`` is None for claims outside of any section."""

    number: int | None
    term: Term | None
    rows: list[Row] = field(default_factory=list)


@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    terms = {
        (term.kind, term.slug): term
        for term in Term.objects.filter(
            Q(kind=TermKind.DOCUMENT, slug=slug)
            | Q(kind=TermKind.SECTION, slug__startswith=f"{slug}/")
        )
    }
    if (TermKind.DOCUMENT, slug) not in terms:
        raise Http404
    vocabulary = read_vocabulary([TermKind.CLAIMANT])
    editions = list(
        Edition.objects.live()
        .for_listing()
        .filter(document_slug=slug)
        .annotate(quotes=QUOTES)
        .order_by(*ORDERINGS["reading"])
    )
    context = {
        "document": terms[TermKind.DOCUMENT, slug],
        "sections": by_section(rows(editions, vocabulary), terms),
        "tally": tally(counts_of(editions), vocabulary),
    }
    return render(request, "claims/document.html", context)


def by_section(claims: Iterable[Row], terms: dict[tuple[str, str], Term]) -> list[SectionOfClaims]:
    """The claims under their sections, in the order in which the document reaches them."""
    sections: dict[int | None, SectionOfClaims] = {}
    for row in claims:
        number = row.edition.section_number
        if number not in sections:
            term = terms.get((TermKind.SECTION, f"{row.edition.document_slug}/{number}"))
            sections[number] = SectionOfClaims(number, term)
        sections[number].rows.append(row)
    return list(sections.values())
