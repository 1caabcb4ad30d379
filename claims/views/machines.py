"""What other programs ask of a claim or of the site: markup, embedding, whom to tell."""

import datetime
import re
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from claims.models import Edition, EditionKind
from claims.record.vocabulary import read_vocabulary
from claims.views.answers import for_all, problem
from claims.views.card import HEIGHT, WIDTH, embed_code
from claims.views.claim import review_of

EMBED_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": ["*"],
}
VALID_FOR = datetime.timedelta(days=180)


@require_safe
def json_ld(request: HttpRequest, slug: str, language: str = "") -> HttpResponse:
    """The ClaimReview by itself. Status 404 where the claim has none, 410 once withdrawn."""
    language = language or settings.LANGUAGE_CODE
    if language not in dict(settings.LANGUAGES):
        raise Http404
    edition = get_object_or_404(Edition.objects.current(), claim_slug=slug)
    if edition.kind == EditionKind.WITHDRAWAL:
        return problem(HTTPStatus.GONE, detail="This claim was withdrawn.")
    review = review_of(edition, read_vocabulary([]).rating_of(edition), language)
    if review is None:
        raise Http404
    return for_all(JsonResponse(review, content_type="application/ld+json"))


def frameable(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The one exception. Outside of "not modified", whose headers replace those a browser kept."""
    return csp_override(EMBED_CSP)(xframe_options_exempt(view))


@require_safe
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """A card for other sites: always today's verdict, and whether it is another than embedded."""
    edition = get_object_or_404(Edition.objects.current(), claim_slug=slug)
    if edition.kind == EditionKind.WITHDRAWAL:
        context = {"edition": edition, "is_withdrawn": True}
        return render(request, "claims/embed.html", context, status=410)
    asked = request.GET.get("edition", "")
    is_stale = asked.isascii() and asked.isdecimal() and int(asked) < edition.number
    context = {
        "edition": edition,
        "rating": read_vocabulary([]).rating_of(edition),
        "is_stale": is_stale,
    }
    return render(request, "claims/embed.html", context)


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """https://oembed.com: status 404 for what is no live claim here, 501 for XML."""
    if request.GET.get("format", "json") != "json":
        return for_all(HttpResponse("Only JSON is offered.", status=501, content_type="text/plain"))
    found = claim_at(request.GET.get("url", ""))
    if found is None:
        raise Http404
    edition, language = found
    width = _at_most(WIDTH, request.GET.get("maxwidth", ""))
    height = _at_most(HEIGHT, request.GET.get("maxheight", ""))
    with override(language):
        html = embed_code(edition, width, height)
        title = edition.statement
    card = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": settings.FACTCHECK["name"],
        "provider_url": settings.FACTCHECK["base_url"] + "/",
        "html": html,
        "width": width,
        "height": height,
        "cache_age": 3600,
    }
    return for_all(JsonResponse(card))


def claim_at(url: str) -> tuple[Edition, str] | None:
    """The live claim at one of this site's addresses, and the language of the address."""
    site = urlsplit(settings.FACTCHECK["base_url"])
    try:
        asked = urlsplit(url)
    except ValueError:
        return None
    codes = "|".join(dict(settings.LANGUAGES))
    match = re.fullmatch(rf"/({codes})/claims/([-\w]+)/(editions/\d+/)?", asked.path)
    if asked.netloc != site.netloc or not match:
        return None
    edition = Edition.objects.live().filter(claim_slug=match[2]).first()
    return (edition, match[1]) if edition else None


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness: RFC 9116."""
    contact = settings.FACTCHECK["contact"]
    contact = f"mailto:{contact}" if "@" in contact else contact
    expires = (timezone.now() + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires.isoformat()}",
        f"Preferred-Languages: {', '.join(dict(settings.LANGUAGES))}",
        f"Canonical: {settings.FACTCHECK['base_url']}{request.path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _at_most(usual: int, asked: str) -> int:
    """What is usual, or less if less is asked; what is no size asks nothing."""
    is_size = asked.isascii() and asked.isdecimal() and len(asked) < 6 and int(asked) > 0
    return min(int(asked), usual) if is_size else usual
