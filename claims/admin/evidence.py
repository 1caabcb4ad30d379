"""Evidence, edited within its claim."""

from django.contrib import admin

from claims.models import Evidence

from .parts import KeyedForm, KeyedFormSet, PartInline


class EvidenceFormSet(KeyedFormSet):
    stem = "evidence"


class EvidenceInline(PartInline, admin.StackedInline):
    model = Evidence
    form = KeyedForm
    formset = EvidenceFormSet
    follows = 4
    autocomplete_fields = ["source"]
    fields = [
        ("source", "stance"),
        ("finding_en", "finding_fr"),
        "excerpt",
        ("key", "position"),
    ]
