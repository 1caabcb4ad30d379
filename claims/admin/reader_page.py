"""The page of a claim exactly as readers would get it, before it is published."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from claims.desk import workflow
from claims.models import Claim
from claims.models.language import current_language
from claims.record import publishing
from claims.views.claim import claim_context


@require_safe
def reader_page_view(request: HttpRequest, claim_id: int, claim_admin: Any) -> HttpResponse:
    """Composed by the code that publishes, shown by the template that readers get."""
    claim = get_object_or_404(Claim.objects.with_content(), pk=claim_id)
    if not claim_admin.has_view_permission(request, claim):
        raise PermissionDenied
    content = workflow.preview([claim])[claim.slug]
    draft = publishing.publication(
        claim, content, submitted_by=claim.submitted_by_id, approved_by=request.user.pk or 0
    )
    edition = publishing.proposed(draft, at=timezone.now())
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else current_language()
    with translation.override(language):
        return render(
            request,
            "admin/claims/claim/reader_page.html",
            {**claim_context(edition), "claim": claim, "pages": reader_pages(claim)},
        )


def reader_pages(claim: Claim) -> list[dict[str, str]]:
    """The addresses of the page, one a language, each called by its own name."""
    address = reverse("admin:claims_claim_page", args=[claim.pk])
    return [
        {
            "code": code,
            "name": translation.get_language_info(code)["name_local"].capitalize(),
            "address": f"{address}?language={code}",
        }
        for code, _label in settings.LANGUAGES
    ]
