"""The verdict scale."""

from django.contrib import admin

from claims.models import Rating

from .shared import DeskAdmin


@admin.register(Rating)
class RatingAdmin(DeskAdmin):
    list_display = ["label_en", "label_fr", "scale", "position", "value", "needs_evidence"]
    list_filter = ["scale"]
    ordering = ["-scale", "position"]
    search_fields = ["label_en", "label_fr", "slug"]
    fixed_fields = ("scale", "slug")
    slug_from = ("label_en",)
    fields = [
        ("label_en", "label_fr"),
        ("scale", "slug"),
        ("position", "value"),
        "needs_evidence",
        ("definition_en", "definition_fr"),
    ]
