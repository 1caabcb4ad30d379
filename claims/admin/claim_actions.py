"""What can be done with several claims of the list at once."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims.desk import workflow
from claims.models import Claim
from claims.record.composing import content_sha256

HASH_FIELD = "preview-"


class ClaimActions:
    """Bulk actions: what is allowed is done, what is refused is said claim by claim."""

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.submit_claim")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.publish_claim")

    @admin.action(description=gettext_lazy("Submit for review"), permissions=["submit"])
    def submit_selected(self, request: HttpRequest, queryset: Any) -> None:
        count = 0
        for claim in queryset:
            try:
                workflow.submit(claim, by=request.user, at=timezone.now())
            except workflow.TransitionError as refusal:
                _report(request, claim, refusal.messages)
            else:
                count += 1
        if count:
            done = ngettext("%d claim is submitted.", "%d claims are submitted.", count)
            messages.success(request, done % count)

    @admin.action(description=gettext_lazy("Assign to me"), permissions=["change"])
    def assign_to_me(self, request: HttpRequest, queryset: Any) -> None:
        count = queryset.update(assigned_to=request.user)
        done = ngettext("%d claim is yours now.", "%d claims are yours now.", count)
        messages.success(request, done % count)

    @admin.action(description=gettext_lazy("Publish"), permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """First a page to read, then all that stood on it or nothing."""
        slugs = queryset.values_list("slug", flat=True)
        read = {
            slug: request.POST[HASH_FIELD + slug]
            for slug in slugs
            if HASH_FIELD + slug in request.POST
        }
        if not read:
            return self._reading_page(request, queryset)
        try:
            editions = workflow.publish_many(read, by=request.user, at=timezone.now())
        except workflow.TransitionError as refusal:
            return self._reading_page(request, queryset, refusal.messages, status=409)
        count = len(editions)
        done = ngettext("%d claim is published.", "%d claims are published.", count)
        messages.success(request, done % count)
        return None

    def _reading_page(
        self, request: HttpRequest, queryset: Any, errors: Any = (), status: int = 200
    ) -> TemplateResponse:
        claims = list(Claim.objects.with_content().filter(pk__in=queryset.values("pk")))
        refused = refusals(claims, by=request.user)
        allowed = [claim for claim in claims if claim.slug not in refused]
        contents = workflow.preview(allowed)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Publish"),
            "opts": self.opts,  # type: ignore[attr-defined]
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


def _report(request: HttpRequest, claim: Claim, reasons: list[str]) -> None:
    text = _("“%(claim)s”: %(reasons)s") % {"claim": claim, "reasons": " ".join(reasons)}
    messages.warning(request, text)
