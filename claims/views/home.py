"""The first page: what is new, and how much is checked."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.models import Edition, TermKind
from claims.record.paging import page
from claims.record.vocabulary import read_vocabulary
from claims.views.rows import rows
from claims.views.tally import tally

LATEST = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    vocabulary = read_vocabulary([TermKind.DOCUMENT, TermKind.CLAIMANT])
    live = Edition.objects.live()
    counts = dict(live.order_by().values_list("rating").annotate(Count("sequence")))
    checked = [rating.slug for rating in vocabulary.scale() if rating.needs_evidence]
    latest = page(live.filter(rating__in=checked).for_listing(), "newest", size=LATEST)
    context = {
        "rows": rows(latest.rows, vocabulary),
        "tally": tally(counts, vocabulary),
        "documents": vocabulary.of_kind(TermKind.DOCUMENT),
    }
    return render(request, "claims/home.html", context)
