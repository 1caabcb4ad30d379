"""Sources, the claims they are used in, and whether their pages are still there."""

import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from claims.desk.sourcing import AddressError, recognise, web_address, without_tracking
from claims.models import Claim, Evidence, Source
from claims.models.source import SEARCHED, SourceQuerySet

from .link_check import LinkFilter, ShowsLink
from .listing import CountTo, shortened, shown_count
from .searching import SearchesLetters
from .shared import MOST_BESIDE, DeskAdmin, DeskForm

USES_SHOWN = 50
# Sources that no claim uses yet are new ones: the others are not looked through.
NEWEST = 10_000
READ_AGAIN_AFTER = datetime.timedelta(days=365)


class SourceForm(DeskForm):
    """One row per address, however it is spelled."""

    def clean_url(self) -> str:
        given = self.cleaned_data["url"]
        if self.instance.pk and "url" not in self.changed_data:
            return given
        try:
            address = without_tracking(web_address(given))
        except AddressError as error:
            raise ValidationError(str(error)) from error
        known = Source.objects.at(address).exclude(pk=self.instance.pk).first()
        if known:
            link = reverse("admin:claims_source_change", args=[known.pk])
            raise ValidationError(
                format_html(
                    gettext("The desk has this address already: {}. Use that source."),
                    format_html('<a href="{}">{}</a>', link, known),
                )
            )
        return address


