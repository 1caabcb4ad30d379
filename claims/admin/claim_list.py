"""The list of claims: its columns, filters, and the shortcuts above it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import OuterRef, Prefetch, QuerySet
from django.forms.widgets import Media
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from claims.desk.queues import queues_of
from claims.interchange.importer import may_import
from claims.models import Claim, Evidence, Language, Quote
from claims.models.claim import SEARCHED

from .filters import (
    AssignedFilter,
    ChosenFilter,
    CountedChoices,
    QueueFilter,
    RatingFilter,
    SectionFilter,
    SubmittedFilter,
    TopicFilter,
)
from .listing import CountTo, shortened, shown_count
from .queue import address_of
from .searching import SearchesLetters, having, keys_of
from .shared import MOST_BESIDE, DeskAdmin
from .source import UsedSourceFilter

# Long texts that no list shows.
NOT_LISTED = [
    *(f"{name}_{code}" for name in ("summary", "explanation", "divergence") for code in Language),
    "single_source_reason",
    "search",
]


class ClaimList(SearchesLetters, DeskAdmin):
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
        ("status", CountedChoices),
        RatingFilter,
        AssignedFilter,
        SubmittedFilter,
        ("priority", CountedChoices),
        ("document", ChosenFilter),
        SectionFilter,
        ("kind", CountedChoices),
        TopicFilter,
        ("claimant", ChosenFilter),
        UsedSourceFilter,
    ]
    search_fields = searched = SEARCHED
    search_help_text = _(
        "Finds parts of words, all of them in the statements and the slug, or in one quote."
    )
    date_hierarchy = "status_since"
    ordering = ["document", "position"]
    indexed_orderings = ("pk", "status_since")
    actions = [
        "submit_selected",
        "publish_selected",
        "assign_to_me",
        "assign_selected",
        "add_topics",
        "remove_topics",
        "export_selected",
    ]

    @property
    def media(self) -> Media:
        """The filters let one choose by typing, as the fields of a form do."""
        field = Claim._meta.get_field("document")
        return super().media + AutocompleteSelect(field, self.admin_site).media

    def places(self, rows: QuerySet[Any], words: Sequence[str]) -> Iterator[QuerySet[Any]]:
        yield from super().places(rows, words)
        quoting = having(Quote.objects.order_by(), ("exact",), words)
        yield rows.filter(pk__in=keys_of(quoting, "claim"))

    def with_columns(self, rows: QuerySet[Claim]) -> QuerySet[Claim]:
        evidence = Evidence.objects.filter(claim=OuterRef("pk")).order_by().values("pk")
        counted = evidence[: MOST_BESIDE + 1]
        return (
            rows.select_related("document", "section", "claimant", "rating", "assigned_to")
            # As a list: the rows of a manager are another query set for each claim.
            .prefetch_related(Prefetch("topics", to_attr="filed_under"))
            .annotate(evidence_count=CountTo(counted))
            .defer(*NOT_LISTED)
        )

    @admin.display(description=_("statement"), ordering="position")
    def short_statement(self, claim: Claim) -> str:
        return shortened(str(claim), 90)

    @admin.display(description=_("section"), ordering="section__number", empty_value="–")
    def place(self, claim: Claim) -> str | None:
        return shortened(str(claim.section), 24) if claim.section else None

    @admin.display(description=_("claimant"), ordering="claimant__name_en")
    def speaker(self, claim: Claim) -> str:
        return shortened(str(claim.claimant), 40)

    @admin.display(description=_("topics"))
    def topic_labels(self, claim: Claim) -> str:
        return ", ".join(sorted(str(topic) for topic in claim.filed_under))  # type: ignore[attr-defined]

    @admin.display(description=_("rating"), ordering="rating__position", empty_value="–")
    def verdict(self, claim: Claim) -> Any:
        return _("Open") if claim.is_open else claim.rating

    @admin.display(description=_("evidence"))
    def evidence_count(self, claim: Claim) -> str:
        return shown_count(claim.evidence_count, MOST_BESIDE)  # type: ignore[attr-defined]

    @admin.display(description=_("age"), ordering="-status_since")
    def age(self, claim: Claim) -> str:
        return timesince(claim.status_since, timezone.now(), depth=1)

    def get_ordering(self, request: HttpRequest) -> Any:
        """A queue goes by age, the oldest first; all else in reading order."""
        return ["status_since", "pk"] if "queue" in request.GET else super().get_ordering(request)

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
