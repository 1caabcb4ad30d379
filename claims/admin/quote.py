"""Quotes, edited within their claim."""

from typing import Any

from django.contrib import admin

from claims.models import Quote

from .parts import KeyedForm, KeyedFormSet, PartInline


class QuoteForm(KeyedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exact"].strip = False  # type: ignore[attr-defined]


class QuoteFormSet(KeyedFormSet):
    stem = "quote"


class QuoteInline(PartInline, admin.StackedInline):
    model = Quote
    form = QuoteForm
    formset = QuoteFormSet
    follows = 1
    fields = ["exact", ("language", "key"), ("state", "start", "end")]
    readonly_fields = ["state", "start", "end"]
