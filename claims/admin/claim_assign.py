"""Taking a claim over from its own page: by POST alone, and only as it was seen."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from claims.desk import selection
from claims.models import Claim


@require_POST
def assign_view(request: HttpRequest, claim_id: int, claim_admin: Any) -> HttpResponse:
    """Assign the claim to whoever asks, unless it has changed since they saw it."""
    claim = get_object_or_404(Claim, pk=claim_id)
    if not claim_admin.has_change_permission(request, claim):
        raise PermissionDenied
    version = request.POST.get("version", "")
    if not version.isdecimal():
        raise BadRequest
    outcome = selection.assign({claim.pk: int(version)}, to=request.user, by=request.user)
    if outcome.done:
        messages.success(
            request, ngettext("%d claim is yours now.", "%d claims are yours now.", 1) % 1
        )
    for now in outcome.stale:
        messages.warning(request, _as_it_stands(now))
    address = reverse("admin:claims_claim_change", args=[claim_id])
    preserved = claim_admin.get_preserved_filters(request)
    context: Any = {"preserved_filters": preserved, "opts": claim_admin.opts}
    return HttpResponseRedirect(add_preserved_filters(context, address))


def _as_it_stands(claim: Claim) -> str:
    return _(
        "Nothing was done: the claim has changed since you opened it. It is now “%(status)s”, "
        "assigned to %(person)s. If you still want it, take it over now."
    ) % {
        "status": claim.get_status_display(),
        "person": claim.assigned_to or _("nobody"),
    }
