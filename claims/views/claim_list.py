"""The list of live claims, searched and filtered."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.filters import FILED_UNDER, ClaimFilterSet
from claims.models import Edition
from claims.record.paging import count
from claims.record.vocabulary import read_vocabulary
from claims.views.rows import rows


@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """Status 400 and no results for input that cannot be understood."""
    vocabulary = read_vocabulary(FILED_UNDER)
    filterset = ClaimFilterSet(
        request.GET, queryset=Edition.objects.live(), request=request, vocabulary=vocabulary
    )
    if not filterset.is_valid():
        return render(request, "claims/claim_list.html", {"filter": filterset}, status=400)
    page = filterset.page()
    context = {
        "filter": filterset,
        "active_filters": list(filterset.active()),
        "page": page,
        "rows": rows(page.rows, vocabulary),
        "count": count(filterset.qs),
        "canonical_query": filterset.canonical_query(),
    }
    return render(request, "claims/claim_list.html", context)
