"""The list of live claims, searched and filtered."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.filters import FILED_UNDER, ClaimFilterSet
from claims.record.paging import count
from claims.record.vocabulary import read_vocabulary
from claims.views.as_of import InvalidDay, editions, first_day, read_as_of
from claims.views.rows import rows


@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """Status 400 and no results for input that cannot be understood."""
    vocabulary = read_vocabulary(FILED_UNDER)
    as_of, error = None, ""
    try:
        as_of = read_as_of(request)
    except InvalidDay as problem:
        error = str(problem)
    filterset = ClaimFilterSet(
        request.GET, queryset=editions(as_of), request=request, vocabulary=vocabulary
    )
    if error or not filterset.is_valid():
        context = {"filter": filterset, "errors": [error] if error else []}
        return render(request, "claims/claim_list.html", context, status=400)
    page = filterset.page()
    context = {
        "filter": filterset,
        "as_of": as_of,
        "first": first_day() if as_of and not page.rows else None,
        "active_filters": list(filterset.active()),
        "page": page,
        "rows": rows(page.rows, vocabulary),
        "count": count(filterset.qs),
        "canonical_query": filterset.canonical_query(),
    }
    return render(request, "claims/claim_list.html", context)
