"""Answers "not modified" before a page is made: all pages follow from the record and the code."""

import datetime
import hashlib
import json
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from claims.record.state import State, read_state

CODE = Path(__file__).resolve().parent
PARTS = ("*.py", "*.html", "*.css", "*.mo")


def conditional(
    view: Callable[..., HttpResponseBase], date: Callable[..., Any] | None = None
) -> Callable[..., HttpResponseBase]:
    """Gives the view's answers an ETag, and has browsers and caches ask before they reuse one."""
    named = condition(etag_func=etag, last_modified_func=date)(view)

    @wraps(view)
    def revalidated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asks_for_anything = request.headers.get("If-None-Match", "").strip() == "*"
        # "*" asks whether there is a page at all, which only the view knows.
        response = (view if asks_for_anything else named)(request, *args, **kwargs)
        may_be_asked_again(response)
        return response

    return revalidated


def may_be_asked_again(response: HttpResponseBase) -> None:
    """Every cache may keep it, and has to ask each time whether it is still so."""
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)


def polled(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Like ``conditional``, with a date besides: some programs that poll know no ETag.

    Feeds are Django's, which would answer any method: here they are only read.
    """

    @require_safe
    def made(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        # A feed dates itself by its newest entry, and knows nothing of those that have left.
        del response["Last-Modified"]
        return response

    return conditional(made, date=modified)


def modified(request: HttpRequest, *_args: Any, **_kwargs: Any) -> datetime.datetime | None:
    """When the record or the release last changed.

    None once there are redactions: one changes pages at a time that the readers' role may not
    read, so that no date is true.
    """
    state = state_of(request)
    return None if state.redactions else max(state.published_at or release_date(), release_date())


def etag(request: HttpRequest, *_args: Any, **_kwargs: Any) -> str:
    """Everything that a page is made of: the record, the scale, the release, the question.

    Weak, because each copy may be compressed or not. Made once a request.
    """
    if found := vars(request).get("record_etag"):
        return str(found)
    state = state_of(request)
    parts = [
        release(),
        request.get_full_path(),
        state.head,
        state.redactions,
        state.scale,
        # A past day ends at midnight.
        timezone.now().date() if asks_for_a_day(request) else "",
        # A page that says how old it is is another page.
        getattr(request, "read_as_of", None),
        settings.FACTCHECK,
    ]
    text = json.dumps(parts, default=str, sort_keys=True)
    found = vars(request)["record_etag"] = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    return found


def asks_for_a_day(request: HttpRequest) -> bool:
    # Most addresses have no query, and none need be read.
    return bool(request.META.get("QUERY_STRING")) and "as_of" in request.GET


def ask_anew(request: HttpRequest) -> None:
    """Forget what was asked for this request: another server answers it now."""
    for name in ("record_state", "record_etag"):
        vars(request).pop(name, None)


def state_of(request: HttpRequest) -> State:
    """The state of the record as this request found it, asked once."""
    found: State | None = vars(request).get("record_state")
    if found is None:
        found = vars(request)["record_state"] = read_state()
    return found


@cache
def release() -> str:
    """A hash of the code, templates, styles and translations that this process runs."""
    found = hashlib.sha256()
    for path in _files():
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


@cache
def release_date() -> datetime.datetime:
    """When the newest of its files was written."""
    newest = max(path.stat().st_mtime for path in _files())
    return datetime.datetime.fromtimestamp(newest, datetime.UTC)


def _files() -> list[Path]:
    templates: Any = settings.TEMPLATES[0]["DIRS"]
    folders = [CODE, *(Path(folder) for folder in templates)]
    return [
        path for folder in folders for pattern in PARTS for path in sorted(folder.rglob(pattern))
    ]
