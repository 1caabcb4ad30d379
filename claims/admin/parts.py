"""What the inlines of a claim's parts share: open in draft only, with keys proposed."""

from contextlib import ExitStack
from typing import Any

from django import forms
from django.contrib.admin.options import InlineModelAdmin
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from claims.desk.marking import next_key
from claims.models import Claim, Status

from .autocomplete import FormAtHand, LoadedFormSet
from .shared import DeskOptions
from .typed import leaving_out


def is_open(request: HttpRequest, claim: Claim | None) -> bool:
    """Whether the content can be edited: as the editor saw it, when a form comes back.

    A form that was opened in draft stays editable until it is refused, so that nothing typed
    is lost to a move that someone else has made meanwhile.
    """
    if claim is None:
        return True
    return request.POST.get("status_seen", claim.status) == Status.DRAFT


class PartFormSet(LoadedFormSet):
    """Leaves out what is kept of somebody else's, where two saves of the claim meet."""

    def full_clean(self) -> None:
        meeting: Any = getattr(self.instance, "meeting", None)
        with ExitStack() as stack:
            for form in self.forms if meeting else []:
                names = meeting.left_out.get(form.prefix, set())
                if form.prefix in meeting.let_go:
                    form.empty_permitted, names = True, form.fields.keys()
                stack.enter_context(leaving_out(form, names))
            super().full_clean()


class PartInline(DeskOptions, InlineModelAdmin):
    """Rows that belong to a claim's content. ``follows`` numbers the fieldset they stand after."""

    formset: type[BaseInlineFormSet] = PartFormSet
    extra = 0
    follows = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_open(request, obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_open(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_open(request, obj) and super().has_delete_permission(request, obj)


class KeyedForm(FormAtHand):
    """A part with a key: proposed when left blank, fixed once saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = self.fields["key"]
        key.required = False
        key.disabled = self.instance.pk is not None
        if not key.disabled:
            key.help_text = _("Fixed once saved. Leave blank to have one proposed.")


class KeyedFormSet(PartFormSet):
    """Proposes a key for each new row that has none: the noun and the next free number."""

    stem = "part"

    def clean(self) -> None:
        taken = {row.key for row in self.get_queryset()}
        new = [form for form in self.extra_forms if is_new(form)]
        taken |= {form.cleaned_data["key"] for form in new}
        for form in new:
            if not form.cleaned_data["key"]:
                key = next_key(self.stem, taken)
                form.cleaned_data["key"] = form.instance.key = key
                taken.add(key)
        super().clean()


def is_new(form: forms.ModelForm) -> bool:
    cleaned = getattr(form, "cleaned_data", {})
    return form.has_changed() and "key" in cleaned and not cleaned.get(DELETION_FIELD_NAME)
