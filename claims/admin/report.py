"""Errors that readers report: what they wrote, and the form that answers it."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims.desk import reports, workflow
from claims.models import Claim, Report, ReportStatus, Status
from claims.models.claim import SEARCHED

from .listing import shortened
from .searching import SearchesLetters, having, keys_of
from .shared import DeskAdmin, DeskForm, PlainTextarea

WRITTEN: list[Any] = [
    "claim",
    ("edition_read", "language", "received_at"),
    "body",
    "evidence",
    "contact",
]
ANSWERED = ["answer", "corrected_in"]
HANDLED: list[Any] = [("handled_by", "handled_at"), "note"]
# A page sends a field for each report, and Django reads a thousand at most.
MOST_AT_ONCE = 400


class AnswerForm(DeskForm):
    """What the desk answers. A note for readers is written here and added to the claim."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    note_en = forms.CharField(
        label=gettext_lazy("Public note (English)"), required=False, widget=PlainTextarea
    )
    note_fr = forms.CharField(
        label=gettext_lazy("Public note (French)"), required=False, widget=PlainTextarea
    )

    class Meta:
        labels: ClassVar = {"status": gettext_lazy("What comes of it")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "status" not in self.fields:
            return
        status: Any = self.fields["status"]
        status.choices = [
            choice for choice in ReportStatus.choices if choice[0] != ReportStatus.NEW
        ]
        if self.instance.status == ReportStatus.NEW:
            self.initial["status"] = ReportStatus.ANSWERED
        self.initial["seen"] = reports.state(self.instance)
        if "corrected_in" in self.fields:
            mending: Any = self.fields["corrected_in"]
            mending.queryset = reports.mending_editions(self.instance)
            mending.widget.can_view_related = False

    def _post_clean(self) -> None:
        """Nothing is put into the row here: ``desk.reports`` checks, and answers."""


class DismissForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stays on the desk."),
    )


