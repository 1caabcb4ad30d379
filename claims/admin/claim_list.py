"""The list of claims: its columns, filters, and the shortcuts above it."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from claims.desk.queues import queues_of
from claims.interchange.importer import may_import
from claims.models import Claim, Edition, Evidence

from .filters import AssignedFilter, QueueFilter, RatingFilter, SectionFilter, SubmittedFilter
from .queue import address_of
from .shared import DeskAdmin
from .source import UsedSourceFilter


class ClaimChangeList(ChangeList):
    """Reads the choices of its filters once; Django's reads them again for each counted filter."""

    filters: Any = None
    ordering_without_choice: Any = ()

    def get_ordering(self, request: HttpRequest, queryset: Any) -> Any:
        self.ordering_without_choice = self.model_admin.get_ordering(request)
        return super().get_ordering(request, queryset)

    def _get_default_ordering(self) -> Any:
        """So that no column claims to be sorted where the queue's age is what counts."""
        return self.ordering_without_choice

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
        QueueFilter,
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
        UsedSourceFilter,
    ]
    search_fields = ["statement_en", "statement_fr", "slug", "quotes__exact"]
    search_help_text = _("Searches the statements, the slug and the quoted words.")
    date_hierarchy = "status_since"
    ordering = ["document", "position"]
    show_full_result_count = False
    actions = [
        "submit_selected",
        "publish_selected",
        "assign_to_me",
        "assign_selected",
        "add_topics",
        "remove_topics",
        "export_selected",
    ]

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

    def get_ordering(self, request: HttpRequest) -> Any:
        """A queue goes by age, the oldest first; all else in reading order."""
        return ["status_since", "pk"] if "queue" in request.GET else super().get_ordering(request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ClaimChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        shortcuts = [
            {
                "label": queue.label,
                "address": address_of(queue),
                "is_current": request.GET.get("queue") == queue.name,
            }
            for queue in queues_of(request.user)
        ]
        context = {
            "shortcuts": shortcuts,
            "may_import": may_import(request.user),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)
