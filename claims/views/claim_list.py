"""The list of live claims, searched and filtered."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.as_of import PARAMETER, AsOf, InvalidDay, editions, first_day, read_as_of
from claims.filters import MOST_COUNTED, ActiveFilter, ClaimFilterSet
from claims.models import TermKind
from claims.record.paging import Count, count
from claims.views.rows import rows

MOST_WAYS = 6


@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """Status 400 and no results for input that cannot be understood."""
    as_of, error = None, ""
    try:
        as_of = read_as_of(request)
    except InvalidDay as problem:
        error = str(problem)
    filterset = ClaimFilterSet(request.GET, queryset=editions(as_of), request=request)
    if error or not filterset.is_valid():
        context = {"filter": filterset, "errors": [error] if error else []}
        return render(request, "claims/claim_list.html", context, status=400)
    page = filterset.page()
    active = list(filterset.active())
    vocabulary = filterset.vocabulary.with_terms_of(page.rows, TermKind.CLAIMANT)
    context = {
        "filter": filterset,
        "as_of": as_of,
        "first": first_day() if as_of and not page.rows else None,
        "active_filters": active,
        "counts": filterset.count_choices(),
        "most_counted": MOST_COUNTED,
        "ways_out": [] if page.rows else ways_out(filterset, active),
        "page": page,
        "rows": rows(page.rows, vocabulary),
        "count": filterset.count,
        "canonical_query": filterset.canonical_query(),
        "download_query": download_query(filterset, as_of),
    }
    return render(request, "claims/claim_list.html", context)


def download_query(filterset: ClaimFilterSet, as_of: AsOf | None) -> str:
    """The query string of a file with all that was found, on whichever page."""
    query = QueryDict(filterset.canonical_query(), mutable=True)
    query.pop("after", None)
    query.pop("ordering", None)
    if as_of:
        query[PARAMETER] = as_of.iso
    return f"?{query.urlencode()}" if query else ""


def ways_out(
    filterset: ClaimFilterSet, active: list[ActiveFilter]
) -> list[tuple[ActiveFilter, Count]]:
    """For a search that finds nothing: what each filter, taken away, would let through."""
    found = [(item, count(filterset.without(item.query_without))) for item in active[:MOST_WAYS]]
    return [(item, number) for item, number in found if number.number]
