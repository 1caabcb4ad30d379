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

from claims.models import Edition, Rating

CODE = Path(__file__).resolve().parent
PARTS = ("*.py", "*.html", "*.css", "*.mo")


def conditional(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Gives the view's answers an ETag, and has browsers and caches ask before they reuse one."""

    @wraps(view)
    def revalidated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asks_for_anything = request.headers.get("If-None-Match", "").strip() == "*"
        # "*" asks whether there is a page at all, which only the view knows.
        answer = view if asks_for_anything else condition(etag_func=etag)(view)
        response = answer(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
        return response

    return revalidated


def polled(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Like ``conditional``, with a date besides: some programs that poll know no ETag.

    Feeds are Django's, which would answer any method: here they are only read.
    """

    @wraps(view)
    @require_safe
    def dated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        date = None if has_redactions() else modified()

        def made(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            # A feed dates itself by its newest entry, and knows nothing of those that have left.
            del response["Last-Modified"]
            return response

        return condition(last_modified_func=lambda *_args, **_kwargs: date)(made)(
            request, *args, **kwargs
        )

    return conditional(dated)


def modified() -> datetime.datetime:
    """When the record or the release last changed."""
    newest = Edition.objects.order_by("-sequence").values_list("published_at", flat=True).first()
    return max(newest or release_date(), release_date())


def has_redactions() -> bool:
    """A redaction changes pages at a time that readers' role may not read: then no date is true."""
    return Edition.objects.filter(payload="").exists()


def etag(request: HttpRequest, *_args: Any, **_kwargs: Any) -> str:
    """Everything that a page is made of: the record, the scale, the release, the question.

    The head of the chain stands for all editions; a redaction leaves it, and is counted. Weak,
    because compression pads each copy with bytes of its own.
    """
    head = Edition.objects.order_by("-sequence").values_list("chain_hash", flat=True).first()
    redactions = Edition.objects.filter(payload="").count()
    scale = [list(row.values()) for row in Rating.objects.order_by("pk").values()]
    parts = [
        release(),
        request.get_full_path(),
        head,
        redactions,
        scale,
        # A past day ends at midnight.
        timezone.now().date() if "as_of" in request.GET else "",
        # A page that says how old it is is another page.
        getattr(request, "read_as_of", None),
        settings.FACTCHECK,
    ]
    text = json.dumps(parts, default=str, sort_keys=True)
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


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
