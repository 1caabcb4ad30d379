"""Topics."""

from django.contrib import admin

from claims.models import Claim, Topic

from .shared import CountsClaims


@admin.register(Topic)
class TopicAdmin(CountsClaims):
    pointing = Claim.topics.through
    pointer = "topic"
    filters_claims_by = "topics__id__exact"
    list_display = ["label_en", "label_fr", "slug", "claim_count"]
    search_fields = ["label_en", "label_fr", "slug", "aliases"]
    slug_from = ("label_en",)
    fields = [("label_en", "label_fr"), "slug", "aliases"]
