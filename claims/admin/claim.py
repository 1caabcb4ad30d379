"""Claims: their list, and the one form in which an editor works on a claim."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from claims.desk import checklist, workflow
from claims.models import (
    Claim,
    Edition,
    Evidence,
    Figure,
    Move,
    Note,
    Quote,
    Relation,
    Status,
)

from .claim_actions import ClaimActions
from .claim_form import ClaimForm
from .claim_moves import move_view
from .evidence import EvidenceInline
from .figure import FigureInline
from .filters import AssignedFilter, RatingFilter, SectionFilter, SubmittedFilter
from .move import label_of
from .note import NoteInline
from .parts import is_open
from .quote import QuoteInline
from .relation import RelationInline
from .shared import DeskAdmin

PARTS: list[str | Prefetch] = [
    "topics",
    Prefetch("quotes", Quote.objects.order_by("language", "start", "key")),
    Prefetch("evidence", Evidence.objects.select_related("source").order_by("position", "key")),
    Prefetch(
        "figures",
        Figure.objects.select_related("measure__unit", "evidence").order_by("position", "key"),
    ),
    Prefetch("notes", Note.objects.select_related("author").order_by("created_at", "key")),
    Prefetch("relations", Relation.objects.select_related("target").order_by("kind", "pk")),
]
SHORTCUTS = [
    (_("My drafts"), {"status__exact": Status.DRAFT.value, "assigned": "me"}),
    (
        _("Waiting for review"),
        {"status__exact": Status.IN_REVIEW.value, "submitted": "others"},
    ),
    (_("Open claims"), {"rating": "open"}),
]
OPEN_IN_ANY_STATUS = {"assigned_to", "priority"}


@admin.register(Claim)
class ClaimAdmin(ClaimActions, DeskAdmin):
    form = ClaimForm
    slug_from = ("statement_en",)
    list_display = [
        "short_statement",
        "status",
        "verdict",
        "place",
        "speaker",
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
    autocomplete_fields = [
        "document",
        "section",
        "claimant",
        "reported_claimant",
        "topics",
    ]
    readonly_fields = ["status", "status_since", "submitted_by", "created_at"]
    inlines = [
        QuoteInline,
        EvidenceInline,
        FigureInline,
        RelationInline,
        NoteInline,
    ]
    fieldsets = [
        (_("Statement"), {"fields": [("statement_en", "statement_fr"), "slug", "kind"]}),
        (
            _("Who said it, and where"),
            {
                "fields": [
                    ("claimant", "claimant_stance"),
                    "reported_claimant",
                    ("document", "section", "position"),
                ]
            },
        ),
        (_("Topics and dates"), {"fields": ["topics", "event_date"]}),
        (
            _("Verdict"),
            {"fields": ["rating", ("is_open", "is_outdated", "rests_on_document")]},
        ),
        (
            _("Texts for readers"),
            {
                "fields": [
                    ("summary_en", "summary_fr"),
                    ("explanation_en", "explanation_fr"),
                    ("divergence_en", "divergence_fr"),
                ]
            },
        ),
        (
            _("Work"),
            {
                "fields": [
                    ("assigned_to", "priority"),
                    ("status", "status_since", "submitted_by", "created_at"),
                ]
            },
        ),
    ]

    # Rows

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
            .annotate(
                evidence_count=Coalesce(Subquery(evidence.annotate(n=Count("pk")).values("n")), 0),
                is_live=Exists(live),
            )
        )

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Claim | None:
        """The claim with its parts; locked while it is saved, so that no move slips in between."""
        claim = super().get_object(request, object_id, from_field)
        if claim and "status_seen" in request.POST:
            with suppress(Claim.DoesNotExist):
                claim.refresh_from_db(from_queryset=Claim.objects.select_for_update())
        if claim:
            prefetch_related_objects([claim], *PARTS)
        return claim

    # The list

    @admin.display(description=_("statement"), ordering="position")
    def short_statement(self, claim: Claim) -> str:
        return Truncator(str(claim)).chars(90)

    @admin.display(description=_("section"), ordering="section__number", empty_value="–")
    def place(self, claim: Claim) -> str | None:
        return Truncator(str(claim.section)).chars(24) if claim.section else None

    @admin.display(description=_("claimant"), ordering="claimant__name_en")
    def speaker(self, claim: Claim) -> str:
        return Truncator(str(claim.claimant)).chars(40)

    @admin.display(description=_("rating"), ordering="rating__position", empty_value="–")
    def verdict(self, claim: Claim) -> Any:
        return _("Open") if claim.is_open else claim.rating

    @admin.display(description=_("evidence"), ordering="evidence_count")
    def evidence_count(self, claim: Claim) -> int:
        return claim.evidence_count  # type: ignore[attr-defined]

    @admin.display(description=_("age"), ordering="-status_since")
    def age(self, claim: Claim) -> str:
        return timesince(claim.status_since, timezone.now(), depth=1)

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

    # The form

    def get_urls(self) -> list[URLPattern]:
        move = path(
            "<int:claim_id>/move/<slug:name>/",
            self.admin_site.admin_view(move_view),
            {"claim_admin": self},
            name="claims_claim_move",
        )
        return [move, *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Claim | None = None) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        if is_open(request, obj):
            return fields
        names = admin.utils.flatten_fieldsets(self.get_fieldsets(request, obj))
        return [*fields, *(name for name in names if name not in OPEN_IN_ANY_STATUS)]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"assigned_to": request.user.pk, **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "assigned_to":
            assigned = Claim.objects.values("assigned_to")
            kwargs["queryset"] = get_user_model().objects.filter(
                Q(is_active=True, is_staff=True) | Q(pk__in=assigned)
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # A draft is deleted by the move "drop", which keeps the log.

    def view_on_site(self, claim: Claim) -> str | None:
        is_live = getattr(claim, "is_live", False)
        return claim.get_absolute_url() if is_live else None

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        if obj:
            context |= {
                "is_open": is_open(request, obj),
                "moves": moves_of(obj, by=request.user),
                "findings": findings(obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        slugs = Claim.objects.filter(pk=object_id).values("slug")
        moves = Move.objects.filter(claim_slug__in=slugs).select_related("by").order_by("pk")
        lines = [{"move": move, "label": label_of(move)} for move in moves]
        return super().history_view(request, object_id, {"moves": lines, **(extra_context or {})})


def moves_of(claim: Claim, *, by: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": workflow.MOVES[name].label,
            "address": reverse("admin:claims_claim_move", args=[claim.pk, name]),
        }
        for name in workflow.available_moves(claim, by=by)
    ]


def findings(claim: Claim) -> list[checklist.Finding]:
    """What the claim's next step still lacks."""
    if claim.status == Status.DRAFT:
        return checklist.before_submission(claim)
    if claim.status == Status.IN_REVIEW:
        return checklist.before_publication(claim)
    return []
