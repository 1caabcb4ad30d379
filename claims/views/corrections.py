"""Every correction and withdrawal, the newest first: nothing is changed in silence."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.models import Edition, Rating
from claims.record.corrections import Correction, with_what_they_replaced
from claims.record.corrections import corrections as all_corrections
from claims.record.paging import DEFAULT_ORDERING, InvalidCursor, page, read_cursor
from claims.record.vocabulary import Vocabulary, read_vocabulary


@dataclass(frozen=True)
class CorrectionRow:
    """A correction with the verdicts before and after."""

    correction: Correction
    before: Rating | None
    after: Rating | None


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Status 400, and the first page, for a page that this site did not offer."""
    error = ""
    cursor = None
    if after := request.GET.get("after", ""):
        try:
            cursor = read_cursor(after, DEFAULT_ORDERING)
        except InvalidCursor:
            error = _("There is no such page: here is the first one.")
    found = page(all_corrections(), DEFAULT_ORDERING, cursor)
    rows = correction_rows(found.rows, read_vocabulary([]))
    context = {"page": found, "error": error, "rows": rows}
    return render(request, "claims/corrections.html", context, status=400 if error else 200)


def correction_rows(editions: Iterable[Edition], vocabulary: Vocabulary) -> list[CorrectionRow]:
    """Rows of ``record.corrections.corrections()`` with what they replaced."""
    return [
        CorrectionRow(
            one,
            vocabulary.rating_of(one.before) if one.before else None,
            vocabulary.rating_of(one.edition),
        )
        for one in with_what_they_replaced(editions)
    ]