class UpkeepFilter(admin.SimpleListFilter):
    """What should be done before a page is gone."""

    title = _("upkeep")
    parameter_name = "upkeep"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("no_copy", _("No archived copy")),
            ("not_read", _("Not read for a year")),
            ("not_used", _("Used in no claim (of the newest 10,000)")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> QuerySet[Source]:
        if self.value() == "no_copy":
            return queryset.filter(archived_url="")
        if self.value() == "not_read":
            day = timezone.localdate() - READ_AGAIN_AFTER
            return queryset.filter(Q(retrieved_on=None) | Q(retrieved_on__lt=day))
        if self.value() == "not_used":
            newest = Source.objects.order_by("-pk").values("pk")[:NEWEST]
            used = Evidence.objects.filter(source=OuterRef("pk"))
            return queryset.filter(~Exists(used), pk__in=newest)
        return queryset


# The languages there are, each found in the index with one look.
LANGUAGES = """
WITH RECURSIVE found AS (
    (SELECT language FROM claims_source ORDER BY language LIMIT 1)
    UNION ALL
    SELECT (
        SELECT language FROM claims_source WHERE language > found.language
        ORDER BY language LIMIT 1
    ) FROM found WHERE found.language IS NOT NULL
)
SELECT language FROM found WHERE language IS NOT NULL LIMIT 100
"""


class LanguageFilter(admin.SimpleListFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        with connection.cursor() as cursor:
            cursor.execute(LANGUAGES)
            return [(code, code) for (code,) in cursor.fetchall()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> QuerySet[Source]:
        return queryset.filter(language=self.value()) if self.value() else queryset


class UsedSourceFilter(admin.SimpleListFilter):
    """For the list of claims: those that use one source, as its form links to them."""

    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        chosen = request.GET.get(self.parameter_name, "")
        source = Source.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
        return [(chosen, Truncator(source or chosen).chars(60))] if chosen else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        value = self.value()
        if value is None:
            return queryset
        if not value.isdecimal():
            raise IncorrectLookupParameters
        uses = Evidence.objects.filter(source=int(value)).values("claim")
        return queryset.filter(pk__in=uses)


@admin.register(Source)
class SourceAdmin(SearchesLetters, ShowsLink, DeskAdmin):
    form = SourceForm
    list_display = [
        "publisher",
        "headline",
        "link",
        "kind",
        "published",
        "retrieved_on",
        "has_copy",
        "use_count",
    ]
    list_display_links = ["publisher", "headline"]
    list_select_related = ["link_check"]
    list_filter = [LinkFilter, UpkeepFilter, "kind", LanguageFilter]
    search_fields = searched = SEARCHED
    ordering = ["publisher", "pk"]
    indexed_orderings = ("pk", "publisher", "retrieved_on")
    show_facets = admin.ShowFacets.NEVER
    search_help_text = _("Words, or a whole address in any spelling.")
    actions = ["mark_as_read"]
    fixed_fields = ()
    fieldsets = [
        (None, {"fields": ["url", "archived_url", ("kind", "language")]}),
        (
            _("What it is"),
            {"fields": ["publisher", "author", "title", "description"]},
        ),
        (_("When"), {"fields": [("published", "retrieved_on")]}),
        (_("Link"), {"fields": ["link_found"]}),
        (_("Used in"), {"fields": ["used_in"]}),
    ]
    readonly_fields = ["link_found", "used_in"]

    def get_urls(self) -> list[URLPattern]:
        at = path("at/", self.admin_site.admin_view(self.at_view), name="claims_source_at")
        return [at, *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[:-2]

    def with_columns(self, rows: QuerySet[Source]) -> QuerySet[Source]:
        uses = Evidence.objects.filter(source=OuterRef("pk")).order_by()
        counted = uses.values("claim").distinct()[: MOST_BESIDE + 1]
        return rows.annotate(use_count=CountTo(counted))

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """A whole address finds its source in every spelling; anything else is looked for."""
        if "://" in search_term:
            found: SourceQuerySet = queryset.at(search_term)
            if found.exists():
                return found, False
        return super().get_search_results(request, queryset, search_term)

    def at_view(self, request: HttpRequest) -> JsonResponse:
        """Which source stands at an address, for a form that asks while it is filled in."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return _answer(request)

    @admin.action(description=_("Mark as read today"), permissions=["change"])
    def mark_as_read(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        keys = list(queryset.values_list("pk", flat=True))
        count = Source.objects.filter(pk__in=keys).update(retrieved_on=timezone.localdate())
        told = ngettext(
            "%(count)d source is marked as read today.",
            "%(count)d sources are marked as read today.",
            count,
        )
        self.message_user(request, told % {"count": count}, messages.SUCCESS)

    @admin.display(description=_("title"), ordering="title")
    def headline(self, source: Source) -> str:
        return shortened(source.title or source.description or source.url, 60)

    @admin.display(description=_("archived copy"), ordering="archived_url", boolean=True)
    def has_copy(self, source: Source) -> bool:
        return bool(source.archived_url)

    @admin.display(description=_("used in"))
    def use_count(self, source: Source) -> str:
        return shown_count(source.use_count, MOST_BESIDE)  # type: ignore[attr-defined]

    @admin.display(description=_("claims"))
    def used_in(self, source: Source) -> str:
        evidence = source.evidence.select_related("claim__rating")
        # Not the first of them all: to know which these are, all would have to be read.
        uses = list(evidence.order_by()[: USES_SHOWN + 1])
        uses.sort(key=lambda item: (item.claim.position, item.key))
        if not uses:
            return gettext("No claim yet.")
        rows = [
            (
                reverse("admin:claims_claim_change", args=[item.claim_id]),
                item.claim,
                ", ".join(
                    [
                        item.claim.get_status_display(),
                        _verdict(item.claim),
                        item.get_stance_display(),
                        item.key,
                    ]
                ),
            )
            for item in uses[:USES_SHOWN]
        ]
        lines = format_html_join("", '<li><a href="{}">{}</a> ({})</li>', rows)
        more = _link_to_all(source) if len(uses) > USES_SHOWN else ""
        return format_html('<ul class="used-in">{}</ul>{}', lines, more)


@require_safe
def _answer(request: HttpRequest) -> JsonResponse:
    try:
        known = recognise(web_address(request.GET.get("url", "")))
    except AddressError as error:
        return JsonResponse({"outcome": "wrong", "message": str(error)})
    if known is None:
        message = gettext("New: say under “New source” who published it.")
        return JsonResponse({"outcome": "new", "message": message})
    count = known.evidence.values("claim").distinct().count()
    message = ngettext(
        "Known: %(source)s, used in %(count)d claim.",
        "Known: %(source)s, used in %(count)d claims.",
        count,
    ) % {"source": known, "count": count}
    return JsonResponse({"outcome": "known", "message": message, "source": known.pk})


def _verdict(claim: Claim) -> str:
    if claim.rating:
        return str(claim.rating)
    return pgettext("verdict", "Open") if claim.is_open else gettext("No verdict yet")


def _link_to_all(source: Source) -> str:
    address = f"{reverse('admin:claims_claim_changelist')}?source={source.pk}"
    return format_html('<p><a href="{}">{}</a></p>', address, gettext("All claims that use it"))
