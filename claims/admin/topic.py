"""Topics."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from claims.models import Topic

from .shared import DeskAdmin


@admin.register(Topic)
class TopicAdmin(DeskAdmin):
    list_display = ["label_en", "label_fr", "slug", "claim_count"]
    search_fields = ["label_en", "label_fr", "slug", "aliases"]
    slug_from = ("label_en",)
    fields = [("label_en", "label_fr"), "slug", "aliases"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).annotate(claim_count=Count("claims"))

    @admin.display(description=_("claims"), ordering="claim_count")
    def claim_count(self, topic: Topic) -> int:
        return topic.claim_count  # type: ignore[attr-defined]
