"""The claims of one topic, and those that one claimant made or is reported to have made."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.as_of import InvalidDay, editions, read_as_of
from claims.models import Term, TermKind
from claims.record.paging import DEFAULT_ORDERING, InvalidCursor, count, page, read_cursor, to_limit
from claims.record.vocabulary import read_vocabulary
from claims.views.rows import rows
from claims.views.tally import tally

# Beyond so many claims, counting their verdicts takes longer than the page.
MOST_TALLIED = 2_000


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    return of_term(request, TermKind.TOPIC, slug, Q(topics__contains=[slug]))


@require_safe
def claimant(request: HttpRequest, slug: str) -> HttpResponse:
    spoken = Q(claimant_slug=slug) | Q(reported_claimant_slug=slug)
    return of_term(request, TermKind.CLAIMANT, slug, spoken)


def of_term(request: HttpRequest, kind: str, slug: str, condition: Q) -> HttpResponse:
    """Status 400, with today's first page, for a day or a page that there is not."""
    term = get_object_or_404(Term, kind=kind, slug=slug)
    errors = []
    as_of, cursor = None, None
    try:
        as_of = read_as_of(request)
        if after := request.GET.get("after", ""):
            cursor = read_cursor(after, DEFAULT_ORDERING)
    except InvalidDay as error:
        errors.append(str(error))
    except InvalidCursor:
        errors.append(_("There is no such page: here is the first one."))
    found = editions(as_of).filter(condition)
    listed = page(found.for_listing(), DEFAULT_ORDERING, cursor)
    kinds = [TermKind.CLAIMANT, TermKind.DOCUMENT]
    vocabulary = read_vocabulary([]).with_terms_of(listed.rows, *kinds)
    counted = to_limit(term.live_count) if as_of is None else count(found)
    is_tallied = counted.is_exact and counted.number <= MOST_TALLIED
    by_rating = found.order_by().values_list("rating").annotate(Count("sequence"))
    context = {
        "term": term,
        "is_topic": kind == TermKind.TOPIC,
        "as_of": as_of,
        "errors": errors,
        "page": listed,
        "rows": rows(listed.rows, vocabulary),
        "tally": tally(dict(by_rating), vocabulary) if is_tallied else None,
        "count": counted,
    }
    return render(request, "claims/term.html", context, status=400 if errors else 200)
