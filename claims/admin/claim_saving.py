"""How the form of a claim is read and saved: locked, compared with what others did meanwhile."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from claims.desk.versions import with_bounds
from claims.models import Claim, Edition, Evidence, Figure, Note, Quote, Relation, Reply

from .conflicts import Meeting, comes_late
from .typed import all_typed

PARTS: list[str | Prefetch] = [
    "topics",
    Prefetch("quotes", Quote.objects.order_by("language", "start", "key")),
    Prefetch(
        "evidence",
        Evidence.objects.select_related("source__link_check").order_by("position", "key"),
    ),
    Prefetch(
        "figures",
        Figure.objects.select_related("measure__unit", "evidence").order_by("position", "key"),
    ),
    Prefetch("replies", Reply.objects.select_related("claimant").order_by("asked_on", "key")),
    Prefetch("notes", Note.objects.select_related("author").order_by("created_at", "key")),
    Prefetch("relations", Relation.objects.select_related("target").order_by("kind", "pk")),
]


class Gone(Exception):
    """The claim was dropped while somebody was writing."""


class ClaimSaving(admin.ModelAdmin):
    """Nothing that was typed is lost, and nothing that others did is overwritten unseen."""

    class Media:
        js = [Script("claims/unsaved.js", type="module")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        claims = super().get_queryset(request)
        match = request.resolver_match
        if match is None or match.url_name != "claims_claim_change":
            return claims
        related = ["document", "section", "claimant", "reported_claimant", "rating"]
        live = Edition.objects.live().filter(claim=OuterRef("pk"))
        claims = claims.select_related(*related, "assigned_to", "submitted_by")
        return with_bounds(claims.annotate(is_live=Exists(live)))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Claim | None:
        """The claim with its parts; locked while it is saved, so that nothing slips in between."""
        claim = super().get_object(request, object_id, from_field)
        if "status_seen" in request.POST:
            if claim is None:
                raise Gone
            try:
                claim.refresh_from_db(from_queryset=Claim.objects.select_for_update())
            except Claim.DoesNotExist as error:
                raise Gone from error
        if claim is not None:
            prefetch_related_objects([claim], *PARTS)
        return claim

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Any = None) -> Iterator[Any]:
        """Django asks for these between reading the claim and checking what was typed."""
        if self._comes_late(request, obj):
            self._meet(request, obj)
        yield from super().get_formsets_with_inlines(request, obj)

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        meeting = getattr(obj, "meeting", None)
        if meeting:
            kwargs["data"].update(
                {name: key for name, key in meeting.renamed.items() if name in kwargs["data"]}
            )
        return kwargs

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Gone:
            return self._gone_page(request, object_id)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        meeting = getattr(obj, "meeting", None)
        if meeting and meeting.is_contested:
            context["meeting"] = meeting
            context["others"] = meeting.others
        for inline in context["inline_admin_formsets"]:
            pair_rows(inline.formset)
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if request.method == "POST":
            # Nothing is saved when the form comes back: rows that were put back go again.
            transaction.set_rollback(True)
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        meeting = getattr(obj, "meeting", None)
        if meeting and not meeting.is_contested and any(line.by_them for line in meeting.lines):
            messages.info(
                request, _("Someone else has changed the claim meanwhile: their changes stand.")
            )

    def _comes_late(self, request: HttpRequest, claim: Any) -> bool:
        return (
            claim is not None
            and claim.pk is not None
            and "status_seen" in request.POST
            and request.POST["status_seen"] == claim.status
            and comes_late(claim, request.POST)
        )

    def _meet(self, request: HttpRequest, claim: Any) -> None:
        form: Any = self.get_form(request, claim, change=True)(request.POST, instance=claim)
        meeting = Meeting(claim, form, self._formsets(request, claim), request.POST)
        if meeting.restore():
            claim._prefetched_objects_cache = {}
            prefetch_related_objects([claim], *PARTS)
        claim.meeting = meeting

    def _formsets(self, request: HttpRequest, claim: Any) -> dict[str, Any]:
        """The rows as they were typed, of those parts that can be changed."""
        found = {}
        for formset, inline in super().get_formsets_with_inlines(request, claim):
            if claim is None or inline.has_change_permission(request, claim):
                prefix = formset.get_default_prefix()
                kwargs = super().get_formset_kwargs(request, claim, inline, prefix)
                found[prefix] = formset(**kwargs)
        return found

    def _gone_page(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        """What was typed into the form of a claim that is no more, to be copied."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        blank = Claim()
        form: Any = self.get_form(request, None)(request.POST, instance=blank)
        formsets = self._formsets(request, None).values()
        context = {
            **self.admin_site.each_context(request),
            "title": _("This claim was dropped while you were writing"),
            "opts": self.opts,
            "typed": all_typed(form, formsets),
            "dropped": object_id,
        }
        return TemplateResponse(request, "admin/claims/claim/dropped.html", context, status=410)


def pair_rows(formset: Any) -> None:
    """Let each typed row be shown beside its own saved row.

    Django pairs them by number, and leaves out typed rows for which the number is too high.
    """
    if formset.is_bound:
        formset._queryset = [
            form.instance if form.instance.pk else None for form in formset.initial_forms
        ]
