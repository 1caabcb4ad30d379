"""What can be done with several claims of the list at once."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims.desk import selection, workflow
from claims.interchange.exporter import fixture
from claims.models import Claim
from claims.record.composing import content_sha256

from .claim_assign import assign_view
from .claim_selection import (
    VERSION_FIELD,
    AssignForm,
    Change,
    TopicsForm,
    change_selected,
    chosen,
)
from .importing import blank_table_view, import_view

HASH_FIELD = "preview-"


class ClaimActions(admin.ModelAdmin):
    """Bulk actions: what is allowed is done, what is refused is said claim by claim.

    The list sends with each claim the version it shows, so that nothing unseen is overwritten.
    """

    def get_urls(self) -> list[URLPattern]:
        assign = path(
            "<int:claim_id>/assign/",
            self.admin_site.admin_view(assign_view),
            {"claim_admin": self},
            name="claims_claim_assign",
        )
        bring = path(
            "import/",
            self.admin_site.admin_view(import_view),
            {"claim_admin": self},
            name="claims_claim_import",
        )
        blank = path(
            "import/claims.csv",
            self.admin_site.admin_view(blank_table_view),
            name="claims_claim_blank_table",
        )
        return [assign, bring, blank, *super().get_urls()]

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.submit_claim")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.publish_claim")

    def action_checkbox(self, obj: Claim) -> SafeString:
        name = f"{VERSION_FIELD}{obj.pk:d}"
        version = f'<input type="hidden" name="{name}" value="{obj.version:d}">'
        box = super().action_checkbox(obj)
        return SafeString(f"{box}{version}")  # nosec B703: beside the box, two numbers

    @admin.action(description=gettext_lazy("Submit for review"), permissions=["submit"])
    def submit_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        change = Change(
            action="submit_selected",
            label=_("Submit for review"),
            question=_("Submit these claims for review?"),
            carry_out=lambda seen, _given: selection.submit(
                seen, by=request.user, at=timezone.now()
            ),
            done=lambda count: (
                ngettext("%d claim is submitted.", "%d claims are submitted.", count) % count
            ),
        )
        return change_selected(self, request, queryset, change)

    @admin.action(description=gettext_lazy("Assign to me"), permissions=["change"])
    def assign_to_me(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        change = Change(
            action="assign_to_me",
            label=_("Assign to me"),
            question=_("Assign these claims to you?"),
            carry_out=lambda seen, _given: selection.assign(seen, to=request.user, by=request.user),
            done=lambda count: (
                ngettext("%d claim is yours now.", "%d claims are yours now.", count) % count
            ),
        )
        return change_selected(self, request, queryset, change)

    @admin.action(description=gettext_lazy("Assign…"), permissions=["change"])
    def assign_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        change = Change(
            action="assign_selected",
            label=_("Assign"),
            question=_("Whom are these claims assigned to?"),
            form=AssignForm,
            carry_out=lambda seen, given: selection.assign(seen, to=given["to"], by=request.user),
            done=lambda count: (
                ngettext("%d claim is assigned.", "%d claims are assigned.", count) % count
            ),
        )
        return change_selected(self, request, queryset, change)

    @admin.action(description=gettext_lazy("Add topics…"), permissions=["change"])
    def add_topics(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        change = Change(
            action="add_topics",
            label=_("Add topics"),
            question=_("Which topics are added to these drafts?"),
            form=TopicsForm,
            carry_out=lambda seen, given: selection.add_topics(
                seen, topics=given["topics"], by=request.user
            ),
            done=_topics_changed,
        )
        return change_selected(self, request, queryset, change)

    @admin.action(description=gettext_lazy("Remove topics…"), permissions=["change"])
    def remove_topics(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        change = Change(
            action="remove_topics",
            label=_("Remove topics"),
            question=_("Which topics are removed from these drafts?"),
            form=TopicsForm,
            carry_out=lambda seen, given: selection.remove_topics(
                seen, topics=given["topics"], by=request.user
            ),
            done=_topics_changed,
        )
        return change_selected(self, request, queryset, change)

    @admin.action(description=gettext_lazy("Export as a fixture"), permissions=["view"])
    def export_selected(self, request: HttpRequest, queryset: Any) -> StreamingHttpResponse:
        return StreamingHttpResponse(
            fixture(queryset),
            content_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="claims.json"'},
        )

    @admin.action(description=gettext_lazy("Publish"), permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """First a page to read, then all that stood on it or nothing."""
        claims = chosen(request, queryset)
        if claims is None:
            return None
        read = {
            claim.slug: request.POST[HASH_FIELD + claim.slug]
            for claim in claims
            if HASH_FIELD + claim.slug in request.POST
        }
        if not read:
            return self._reading_page(request, claims)
        try:
            editions = workflow.publish_many(read, by=request.user, at=timezone.now())
        except workflow.TransitionError as refusal:
            return self._reading_page(request, claims, refusal.messages, status=409)
        count = len(editions)
        done = ngettext("%d claim is published.", "%d claims are published.", count)
        messages.success(request, done % count)
        return None

    def _reading_page(
        self, request: HttpRequest, chosen: list[Claim], errors: Any = (), status: int = 200
    ) -> TemplateResponse:
        keys = [claim.pk for claim in chosen]
        claims = list(Claim.objects.with_content().filter(pk__in=keys))
        refused = refusals(claims, by=request.user)
        allowed = [claim for claim in claims if claim.slug not in refused]
        contents = workflow.preview(allowed)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish"),
            "opts": self.opts,
            "errors": errors,
            "refused": [(claim, refused[claim.slug]) for claim in claims if claim.slug in refused],
            "allowed": [
                (claim, HASH_FIELD + claim.slug, content_sha256(contents[claim.slug]))
                for claim in allowed
            ],
            "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(
            request, "admin/claims/claim/publish_selected.html", context, status=status
        )


def refusals(claims: list[Claim], *, by: Any) -> dict[str, list[str]]:
    """Why some of the claims cannot be published together with the others, by slug."""
    contents = workflow.preview(claims)
    published = workflow.last_publications(claims)
    found = workflow.refusals_to_publish(claims, by=by)
    for claim in claims:
        if workflow.changes_rating(published.get(claim.slug), contents[claim.slug]):
            found[claim.slug].append(
                _("The rating changes: publish it by itself, with a correction note.")
            )
    return {slug: reasons for slug, reasons in found.items() if reasons}


def _topics_changed(count: int) -> str:
    changed = ngettext("The topics of %d claim changed.", "The topics of %d claims changed.", count)
    return changed % count