@admin.register(Report)
class ReportAdmin(SearchesLetters, DeskAdmin):
    form = AnswerForm
    fixed_fields = ()
    list_display = ["short_body", "status", "claim", "edition_number", "received_at", "handled_by"]
    list_filter = ["status", "language", "received_at"]
    list_select_related = ["handled_by"]
    search_fields = searched = ("body", "contact")
    search_help_text = gettext_lazy("Letters of the report, or of its claim's statements or slug.")
    indexed_orderings = ("pk", "received_at")
    show_facets = admin.ShowFacets.NEVER
    readonly_fields = admin.utils.flatten([*WRITTEN, *HANDLED])
    actions = ["dismiss_selected", "forget_contacts"]
    radio_fields = {"status": admin.HORIZONTAL}
    change_form_template = "admin/claims/report/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return Report.objects.with_listing_relations()

    def places(self, rows: QuerySet[Any], words: Sequence[str]) -> Iterator[QuerySet[Any]]:
        yield from super().places(rows, words)
        claims = having(Claim.objects.order_by(), SEARCHED, words)
        yield rows.filter(edition__claim__in=keys_of(claims, "pk"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if not self.has_change_permission(request, obj):
            return [
                (_("What the reader wrote"), {"fields": WRITTEN}),
                (_("What the desk answered"), {"fields": ["status", *ANSWERED, *HANDLED]}),
            ]
        answer = ["status", "answer"]
        if obj and reports.mending_editions(obj).exists():
            answer.append("corrected_in")
        note = _(
            "Written in both languages, it is added to the claim, for which a revision is opened; "
            "readers see it once the claim is published again."
        )
        return [
            (_("What the reader wrote"), {"fields": WRITTEN}),
            (
                _("What the desk answers"),
                {"fields": [*answer, *(HANDLED if obj and obj.handled_at else []), "seen"]},
            ),
            (
                _("Answer with a public note"),
                {"fields": [("note_en", "note_fr")], "description": note},
            ),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """The form of a claim leads to the reports on it."""
        return lookup == "edition__claim" or super().lookup_allowed(lookup, value, request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """What the desk refuses is said beside what was typed."""
        arguments = (request, object_id, form_url, extra_context)
        try:
            return super().changeform_view(*arguments)
        except (reports.ReportError, workflow.TransitionError) as refusal:
            request.refusal = str(refusal)  # type: ignore[attr-defined]
            return super().changeform_view(*arguments)

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
            context["steps"] = steps(obj, by=request.user)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        given = form.cleaned_data
        by, at, seen = request.user, timezone.now(), given["seen"]
        if given["status"] == ReportStatus.DISMISSED:
            reports.dismiss(obj, by=by, at=at, seen=seen, reason=given["answer"])
            return
        reports.answer(
            obj,
            by=by,
            at=at,
            seen=seen,
            text=given["answer"],
            note_en=given["note_en"],
            note_fr=given["note_fr"],
            corrected_in=given.get("corrected_in"),
        )

    @admin.action(description=gettext_lazy("Dismiss"), permissions=["change"])
    def dismiss_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """For what comes in heaps: one reason for all of them, asked for on a page."""
        found = list(queryset.new()[:MOST_AT_ONCE])
        form = DismissForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return self._dismiss_page(request, form, found)
        reason, at = form.cleaned_data["reason"], timezone.now()
        for report in found:
            seen = reports.state(report)
            reports.dismiss(report, by=request.user, at=at, seen=seen, reason=reason)
        message = ngettext("%d report is dismissed.", "%d reports are dismissed.", len(found))
        messages.success(request, message % len(found))
        return None

    @admin.action(
        description=gettext_lazy("Delete how to reach the readers"), permissions=["change"]
    )
    def forget_contacts(self, request: HttpRequest, queryset: Any) -> None:
        count = reports.forget_contacts(queryset, by=request.user)
        message = ngettext("%d contact is deleted.", "%d contacts are deleted.", count)
        messages.success(request, message % count)

    def _dismiss_page(
        self, request: HttpRequest, form: forms.Form, found: list[Report]
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Dismiss"),
            "opts": self.opts,
            "form": form,
            "reports": found,
            "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/claims/report/dismiss_selected.html", context)

    @admin.display(description=gettext_lazy("what is wrong"), ordering="body")
    def short_body(self, report: Report) -> str:
        return shortened(report.body, 90)

    @admin.display(description=gettext_lazy("claim"), ordering="edition__claim_slug")
    def claim(self, report: Report) -> str:
        address = reverse("admin:claims_claim_change", args=[report.edition.claim_id])
        return format_html(
            '<a href="{}">{}</a>', address, Truncator(report.edition.statement).chars(90)
        )

    @admin.display(description=gettext_lazy("edition read"), ordering="edition__number")
    def edition_number(self, report: Report) -> int:
        return report.edition.number

    @admin.display(description=gettext_lazy("edition read"))
    def edition_read(self, report: Report) -> str:
        address = reverse("admin:claims_edition_change", args=[report.edition_id])
        return format_html('<a href="{}">{}</a>', address, report.edition)

    @admin.display(description=gettext_lazy("evidence"))
    def evidence(self, report: Report) -> str:
        """As the reader wrote it: where it leads, nobody has looked yet."""
        if not report.link:
            return ""
        return format_html('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>', report.link)


def steps(report: Report, *, by: Any) -> list[dict[str, Any]]:
    """Where the error can be mended: the claim, and a revision of it where one may be opened."""
    claim = Claim.objects.get(pk=report.edition.claim_id)
    found = [
        {
            "label": _("Open the claim"),
            "address": reverse("admin:claims_claim_change", args=[claim.pk]),
        }
    ]
    if "revise" in workflow.available_moves(claim, by=by):
        found.append(
            {
                "label": _("Open a revision to correct it"),
                "address": reverse("admin:claims_claim_move", args=[claim.pk, "revise"]),
            }
        )
    return found


def reports_on(claim: Claim, *, by: Any) -> dict[str, Any] | None:
    """What readers report of a claim: the new ones, how many in all, and where they stand.

    ``claim`` as its form has it: of one that no reader has seen, none can have come.
    """
    was_read = getattr(claim, "is_live", False) or claim.status == Status.WITHDRAWN
    if not (was_read and by.has_perm("claims.view_report")):
        return None
    of_claim = Report.objects.filter(edition__claim=claim).with_listing_relations()
    found = list(of_claim.order_by("-received_at"))
    if not found:
        return None
    return {
        "new": [report for report in found if report.status == ReportStatus.NEW],
        "count": len(found),
        "address": f"{reverse('admin:claims_report_changelist')}?edition__claim={claim.pk}",
    }
