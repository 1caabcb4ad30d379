"""Claimants."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from claims.models import Claimant

from .shared import DeskAdmin


@admin.register(Claimant)
class ClaimantAdmin(DeskAdmin):
    list_display = ["name_en", "name_fr", "kind", "slug", "claim_count"]
    list_filter = ["kind"]
    search_fields = ["name_en", "name_fr", "slug", "aliases"]
    slug_from = ("name_en",)
    fields = [("name_en", "name_fr"), "slug", "kind", "aliases", "same_as"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claimant]:
        return super().get_queryset(request).annotate(claim_count=Count("claims"))

    @admin.display(description=_("claims"), ordering="claim_count")
    def claim_count(self, claimant: Claimant) -> int:
        return claimant.claim_count  # type: ignore[attr-defined]
