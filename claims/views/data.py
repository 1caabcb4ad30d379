"""The record as files: downloads of what a filter finds, and the page that explains them."""

import json
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from claims.as_of import PARAMETER, InvalidDay, editions, read_as_of
from claims.filters import understood
from claims.interchange.columns import COLUMNS
from claims.interchange.files import FILES, data_package, digest, manifest, sums, written
from claims.interchange.published import published_fixture
from claims.models import Edition
from claims.models.edition import EditionQuerySet
from claims.views.answers import for_all, problem

# Editions. Checksums of a longer record would take minutes of whoever asks for them.
MOST_SUMMED = 10_000


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What can be taken away, in which format, and how to check it."""
    about = manifest()
    context = {
        "files": FILES.values(),
        "columns": COLUMNS,
        "manifest": about,
        "is_summed": about["editions"] <= MOST_SUMMED,
    }
    return render(request, "claims/data.html", context)


@require_safe
def download(request: HttpRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    """A file of what the filter finds, streamed. Status 400 for a filter that is none."""
    if name not in FILES:
        raise Http404
    file = FILES[name]
    if file.is_history and request.GET:
        problem = {"filter": [_("This file is the whole chain: it takes no filter.")]}
        return refused(problem)
    with override("en"):
        found, errors = (file.editions(), {}) if file.is_history else asked_for(request)
    if found is None:
        return refused(errors)
    response = StreamingHttpResponse(file.blocks(found), content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return for_all(response)


def asked_for(request: HttpRequest) -> tuple[EditionQuerySet | None, dict[str, list[str]]]:
    """The editions that the address asks for, or None and what is wrong with each parameter."""
    try:
        as_of = read_as_of(request)
    except InvalidDay as error:
        return None, {PARAMETER: [str(error)]}
    found, errors = understood(request.GET, editions(as_of), besides={PARAMETER})
    return (None, errors) if errors else (found.qs, {})


def refused(errors: dict[str, list[str]]) -> HttpResponse:
    """What is wrong with each parameter."""
    return problem(HTTPStatus.BAD_REQUEST, errors=errors)


@require_safe
def document_fixture(request: HttpRequest, slug: str) -> HttpResponse:
    """What is published of a document, as a fixture. Status 400 for a day that is none."""
    if unknown := sorted(request.GET.keys() - {PARAMETER}):
        return refused({name: [_("There is no such parameter.")] for name in unknown})
    try:
        found = editions(read_as_of(request)).filter(document_slug=slug)
    except InvalidDay as error:
        return refused({PARAMETER: [str(error)]})
    if not found.exists():
        raise Http404
    response = HttpResponse(published_fixture(found), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{slug}.json"'
    return for_all(response)


@require_safe
def describe(request: HttpRequest) -> HttpResponse:
    """``datapackage.json``."""
    return for_all(HttpResponse(written(data_package()), content_type="application/json"))


@require_safe
def checksums(request: HttpRequest) -> HttpResponse:
    """``SHA256SUMS`` of the files without a filter. Status 404 where there is too much to read."""
    about = manifest()
    if about["editions"] > MOST_SUMMED:
        return problem(
            HTTPStatus.NOT_FOUND,
            detail="This record is too long for checksums on demand. Check record.jsonl by its "
            "chain, up to the head that datapackage.json gives.",
        )
    redactions = Edition.objects.filter(payload="").count()
    text = _checksums(about["head"], redactions, json.dumps(settings.FACTCHECK))
    return for_all(HttpResponse(text, content_type="text/plain; charset=utf-8"))


@lru_cache(maxsize=1)
def _checksums(*_of_what: Any) -> bytes:
    """Reads the whole record: once for each state of it."""
    digests = {file.name: digest(file.blocks(file.editions())) for file in FILES.values()}
    return sums(digests | {"datapackage.json": digest(iter([written(data_package())]))})
