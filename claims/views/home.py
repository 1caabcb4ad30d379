"""The first page: what is new, and how much is checked."""

from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.models import Edition, Term, TermKind
from claims.record.corrections import corrections
from claims.record.paging import page
from claims.record.vocabulary import live_by_rating, read_vocabulary
from claims.views.corrections import correction_rows
from claims.views.rows import rows
from claims.views.tally import tally

LATEST = 8
CORRECTIONS = 3
DOCUMENTS = 5
TOPICS = 24


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    vocabulary = read_vocabulary([])
    live = Edition.objects.live()
    checked = [rating.slug for rating in vocabulary.scale() if rating.needs_evidence]
    latest = page(live.filter(rating__in=checked).for_listing(), "newest", size=LATEST)
    context = {
        "rows": rows(latest.rows, vocabulary.with_terms_of(latest.rows, TermKind.CLAIMANT)),
        "tally": tally(live_by_rating(), vocabulary),
        "documents": newest_documents(),
        "topics": busiest_topics(),
        "corrections": correction_rows(newest_corrections(), vocabulary),
    }
    return render(request, "claims/home.html", context)


def newest_corrections() -> list[Edition]:
    return list(corrections().order_by("-published_at", "-sequence")[:CORRECTIONS])


def newest_documents() -> list[Term]:
    """By the date that they give, which is an EDTF text; undated ones last."""
    dated = Term.objects.filter(kind=TermKind.DOCUMENT).annotate(
        date=KeyTextTransform("published", "details")
    )
    return list(dated.order_by("-date", "slug")[:DOCUMENTS])


def busiest_topics() -> list[Term]:
    """The topics with most claims, in the order of their labels."""
    busiest = Term.objects.filter(kind=TermKind.TOPIC).order_by("-live_count", "slug")[:TOPICS]
    return sorted(busiest, key=lambda topic: str(topic).casefold())
