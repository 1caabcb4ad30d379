"""The page of one move of a claim: what will happen, what is missing, what must be said."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from claims.desk import checklist, workflow
from claims.forms import MoveForm, PublishForm, SendBackForm, WithdrawForm
from claims.models import Claim, Edition
from claims.record.composing import completed, content_sha256
from claims.views.wording import Change, changes, readable

from .reader_page import reader_pages
from .shared import explain

FORMS: dict[str, type[MoveForm]] = {"send_back": SendBackForm, "withdraw": WithdrawForm}
CONSEQUENCES = {
    "submit": gettext_lazy(
        "An editor reviews the claim. Its content cannot be changed until it is sent back "
        "or published."
    ),
    "send_back": gettext_lazy(
        "The claim becomes a draft again, and your note is added to it for the desk."
    ),
    "publish": gettext_lazy(
        "Readers see what stands below. It becomes part of the record for good: later changes "
        "are new editions."
    ),
    "revise": gettext_lazy(
        "The claim becomes a draft that can be changed. Readers go on seeing what they see now."
    ),
    "discard": gettext_lazy(
        "All changes since the last publication are thrown away: the claim goes back to what "
        "readers see now."
    ),
    "drop": gettext_lazy(
        "The draft is deleted with its quotes, evidence, figures and notes. Only its history stays."
    ),
    "withdraw": gettext_lazy(
        "Readers no longer see the claim, only your reason. The record keeps what was published."
    ),
}
DONE = {
    "submit": gettext_lazy("“%(claim)s” is submitted for review."),
    "send_back": gettext_lazy("“%(claim)s” is sent back and is a draft again."),
    "publish": gettext_lazy("“%(claim)s” is published."),
    "revise": gettext_lazy("“%(claim)s” is open for revision."),
    "discard": gettext_lazy("The revision of “%(claim)s” is discarded."),
    "drop": gettext_lazy("“%(claim)s” is dropped."),
    "withdraw": gettext_lazy("“%(claim)s” is withdrawn."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def move_view(request: HttpRequest, claim_id: int, name: str, claim_admin: Any) -> HttpResponse:
    """Ask for confirmation on GET; on POST move the claim, or say on the page why not."""
    if name not in workflow.MOVES:
        raise Http404
    claim = get_object_or_404(Claim.objects.with_content(), pk=claim_id)
    may_move = request.user.has_perm(workflow.MOVES[name].permission)
    if not (may_move and claim_admin.has_view_permission(request, claim)):
        raise PermissionDenied
    if request.method != "POST":
        return _page(claim_admin, request, name, claim, _form(name, claim))

    form = _form(name, claim, request.POST)
    if not form.is_valid():
        return _page(claim_admin, request, name, claim, form)
    try:
        words = str(claim)
        move = getattr(workflow, name)
        move(claim, by=request.user, at=timezone.now(), **form.arguments())
    except (workflow.TransitionError, IntegrityError) as refusal:
        form.add_error(None, getattr(refusal, "messages", None) or explain(refusal))
        claim = get_object_or_404(Claim.objects.with_content(), pk=claim_id)
        return _page(claim_admin, request, name, claim, form, status=409)
    messages.success(request, DONE[name] % {"claim": words})
    if name == "drop":
        address = reverse("admin:claims_claim_changelist")
    else:
        address = reverse("admin:claims_claim_change", args=[claim_id])
    return HttpResponseRedirect(add_preserved_filters(_list(claim_admin, request), address))


def _list(claim_admin: Any, request: HttpRequest) -> dict[str, Any]:
    """The list that the editor came from, so that "next" goes on in it after a move."""
    return {
        "preserved_filters": claim_admin.get_preserved_filters(request),
        "opts": claim_admin.opts,
    }


def _form(name: str, claim: Claim, data: Any = None) -> MoveForm:
    if name == "publish":
        was_published = bool(workflow.last_publications([claim]))
        return PublishForm(data, was_published=was_published)
    return FORMS.get(name, MoveForm)(data)


def _page(
    claim_admin: Any,
    request: HttpRequest,
    name: str,
    claim: Claim,
    form: MoveForm,
    status: int | None = None,
) -> TemplateResponse:
    is_possible = name in workflow.available_moves(claim, by=request.user)
    label = workflow.MOVES[name].label
    context = {
        **claim_admin.admin_site.each_context(request),
        "title": label,
        "subtitle": str(claim),
        "opts": claim_admin.opts,
        "original": claim,
        "preserved_filters": claim_admin.get_preserved_filters(request),
        "move": name,
        "consequence": CONSEQUENCES[name],
        "hindrances": _hindrances(name, claim, request.user, is_possible),
        "checklist": checklist.items(claim) if name in ("submit", "publish") else [],
        "form": form,
        "button": capfirst(label),
        "media": claim_admin.media,
    }
    if isinstance(form, PublishForm):
        context |= _preview(claim, form)
    request.current_app = claim_admin.admin_site.name
    return TemplateResponse(
        request,
        "admin/claims/claim/move.html",
        context,
        status=status or (200 if is_possible or request.method == "POST" else 409),
    )


def _hindrances(name: str, claim: Claim, user: Any, is_possible: bool) -> list[str]:
    """Why the move would be refused, as far as can be told before it is tried."""
    if name == "publish":
        return workflow.refusals_to_publish([claim], by=user)[claim.slug]
    if not is_possible:
        return [
            _("“%(move)s” is not possible now: the claim is “%(status)s”.")
            % {"move": workflow.MOVES[name].label, "status": claim.get_status_display()}
        ]
    if name == "submit":
        findings = checklist.blocking(checklist.before_submission(claim))
        return [finding.message for finding in findings]
    return []


def _preview(claim: Claim, form: PublishForm) -> dict[str, Any]:
    """What would be published, what that changes, and its hash in the form."""
    content = workflow.preview([claim])[claim.slug]
    form.show_preview(content_sha256(content))
    published = workflow.last_publications([claim]).get(claim.slug)
    return {
        "preview": readable(content),
        "pages": reader_pages(claim),
        "published": published,
        "changes": _changes(published, content),
        "changes_rating": workflow.changes_rating(published, content),
    }


def _changes(published: Edition | None, content: dict[str, Any]) -> list[Change]:
    """What readers saw last against what they would see; a redacted text is all new."""
    if published is None:
        return []
    before = published.content.get("content")
    return changes(completed(before) if before else {}, content)
