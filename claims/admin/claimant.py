"""Claimants."""

from django.contrib import admin

from claims.models import Claim, Claimant

from .shared import CountsClaims


@admin.register(Claimant)
class ClaimantAdmin(CountsClaims):
    pointing = Claim
    pointer = "claimant"
    filters_claims_by = "claimant__id__exact"
    list_display = ["name_en", "name_fr", "kind", "slug", "claim_count"]
    list_filter = ["kind"]
    search_fields = ["name_en", "name_fr", "slug", "aliases"]
    slug_from = ("name_en",)
    fields = [("name_en", "name_fr"), "slug", "kind", "aliases", "same_as"]
