"""Documents with their sections; their captured texts by themselves."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from claims.desk.anchoring import LOST, Text, anchor_all, states
from claims.forms import LanguagesField
from claims.models import Claim, Document, QuoteState, Section, Transcript
from claims.models.document import SEARCHED, SEARCHED_OF_SECTIONS

from .capturing import capture_view
from .filters import ChosenFilter
from .reading import reading_view
from .searching import SearchesLetters, having, keys_of
from .shared import CountsClaims, DeskAdmin, DeskForm, DeskOptions

HIGHEST_NUMBER = 2**15 - 1


class SectionInline(DeskOptions, admin.TabularInline):
    model = Section
    extra = 0
    fields = ["number", "heading_en", "heading_fr"]


class TranscriptInline(admin.TabularInline):
    """Says which texts were captured; they are too long to stand in the document's form."""

    model = Transcript
    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = True
    fields = ["language", "sha256"]
    readonly_fields = ["language", "sha256"]
    verbose_name_plural = _("captured texts")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transcript]:
        return super().get_queryset(request).defer("text").select_related("document")


class DocumentForm(DeskForm):
    languages = LanguagesField(label=_("languages"))


@admin.register(Document)
class DocumentAdmin(SearchesLetters, CountsClaims):
    form = DocumentForm
    pointing = Claim
    pointer = "document"
    filters_claims_by = "document__id__exact"
    list_display = [
        "title_en",
        "title_fr",
        "kind",
        "publisher",
        "published",
        "claim_count",
        "reading",
    ]
    list_filter = ["kind"]
    search_fields = searched = SEARCHED
    slug_from = ("title_en",)
    inlines = [SectionInline, TranscriptInline]
    fields = [
        ("title_en", "title_fr"),
        "slug",
        ("kind", "languages"),
        ("publisher", "published"),
        "url",
        ("about_en", "about_fr"),
        "shows_quotes",
    ]

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:document_id>/read/",
                self.admin_site.admin_view(reading_view),
                {"document_admin": self},
                name="claims_document_read",
            ),
            path(
                "<int:document_id>/capture/",
                self.admin_site.admin_view(capture_view),
                {"document_admin": self},
                name="claims_document_capture",
            ),
            *super().get_urls(),
        ]

    @admin.display(description=_("text"))
    def reading(self, document: Document) -> str:
        address = reverse("admin:claims_document_read", args=[document.pk])
        return format_html('<a href="{}">{}</a>', address, _("Read and mark"))


@admin.register(Section)
class SectionAdmin(SearchesLetters, DeskAdmin):
    """For the search fields of claims: sections are edited in their document."""

    list_display = ["number", "heading_en", "heading_fr", "document"]
    list_display_links = ["number", "heading_en"]
    list_filter = [("document", ChosenFilter)]
    list_select_related = ["document"]
    search_fields = searched = SEARCHED_OF_SECTIONS
    fixed_fields = ("document", "number")
    autocomplete_fields = ["document"]
    fields = ["document", "number", ("heading_en", "heading_fr")]

    def places(self, rows: QuerySet[Any], words: Sequence[str]) -> Iterator[QuerySet[Any]]:
        """By their headings, by their document's names, or by a number alone."""
        yield from super().places(rows, words)
        documents = having(Document.objects.order_by(), SEARCHED, words)
        yield rows.filter(document__in=keys_of(documents, "pk"))
        if len(words) == 1 and words[0].isdecimal() and int(words[0]) <= HIGHEST_NUMBER:
            yield rows.filter(number=int(words[0]))

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}


class TranscriptForm(DeskForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            self.fields["text"].strip = False  # type: ignore[attr-defined]
            self.fields["text"].widget.attrs["rows"] = 30


@admin.register(Transcript)
class TranscriptAdmin(DeskAdmin):
    form = TranscriptForm
    list_display = ["document", "language", "length", "sha256"]
    list_filter = ["language", ("document", ChosenFilter)]
    list_select_related = ["document"]
    search_fields = ["document__title_en", "document__title_fr", "document__slug"]
    fixed_fields = ("document", "language")
    autocomplete_fields = ["document"]
    readonly_fields = ["sha256"]
    fields = [("document", "language"), "sha256", "text"]

    def with_columns(self, rows: QuerySet[Transcript]) -> QuerySet[Transcript]:
        return rows.annotate(length=Length("text")).defer("text")

    def save_model(self, request: HttpRequest, obj: Transcript, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        rows = anchor_all(obj.document, obj.language, Text.of(obj.text))
        counts = [
            f"{label}: {states(rows)[state]}"
            for state, label in QuoteState.choices
            if states(rows)[state]
        ]
        if rows:
            level = messages.WARNING if LOST & {row.state for row in rows} else messages.INFO
            found = _("Quotes in this text. %(counts)s.") % {"counts": ", ".join(counts)}
            self.message_user(request, found, level)

    @admin.display(description=_("characters"))
    def length(self, transcript: Transcript) -> int:
        return transcript.length  # type: ignore[attr-defined]
