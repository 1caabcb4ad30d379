"""What search engines may find: every live claim, every document, and the standing pages."""

import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse

from claims.models import Edition, Term, TermKind
from claims.models.edition import EditionQuerySet


class InBothLanguages(Sitemap):
    """Each page in each language, with the others as its alternates."""

    i18n = True
    alternates = True
    x_default = True
    limit = 10_000

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.FACTCHECK["base_url"]).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.FACTCHECK["base_url"]).scheme


class ClaimSitemap(InBothLanguages):
    def items(self) -> EditionQuerySet:
        return Edition.objects.live().for_listing().order_by("sequence")

    def lastmod(self, item: Edition) -> datetime.datetime:
        return item.published_at

    def get_latest_lastmod(self) -> datetime.datetime | None:
        newest: datetime.datetime | None = Edition.objects.live().aggregate(
            newest=Max("published_at")
        )["newest"]
        return newest


class DocumentSitemap(InBothLanguages):
    """A document's page changes with each of its claims."""

    def items(self) -> Any:
        dates = Edition.objects.live().order_by().values_list("document_slug")
        self.newest = dict(dates.annotate(Max("published_at")))
        return Term.objects.filter(kind=TermKind.DOCUMENT).order_by("slug")

    def lastmod(self, item: Term) -> datetime.datetime | None:
        return self.newest.get(item.slug)

    def location(self, item: Term) -> str:
        return reverse("claims:document", args=[item.slug])


class TermSitemap(InBothLanguages):
    """Topics and claimants."""

    def items(self) -> Any:
        kinds = [TermKind.TOPIC, TermKind.CLAIMANT]
        return Term.objects.filter(kind__in=kinds).order_by("kind", "slug")

    def location(self, item: Term) -> str:
        return reverse(f"claims:{item.kind}", args=[item.slug])


class PageSitemap(InBothLanguages):
    def items(self) -> list[str]:
        return ["home", "claim_list", "corrections", "method", "data"]

    def location(self, item: str) -> str:
        return reverse(f"claims:{item}")


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
