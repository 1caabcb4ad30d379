"""Notes, added within their claim in any status, and left as they were written."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from claims.models import Note

from .parts import KeyedForm, KeyedFormSet
from .shared import DeskOptions


class NoteFormSet(KeyedFormSet):
    """Signs each new note. ``author`` is set by the inline."""

    stem = "note"
    author: Any = None

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> Any:
        form.instance.author = self.author
        return super().save_new(form, commit)


class NoteInline(DeskOptions, admin.StackedInline):
    model = Note
    form = KeyedForm
    formset = NoteFormSet
    extra = 0
    follows = 6
    can_delete = False
    fields = ["visibility", ("text_en", "text_fr"), "key", ("author", "created_at")]
    readonly_fields = ["author", "created_at"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.author = request.user
        return formset

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
