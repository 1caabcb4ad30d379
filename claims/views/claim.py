"""The page of one claim, made from its edition's payload."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from claims.as_of import AsOf, InvalidDay, editions, read_as_of
from claims.models import Edition, EditionKind, EvidenceStance, Rating
from claims.models.language import current_language
from claims.record.claimreview import claim_review
from claims.record.composing import completed
from claims.record.paging import BACKWARD, FORWARD, Cursor, page
from claims.record.vocabulary import read_vocabulary
from claims.views.card import embed_code
from claims.views.plot import Plot, plot
from claims.views.relations import related
from claims.views.shares import shares

STANCES_IN_ORDER = (
    EvidenceStance.SUPPORTS,
    EvidenceStance.CONTRADICTS,
    EvidenceStance.CONTEXT,
)
EDITIONS_SHOWN = 5


@dataclass(frozen=True)
class EvidenceGroup:
    """The evidence of one stance, each item of the payload with its number on the page."""

    stance: EvidenceStance
    items: list[tuple[int, dict[str, Any]]]


@dataclass(frozen=True)
class FigureGroup:
    """The figures of one measure, each with the evidence that gives it; None for the claim.

    ``plot`` is None where there are too few to compare.
    """

    measure: dict[str, str]
    items: list[tuple[dict[str, Any], dict[str, Any] | None]]
    plot: Plot | None


@dataclass(frozen=True)
class QuoteColumn:
    """The exact words in one language."""

    language: str
    quotes: list[dict[str, Any]]


@require_safe
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """Status 410 for a withdrawn claim, 404 for a day before its first edition, 400 for no day."""
    edition = get_object_or_404(Edition.objects.current(), claim_slug=slug)
    if edition.kind == EditionKind.WITHDRAWAL:
        return gone(request, edition)
    try:
        as_of = read_as_of(request)
    except InvalidDay as error:
        context = claim_context(edition) | {"as_of_error": error}
        return render(request, "claims/claim.html", context, status=400)
    if as_of is not None:
        return claim_as_of(request, slug, as_of)
    context = claim_context(edition)
    context["review"] = review_of(edition, context["rating"], current_language())
    return render(request, "claims/claim.html", context)


def claim_as_of(request: HttpRequest, slug: str, as_of: AsOf) -> HttpResponse:
    """What had been published on the claim by the end of a day."""
    of_claim = Edition.objects.filter(claim_slug=slug)
    if edition := editions(as_of).filter(claim_slug=slug).first():
        return render(request, "claims/claim.html", claim_context(edition, as_of))
    if hidden := Edition.objects.as_of(as_of.moment).filter(claim_slug=slug).first():
        return gone(request, hidden)
    first = of_claim.for_listing().order_by("number")[0]
    context = {"as_of": as_of, "first": first}
    return render(request, "claims/claim_not_yet.html", context, status=404)


def gone(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The page in place of an edition whose words are not, or no longer, to be read."""
    if edition.kind == EditionKind.WITHDRAWAL:
        return render(request, "410.html", {"withdrawal": edition.content}, status=410)
    return render(request, "claims/edition_gone.html", {"edition": edition}, status=410)


def claim_context(edition: Edition, as_of: AsOf | None = None) -> dict[str, Any]:
    """What the page says of a publication: the desk's preview is made from it as well."""
    content = completed(edition.content["content"])
    groups = group_evidence(content["evidence"])
    numbers = {item["key"]: number for group in groups for number, item in group.items}
    vocabulary = read_vocabulary([])
    rating = vocabulary.rating_of(edition)
    previous, following = neighbours(edition, as_of)
    return {
        "embed_code": embed_code(edition),
        "edition": edition,
        "rating": rating,
        "as_of": as_of,
        "content": content,
        "correction": edition.content["correction"],
        "quote_columns": quote_columns(content["quotes"]),
        "groups": groups,
        "numbers": numbers,
        "figures": group_figures(content["figures"], content["evidence"], numbers),
        "related": related(edition, editions(as_of), vocabulary),
        "shares": shares(edition, editions(as_of)),
        "previous": previous,
        "following": following,
        "newest_editions": newest_editions(edition),
    }


def review_of(edition: Edition, rating: Rating | None, language: str) -> dict[str, Any] | None:
    """The ClaimReview of a live edition, or None."""
    first = edition.published_at
    if edition.number > 1:
        editions = Edition.objects.filter(claim_slug=edition.claim_slug, number=1)
        first = editions.values_list("published_at", flat=True)[0]
    return claim_review(edition, rating, language, first)


def quote_columns(quotes: Iterable[dict[str, Any]]) -> list[QuoteColumn]:
    """The quotes by language, that of the page first."""
    quotes = list(quotes)
    codes = sorted(dict(settings.LANGUAGES), key=lambda code: code != current_language())
    columns = [
        QuoteColumn(code, [quote for quote in quotes if quote["language"] == code])
        for code in codes
    ]
    return [column for column in columns if column.quotes]


def group_evidence(evidence: Iterable[dict[str, Any]]) -> list[EvidenceGroup]:
    """By stance, numbered through in the order in which the page shows them."""
    by_stance: dict[str, list[dict[str, Any]]] = {}
    for item in evidence:
        by_stance.setdefault(item["stance"], []).append(item)
    groups = []
    start = 1
    for stance in STANCES_IN_ORDER:
        if items := by_stance.get(stance, []):
            groups.append(EvidenceGroup(stance, list(enumerate(items, start))))
            start += len(items)
    return groups


def group_figures(
    figures: Iterable[dict[str, Any]], evidence: Iterable[dict[str, Any]], numbers: dict[str, int]
) -> list[FigureGroup]:
    """By measure, so that what is claimed stands right beside what is reported."""
    by_key = {item["key"]: item for item in evidence}
    by_measure: dict[str, list[dict[str, Any]]] = {}
    for figure in figures:
        by_measure.setdefault(figure["measure"]["slug"], []).append(figure)
    return [
        FigureGroup(
            measure=found[0]["measure"],
            items=[(figure, by_key.get(figure["evidence"])) for figure in found],
            plot=plot((figure, numbers.get(figure["evidence"])) for figure in found),
        )
        for found in by_measure.values()
    ]


def neighbours(edition: Edition, as_of: AsOf | None) -> tuple[Edition | None, Edition | None]:
    """The claims before and after this one in the reading order of its document."""
    here = [edition.document_slug, edition.position, edition.sequence]
    others = editions(as_of).exclude(claim_slug=edition.claim_slug)
    document = others.filter(document_slug=edition.document_slug).for_listing()
    before, after = (
        page(document, "reading", Cursor("reading", direction, here), size=1).rows
        for direction in (BACKWARD, FORWARD)
    )
    return before[0] if before else None, after[0] if after else None


def newest_editions(edition: Edition) -> list[Edition]:
    """This one, which need not be saved yet, and the last few before it."""
    before = Edition.objects.filter(claim_slug=edition.claim_slug, number__lt=edition.number)
    return [edition, *before.for_listing().order_by("-number")[: EDITIONS_SHOWN - 1]]
