"""Quotes, edited within their claim."""

from typing import Any

from django import forms
from django.contrib import admin

from claims.desk.anchoring import anchor_new_words
from claims.models import Quote

from .parts import KeyedForm, KeyedFormSet, PartInline


class QuoteForm(KeyedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exact"].strip = False  # type: ignore[attr-defined]


class QuoteFormSet(KeyedFormSet):
    """Looks for new or changed words in the captured text, letter for letter."""

    stem = "quote"

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> Any:
        form.instance.claim = self.instance
        anchor_new_words(form.instance)
        return super().save_new(form, commit)

    def save_existing(self, form: forms.ModelForm, obj: Quote, commit: bool = True) -> Any:
        if {"exact", "language"} & set(form.changed_data):
            anchor_new_words(form.instance)
        return super().save_existing(form, obj, commit)


class QuoteInline(PartInline, admin.StackedInline):
    model = Quote
    form = QuoteForm
    formset = QuoteFormSet
    follows = 1
    fields = ["exact", ("language", "key"), ("state", "start", "end")]
    readonly_fields = ["state", "start", "end"]
