"""What search engines may find: every live claim, every document, and the standing pages."""

import datetime
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.core.paginator import Page, Paginator
from django.db.models import Max
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse

from claims.models import Edition, Term, TermKind


class PerLanguage(Paginator):
    """Pages of pairs, each item with each language: no more items are read than a page shows."""

    def items(self, chosen: Any) -> Iterable[Any]:
        return chosen

    def _get_page(self, *args: Any, **kwargs: Any) -> Page:
        page = super()._get_page(*args, **kwargs)  # type: ignore[misc]
        found = self.items(page.object_list)
        page.object_list = [(one, code) for one in found for code in dict(settings.LANGUAGES)]
        return page


class InBothLanguages(Sitemap):
    """Each page in each language, with the others as its alternates."""

    i18n = True
    alternates = True
    x_default = True
    # Addresses in one file.
    limit = 2_000

    @property
    def paginator(self) -> Paginator:
        items: Any = self.items()
        return PerLanguage(items, self.limit // len(settings.LANGUAGES))

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.FACTCHECK["base_url"]).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.FACTCHECK["base_url"]).scheme


class Stretches(PerLanguage):
    """Pages of equal stretches of the chain: each is found without reading those before it."""

    def items(self, chosen: Any) -> Iterable[Any]:
        ends = (chosen[0], chosen[-1]) if chosen else (0, 0)
        found = Edition.objects.live().filter(sequence__range=ends).order_by("sequence")
        return found.only("claim_slug", "published_at")


class ClaimSitemap(InBothLanguages):
    @property
    def paginator(self) -> Paginator:
        last = Edition.objects.order_by("-sequence").values_list("sequence", flat=True).first()
        return Stretches(range(1, (last or 0) + 1), self.limit // len(settings.LANGUAGES))

    def lastmod(self, item: Edition) -> datetime.datetime:
        return item.published_at

    def get_latest_lastmod(self) -> datetime.datetime | None:
        return newest_publication()


class DocumentSitemap(InBothLanguages):
    """A document's page changes with each of its claims."""

    # Of few documents a file: all their claims are looked at.
    limit = 200

    def items(self) -> Any:
        return Term.objects.filter(kind=TermKind.DOCUMENT).defer("details").order_by("slug")

    def get_urls(self, page: int | str = 1, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        here = {term.slug for term, _code in self.paginator.page(page).object_list}
        dates = Edition.objects.live().filter(document_slug__in=here).order_by()
        self.newest = dict(dates.values_list("document_slug").annotate(Max("published_at")))
        return super().get_urls(page, *args, **kwargs)

    def lastmod(self, item: Term) -> datetime.datetime | None:
        return self.newest.get(item.slug)

    def get_latest_lastmod(self) -> datetime.datetime | None:
        return newest_publication()

    def location(self, item: Term) -> str:
        return reverse("claims:document", args=[item.slug])


class TermSitemap(InBothLanguages):
    """Topics and claimants."""

    def items(self) -> Any:
        kinds = [TermKind.TOPIC, TermKind.CLAIMANT]
        return Term.objects.filter(kind__in=kinds).defer("details").order_by("kind", "slug")

    def location(self, item: Term) -> str:
        return reverse(f"claims:{item.kind}", args=[item.slug])


class PageSitemap(InBothLanguages):
    def items(self) -> list[str]:
        return ["home", "claim_list", "corrections", "method", "data"]

    def location(self, item: str) -> str:
        return reverse(f"claims:{item}")


def newest_publication() -> datetime.datetime | None:
    live = Edition.objects.live().order_by("-published_at", "-sequence")
    return live.values_list("published_at", flat=True).first()


SITEMAPS = {
    "claims": ClaimSitemap,
    "documents": DocumentSitemap,
    "terms": TermSitemap,
    "pages": PageSitemap,
}


def index(request: HttpRequest, *args: Any, **kwargs: Any) -> TemplateResponse:
    """Django's index takes the host that was asked; ours is the one that the site is known by."""
    response = views.index(request, *args, **kwargs)
    context = response.context_data or {}
    for part in context["sitemaps"]:
        address = urlsplit(part.location)
        query = f"?{address.query}" if address.query else ""
        part.location = f"{settings.FACTCHECK['base_url']}{address.path}{query}"
    return response
