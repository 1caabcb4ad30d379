"""A document as its claims make it known: the quoted words in both languages, with verdicts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Func, JSONField, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.as_of import AsOf, InvalidDay, editions, read_as_of
from claims.models import Edition, Term, TermKind
from claims.models.language import current_language
from claims.record.paging import ORDERINGS
from claims.record.vocabulary import Vocabulary, read_vocabulary
from claims.views.annotated_text import Piece, Span, newest_transcript, pieces
from claims.views.rows import Row, rows
from claims.views.tally import counts_of, tally

OPEN = "open"


class Words(Func):
    """What the content says of the claim's words; the rest of a payload is thirty times as long."""

    template = (
        "(NULLIF(%(expressions)s, '')::jsonb -> 'content') - ARRAY['evidence', 'figures', "
        "'replies', 'relations', 'notes', 'verdict', 'topics', 'document', 'claimant', "
        "'reported_claimant']"
    )
    output_field = JSONField()


@dataclass(frozen=True)
class MarkedPiece:
    """A piece of the text. ``row`` is the innermost claim; None where the filter leaves it out."""

    piece: Piece
    row: Row | None
    starting: list[Row]


@dataclass(frozen=True)
class TextColumn:
    """The words of one section in one language."""

    language: str
    pieces: list[MarkedPiece]


@dataclass(frozen=True)
class SectionOfClaims:
    """A section with its claims; ``term`` is None for claims outside of any section."""

    number: int | None
    term: Term | None
    # The filter on verdicts, which marks and lists of claims keep to.
    rating: str
    rows: list[Row] = field(default_factory=list)
    # Its words by language, that of the page first; only languages in which there are any.
    spans: dict[str, list[Span]] = field(default_factory=dict)

    @property
    def languages(self) -> list[str]:
        return list(self.spans)

    @property
    def shown_rows(self) -> list[Row]:
        return [row for row in self.rows if is_shown(row, self.rating)]

    @property
    def shown(self) -> list[Any]:
        """All that the section shows of its claims: the same for as long as none has changed."""
        return [[row.shown for row in self.rows], self.places]

    @property
    def places(self) -> list[Any]:
        """Which quotes are shown: those that are located in the newest transcript."""
        return [
            [code, [(span.claim, span.start) for span in spans]]
            for code, spans in self.spans.items()
        ]

    @property
    def columns(self) -> list[TextColumn]:
        """Takes far longer than to look up what has been made of them."""
        by_slug = {row.edition.claim_slug: row for row in self.rows}
        shown = {row.edition.claim_slug for row in self.shown_rows}
        return [
            TextColumn(code, [_marked(piece, by_slug, shown) for piece in pieces(spans)])
            for code, spans in self.spans.items()
        ]


@dataclass(frozen=True)
class Request:
    """What a reader asked of a document, and in ``errors`` what could not be understood."""

    as_of: AsOf | None
    rating: str
    text: str
    errors: list[str]


@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """Status 400, with the whole document of today, for what cannot be understood."""
    terms = read_terms(slug)
    vocabulary = read_vocabulary([])
    asked = read_request(request, vocabulary)
    found = claims_of(slug, asked.as_of)
    vocabulary = vocabulary.with_terms_of(found, TermKind.CLAIMANT)
    claims = rows(found, vocabulary)
    about = terms[TermKind.DOCUMENT, slug]
    shows_quotes = about.details.get("shows_quotes", True)
    context = {
        "document": about,
        "sections": annotated(claims, terms, asked.rating, shows_quotes=shows_quotes),
        "strip": partial(strip, claims, asked.rating, shows_quotes=shows_quotes),
        "overview": [shows_quotes, [row.shown for row in claims]],
        "tally": tally(counts_of(row.edition for row in claims), vocabulary),
        "rating": asked.rating,
        "differing": sum(1 for row in claims if differs(row)),
        "text_language": asked.text,
        "as_of": asked.as_of,
        "errors": asked.errors,
        "first": None if claims else first_edition(slug),
    }
    return render(request, "claims/document.html", context, status=400 if asked.errors else 200)


