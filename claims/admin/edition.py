"""The record: editions and redactions. Looked at, never edited."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, Edition, Redaction
from claims.models.claim import SEARCHED
from claims.record.search import search_query

from .listing import shortened
from .searching import SearchesLetters, having, keys_of
from .shared import ReadOnlyAdmin
from .term import printed

HASH = re.compile(r"[0-9a-f]{64}")


@admin.register(Edition)
class EditionAdmin(SearchesLetters, ReadOnlyAdmin):
    list_display = [
        "sequence",
        "claim_slug",
        "number",
        "kind",
        "short_statement",
        "rating",
        "published_at",
        "superseded_at",
        "approved_by",
    ]
    list_display_links = ["sequence", "claim_slug"]
    list_filter = [
        "kind",
        ("superseded_at", admin.EmptyFieldListFilter),
        "correction_class",
    ]
    list_select_related = ["approved_by"]
    search_fields = ["claim_slug", "statement_en", "statement_fr", "payload_sha256", "chain_hash"]
    search_help_text = _(
        "Letters of a claim's statements or slug, whole words as published, or a whole hash."
    )
    date_hierarchy = "published_at"
    ordering = ["-sequence"]
    fieldsets = [
        (
            None,
            {"fields": ["sequence", "claim", "number", "kind", "statement_en", "statement_fr"]},
        ),
        (
            _("Who and when"),
            {"fields": ["submitted_by", "approved_by", "published_at", "superseded_at"]},
        ),
        (_("Correction"), {"fields": ["correction_class"]}),
        (
            _("Chain"),
            {"fields": ["format_version", "payload_sha256", "previous_hash", "chain_hash"]},
        ),
        (_("Payload"), {"fields": ["printed_payload"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        editions = super().get_queryset(request).select_related("approved_by", "submitted_by")
        return editions.defer("words_en", "words_fr", "names", "search", "targets")

    def with_columns(self, rows: QuerySet[Edition]) -> QuerySet[Edition]:
        return rows.select_related(None).select_related("approved_by").defer("payload")

    def places(self, rows: QuerySet[Any], words: Sequence[str]) -> Iterator[QuerySet[Any]]:
        """By what was published, and by the claims as they are now."""
        if len(words) == 1 and HASH.fullmatch(words[0]):
            yield rows.filter(Q(payload_sha256=words[0]) | Q(chain_hash=words[0]))
            return
        yield rows.filter(search=search_query(" ".join(words)))
        claims = having(Claim.objects.order_by(), SEARCHED, words)
        yield rows.filter(claim__in=keys_of(claims, "pk"))

    @admin.display(description=_("statement"))
    def short_statement(self, edition: Edition) -> str:
        return shortened(edition.statement, 90)

    @admin.display(description=_("payload"))
    def printed_payload(self, edition: Edition) -> str:
        if edition.is_redacted:
            return gettext("Blanked for good: the redactions say why.")
        return printed(edition.content)


@admin.register(Redaction)
class RedactionAdmin(ReadOnlyAdmin):
    list_display = ["edition", "reason", "by", "at"]
    list_select_related = ["edition", "by"]
    search_fields = ["edition__claim_slug", "reason"]
    date_hierarchy = "at"
    fields = ["edition", "reason", "by", "at"]
