"""Claims: the one form in which an editor works on a claim and all that hangs on it."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from claims.desk import checklist, workflow
from claims.models import Claim, Status

from .claim_actions import ClaimActions
from .claim_form import ClaimForm
from .claim_list import ClaimList
from .claim_moves import move_view
from .claim_next import ClaimNext
from .claim_saving import ClaimSaving
from .evidence import EvidenceInline
from .figure import FigureInline
from .history import ClaimHistory
from .note import NoteInline
from .parts import is_open
from .quote import QuoteInline
from .reader_page import reader_page_view, reader_pages
from .relation import RelationInline
from .reply import ReplyInline
from .report import reports_on
from .similar import SimilarClaims

OPEN_IN_ANY_STATUS = {"assigned_to", "priority"}


@admin.register(Claim)
class ClaimAdmin(ClaimActions, ClaimNext, SimilarClaims, ClaimSaving, ClaimHistory, ClaimList):
    form = ClaimForm
    slug_from = ("statement_en",)
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
        ReplyInline,
        RelationInline,
        NoteInline,
    ]
    fieldsets = [
        (
            _("Statement"),
            {
                "fields": [
                    ("statement_en", "statement_fr"),
                    ("short_statement_en", "short_statement_fr"),
                    "slug",
                    "kind",
                ]
            },
        ),
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
            {
                "fields": [
                    "rating",
                    ("is_open", "is_outdated", "rests_on_document"),
                    "single_source_reason",
                ]
            },
        ),
        (
            _("Texts for readers"),
            {
                "fields": [
                    ("summary_en", "summary_fr"),
                    ("explanation_en", "explanation_fr"),
                    ("divergence_en", "divergence_fr"),
                    "absent_in",
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

    def get_urls(self) -> list[URLPattern]:
        move = path(
            "<int:claim_id>/move/<slug:name>/",
            self.admin_site.admin_view(move_view),
            {"claim_admin": self},
            name="claims_claim_move",
        )
        page = path(
            "<int:claim_id>/page/",
            self.admin_site.admin_view(reader_page_view),
            {"claim_admin": self},
            name="claims_claim_page",
        )
        return [move, page, *super().get_urls()]

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
            match = request.resolver_match
            key = match.kwargs.get("object_id", "") if match else ""
            own = Claim.objects.filter(pk=int(key) if key.isdecimal() else 0)
            kwargs["queryset"] = get_user_model().objects.filter(
                Q(is_active=True, is_staff=True) | Q(pk__in=own.values("assigned_to"))
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
                "pages": reader_pages(obj),
                "reports": reports_on(obj, by=request.user),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)


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
