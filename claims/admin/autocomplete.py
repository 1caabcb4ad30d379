"""Autocompleted fields that label what is chosen from rows already loaded.

Django's own widget asks the database for the label of each field of each inline row.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import (
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.db.models import ManyToManyField, Model
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest


class LabelsAtHand(AutocompleteMixin):
    """Takes the labels of what is chosen from ``rows``; asks only for what is not among them."""

    rows: Mapping[str, Any] = {}
    # From the select that this is mixed into.
    is_required: bool
    allow_multiple_selected: bool
    create_option: Any

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> list[Any]:
        chosen = [key for key in value if key]
        if not all(key in self.rows for key in chosen):
            return super().optgroups(name, value, attr)
        options = []
        if not self.is_required and not self.allow_multiple_selected:
            options.append(self.create_option(name, "", "", False, 0))
        for key in chosen:
            label = self.choices.field.label_from_instance(self.rows[key])
            options.append(self.create_option(name, key, label, True, len(options)))
        return [(None, options, 0)]


class SelectAtHand(LabelsAtHand, AutocompleteSelect):
    pass


class SelectMultipleAtHand(LabelsAtHand, AutocompleteSelectMultiple):
    pass


class FormAtHand(forms.ModelForm):
    """Hands the rows that came with its instance to its autocompleted fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, LabelsAtHand):
                widget.rows = {str(row.pk): row for row in _loaded(self.instance, name)}


class AutocompleteAtHand(BaseModelAdmin):
    """For a model admin or an inline: its ``autocomplete_fields`` use the widgets above."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SelectAtHand(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SelectMultipleAtHand(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class LoadedFormSet(BaseInlineFormSet):
    """Takes its rows from the parent's own, which are loaded already with what they refer to."""

    def get_queryset(self) -> Any:
        is_refused = self.queryset is not None and self.queryset.query.is_empty()
        if self.instance.pk and not is_refused and not hasattr(self, "_queryset"):
            parts = self.fk.remote_field.get_accessor_name(model=self.model)
            self._queryset = getattr(self.instance, parts).all()
        return super().get_queryset()


def _loaded(row: Model, name: str) -> list[Any]:
    field: Any = row._meta.get_field(name)
    if isinstance(field, ManyToManyField):
        return list(getattr(row, name).all()) if row.pk else []
    if not field.is_cached(row):
        return []
    related = getattr(row, name)
    return [related] if related else []
