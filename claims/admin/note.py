"""Notes, added within their claim and left as they were written.

Internal ones are added in any status. What readers see changes in draft only: there a note may
be public, and a public note be hidden again.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from claims.models import Note, Status, Visibility

from .parts import KeyedForm, KeyedFormSet, is_open
from .shared import DeskOptions


class NoteForm(KeyedForm):
    """A new note; of a saved one only whether readers go on seeing it."""

    hide = forms.BooleanField(label=_("Hide from readers"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].widget = forms.HiddenInput()
        if self.instance.pk is None:
            del self.fields["hide"]
            return
        for name in ("visibility", "text_en", "text_fr"):
            self.fields[name].disabled = True
        if self.instance.visibility != Visibility.PUBLIC:
            del self.fields["hide"]

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data.get("hide"):
            self.instance.visibility = Visibility.INTERNAL
        return super().save(commit)


class NoteFormSet(KeyedFormSet):
    """Signs each new note. ``author`` is set by the inline."""

    stem = "note"
    author: Any = None

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if self.instance.pk is None or self.instance.status == Status.DRAFT:
            return
        visibility = form.fields["visibility"]
        visibility.choices = [(Visibility.INTERNAL.value, Visibility.INTERNAL.label)]
        visibility.help_text = _("A note for readers can be added in draft: open a revision.")
        visibility.error_messages["invalid_choice"] = visibility.help_text

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> Any:
        form.instance.author = self.author
        return super().save_new(form, commit)


class NoteInline(DeskOptions, admin.StackedInline):
    model = Note
    form = NoteForm
    formset = NoteFormSet
    template = "admin/claims/claim/_note_inline.html"
    extra = 1
    follows = 6
    can_delete = False
    fields = ["visibility", ("text_en", "text_fr"), "key"]
    radio_fields = {"visibility": admin.HORIZONTAL}

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.author = request.user
        return formset

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """To hide a note: the words stay as they are, whoever asks."""
        return is_open(request, obj) and super().has_change_permission(request, obj)
