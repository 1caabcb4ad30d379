"""The list of claims: its columns, filters, and the shortcuts above it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, Edition, Evidence, Status

from .filters import AssignedFilter, RatingFilter, SectionFilter, SubmittedFilter
from .shared import DeskAdmin

SHORTCUTS = [
    (_("My drafts"), {"status__exact": Status.DRAFT.value, "assigned": "me"}),
    (
        _("Waiting for review"),
        {"status__exact": Status.IN_REVIEW.value, "submitted": "others"},
    ),
    (_("Open claims"), {"rating": "open"}),
]


class ClaimChangeList(ChangeList):
    """Reads the choices of its filters once; Django's reads them again for each counted filter."""

    filters: Any = None

    def get_filters(self, request: HttpRequest) -> Any:
        if self.filters is None:
            self.filters = super().get_filters(request)
        return self.filters


class ClaimList(DeskAdmin):
    """What ``ClaimAdmin`` shows of many claims at once."""

    list_display = [
        "short_statement",
        "status",
        "verdict",
        "place",
        "speaker",
        "topic_labels",
        "evidence_count",
        "assigned_to",
        "age",
    ]
    list_filter = [
        "status",
        RatingFilter,
        AssignedFilter,
        SubmittedFilter,
        "priority",
        "document",
        SectionFilter,
        "kind",
        "topics",
        "claimant",
    ]
    search_fields = ["statement_en", "statement_fr", "slug", "quotes__exact"]
    search_help_text = _("Searches the statements, the slug and the quoted words.")
    date_hierarchy = "status_since"
    ordering = ["document", "position"]
    show_full_result_count = False
    actions = ["submit_selected", "publish_selected", "assign_to_me"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        evidence = Evidence.objects.filter(claim=OuterRef("pk")).order_by().values("claim")
        live = Edition.objects.live().filter(claim=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .select_related(
                "document",
                "section",
                "claimant",
                "reported_claimant",
                "rating",
                "assigned_to",
                "submitted_by",
            )
            .prefetch_related("topics")
            .annotate(
                evidence_count=Coalesce(Subquery(evidence.annotate(n=Count("pk")).values("n")), 0),
                is_live=Exists(live),
            )
        )

    @admin.display(description=_("statement"), ordering="position")
    def short_statement(self, claim: Claim) -> str:
        return Truncator(str(claim)).chars(90)

    @admin.display(description=_("section"), ordering="section__number", empty_value="–")
    def place(self, claim: Claim) -> str | None:
        return Truncator(str(claim.section)).chars(24) if claim.section else None

    @admin.display(description=_("claimant"), ordering="claimant__name_en")
    def speaker(self, claim: Claim) -> str:
        return Truncator(str(claim.claimant)).chars(40)

    @admin.display(description=_("topics"))
    def topic_labels(self, claim: Claim) -> str:
        return ", ".join(sorted(str(topic) for topic in claim.topics.all()))

    @admin.display(description=_("rating"), ordering="rating__position", empty_value="–")
    def verdict(self, claim: Claim) -> Any:
        return _("Open") if claim.is_open else claim.rating

    @admin.display(description=_("evidence"), ordering="evidence_count")
    def evidence_count(self, claim: Claim) -> int:
        return claim.evidence_count  # type: ignore[attr-defined]

    @admin.display(description=_("age"), ordering="-status_since")
    def age(self, claim: Claim) -> str:
        return timesince(claim.status_since, timezone.now(), depth=1)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ClaimChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        address = reverse("admin:claims_claim_changelist")
        shortcuts = [
            {
                "label": label,
                "address": f"{address}?{urlencode(query)}",
                "is_current": request.GET.dict() == query,
            }
            for label, query in SHORTCUTS
        ]
        return super().changelist_view(request, {"shortcuts": shortcuts, **(extra_context or {})})
