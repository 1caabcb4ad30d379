"""Sources, and the claims they are used in."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Source

from .shared import DeskAdmin


@admin.register(Source)
class SourceAdmin(DeskAdmin):
    list_display = ["publisher", "headline", "kind", "language", "published", "use_count"]
    list_display_links = ["publisher", "headline"]
    list_filter = ["kind", "language", ("archived_url", admin.EmptyFieldListFilter)]
    search_fields = ["publisher", "title", "description", "author", "url"]
    fixed_fields = ()
    fieldsets = [
        (None, {"fields": ["url", "archived_url", ("kind", "language")]}),
        (
            _("What it is"),
            {"fields": ["publisher", "author", "title", "description"]},
        ),
        (_("When"), {"fields": [("published", "retrieved_on")]}),
        (_("Used in"), {"fields": ["used_in"]}),
    ]
    readonly_fields = ["used_in"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[:-1]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).annotate(use_count=Count("evidence"))

    @admin.display(description=_("title"), ordering="title")
    def headline(self, source: Source) -> str:
        return Truncator(source.title or source.description or source.url).chars(80)

    @admin.display(description=_("used in"), ordering="use_count")
    def use_count(self, source: Source) -> int:
        return source.use_count  # type: ignore[attr-defined]

    @admin.display(description=_("claims"))
    def used_in(self, source: Source) -> str:
        uses = source.evidence.select_related("claim").order_by("claim__position", "key")
        rows = [
            (
                reverse("admin:claims_claim_change", args=[item.claim_id]),
                item.claim,
                item.key,
                item.get_stance_display(),
            )
            for item in uses
        ]
        if not rows:
            return gettext("No claim yet.")
        lines = format_html_join("", '<li><a href="{}">{}</a> ({}, {})</li>', rows)
        return format_html('<ul class="used-in">{}</ul>', lines)
