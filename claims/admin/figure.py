"""Figures within their claim; measures and units by themselves."""

from typing import Any

from django.contrib import admin

from claims.models import Evidence, Figure, Measure, Unit

from .parts import KeyedForm, KeyedFormSet, PartInline
from .shared import DeskAdmin


class FigureFormSet(KeyedFormSet):
    """Offers the evidence of this claim, and asks for it once."""

    stem = "figure"

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        evidence = form.fields["evidence"]
        own = self.instance.evidence.all() if self.instance.pk else []
        evidence.queryset = Evidence.objects.filter(claim=self.instance.pk)
        evidence.choices = [("", evidence.empty_label), *((item.pk, str(item)) for item in own)]


class FigureInline(PartInline, admin.StackedInline):
    model = Figure
    form = KeyedForm
    formset = FigureFormSet
    follows = 4
    autocomplete_fields = ["measure"]
    fields = [
        ("measure", "evidence"),
        ("value", "low", "high", "as_of"),
        ("key", "position"),
    ]


@admin.register(Measure)
class MeasureAdmin(DeskAdmin):
    list_display = ["label_en", "label_fr", "unit", "slug"]
    list_filter = ["unit"]
    list_select_related = ["unit"]
    search_fields = ["label_en", "label_fr", "slug"]
    slug_from = ("label_en",)
    autocomplete_fields = ["unit"]
    fields = [("label_en", "label_fr"), "slug", "unit"]


@admin.register(Unit)
class UnitAdmin(DeskAdmin):
    list_display = ["other_en", "other_fr", "one_en", "one_fr", "slug"]
    search_fields = ["one_en", "other_en", "one_fr", "other_fr", "slug"]
    slug_from = ("other_en",)
    fields = [("one_en", "other_en"), ("one_fr", "other_fr"), "slug"]