@require_safe
def differences(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the versions of a document do not say the same."""
    terms = read_terms(slug)
    vocabulary = read_vocabulary([])
    asked = read_request(request, vocabulary)
    claims = [row for row in rows(claims_of(slug, asked.as_of), vocabulary) if differs(row)]
    context = {
        "document": terms[TermKind.DOCUMENT, slug],
        "rows": claims,
        "shows_quotes": terms[TermKind.DOCUMENT, slug].details.get("shows_quotes", True),
        "as_of": asked.as_of,
        "errors": asked.errors,
    }
    return render(request, "claims/differences.html", context, status=400 if asked.errors else 200)


def read_terms(slug: str) -> dict[tuple[str, str], Term]:
    """The document's own term and those of its sections. Raises Http404 for no live claim."""
    terms = {
        (term.kind, term.slug): term
        for term in Term.objects.filter(
            Q(kind=TermKind.DOCUMENT, slug=slug)
            | Q(kind=TermKind.SECTION, slug__startswith=f"{slug}/")
        )
    }
    if (TermKind.DOCUMENT, slug) not in terms:
        raise Http404
    return terms


def read_request(request: HttpRequest, vocabulary: Vocabulary) -> Request:
    errors = []
    as_of = None
    try:
        as_of = read_as_of(request)
    except InvalidDay as error:
        errors.append(str(error))
    rating = request.GET.get("rating", "")
    if rating and rating not in {OPEN, *(step.slug for step in vocabulary.scale())}:
        errors.append(
            _("There is no verdict “%(text)s”: choose one below.") % {"text": rating[:40]}
        )
        rating = ""
    text = request.GET.get("text", "")
    is_known = text in dict(settings.LANGUAGES)
    return Request(as_of, rating, text if is_known else current_language(), errors)


def claims_of(slug: str, as_of: AsOf | None) -> list[Edition]:
    """In reading order, each with what its content says of its words."""
    return list(
        editions(as_of)
        .for_listing()
        .filter(document_slug=slug)
        .annotate(words=Words("payload"))
        .order_by(*ORDERINGS["reading"])
    )


def annotated(
    claims: Iterable[Row],
    terms: Mapping[tuple[str, str], Term],
    rating: str,
    *,
    shows_quotes: bool = True,
) -> list[SectionOfClaims]:
    """The claims under their sections, in the order in which the document reaches them."""
    claims = list(claims)
    sections: dict[int | None, SectionOfClaims] = {}
    for row in claims:
        number = row.edition.section_number
        if number not in sections:
            term = terms.get((TermKind.SECTION, f"{row.edition.document_slug}/{number}"))
            sections[number] = SectionOfClaims(number, term, rating)
        sections[number].rows.append(row)
    for code in languages() if shows_quotes else ():
        located = {row.edition.claim_slug: quotes(row, code) for row in claims}
        newest = newest_transcript(
            quote["transcript_sha256"] for of_claim in located.values() for quote in of_claim
        )
        for section in sections.values():
            if spans := spans_of(section.rows, located, newest):
                section.spans[code] = spans
    return list(sections.values())


def spans_of(
    claims: Iterable[Row], quotes: Mapping[str, list[dict[str, Any]]], transcript: str
) -> list[Span]:
    """The places of the claims' quotes in this transcript."""
    return [
        Span(slug, quote["start"], quote["end"], quote["exact"], quote.get("omissions", []))
        for slug in (row.edition.claim_slug for row in claims)
        for quote in quotes[slug]
        if quote["end"] is not None and quote["transcript_sha256"] == transcript
    ]


def _marked(piece: Piece, by_slug: Mapping[str, Row], shown: set[str]) -> MarkedPiece:
    innermost = next((slug for slug in piece.claims if slug in shown), None)
    starting = [by_slug[slug] for slug in reversed(piece.starting) if slug in shown]
    return MarkedPiece(piece, by_slug[innermost] if innermost else None, starting)


def strip(claims: Iterable[Row], rating: str, *, shows_quotes: bool) -> list[tuple[Row, str]]:
    """The shown claims in reading order, each with the language its words are to be found in."""
    found = []
    codes = languages()
    for row in claims:
        if is_shown(row, rating):
            spoken = [
                code
                for code in codes
                if shows_quotes and any(quote["end"] is not None for quote in quotes(row, code))
            ]
            found.append((row, spoken[0] if spoken else ""))
    return found


def is_shown(row: Row, rating: str) -> bool:
    """Whether the filter on verdicts leaves the claim in."""
    return not rating or (row.edition.rating or OPEN) == rating


def quotes(row: Row, language: str) -> list[dict[str, Any]]:
    return [quote for quote in words_of(row)["quotes"] if quote["language"] == language]


def words_of(row: Row) -> dict[str, Any]:
    """The annotation of ``claims_of``."""
    words: dict[str, Any] = vars(row.edition)["words"]
    return words


def differs(row: Row) -> bool:
    """Whether the desk found that the versions do not say the same."""
    words = words_of(row)
    return bool(words.get("absent_in") or words["divergence_en"] or words["divergence_fr"])


def languages() -> list[str]:
    """The codes of the site's languages, that of the page first."""
    codes = dict(settings.LANGUAGES)
    return sorted(codes, key=lambda code: code != current_language())


def first_edition(slug: str) -> Edition | None:
    """The first that readers may still see: when the record of the document begins."""
    readable = Edition.objects.readable().filter(document_slug=slug)
    return readable.for_listing().order_by("sequence").first()
