"""What was typed into the form of a claim, before anything of it is checked."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import InlineForeignKeyField, ModelChoiceField
from django.utils.text import capfirst

from .wording import Labels, field_of

NOT_ASKED = {"id", DELETION_FIELD_NAME, "status_seen", "version_seen", "base"}

# Values with their labels and fields, or words that say what became of a row.
type Told = list[tuple[str, Any, Any]] | str


@contextmanager
def leaving_out(form: forms.ModelForm, names: Iterable[str]) -> Iterator[None]:
    """Clean a form as if some of its fields were not on the page: they stay as they are."""
    given = [form.fields[name] for name in names if not form.fields[name].disabled]
    for asked in given:
        asked.disabled = True
    try:
        yield
        _seen = form.changed_data  # Worked out once, while they are left out.
    finally:
        for asked in given:
            asked.disabled = False


def all_typed(form: forms.ModelForm, formsets: Iterable[Any]) -> list[tuple[str, str]]:
    """All that was typed, with its label; rows of parts by their noun."""
    told: list[tuple[str, Told]] = [("", filled("claim", form))]
    for formset in formsets:
        noun = formset.get_default_prefix()
        name = capfirst(str(formset.model._meta.verbose_name))
        told += [(name, filled(noun, row)) for row in formset.forms if not is_deleted(row)]
    items = [(name, item) for name, row in told for item in row if not isinstance(item, str)]
    labels = Labels([(column, keys_of(value)) for _name, (_label, column, value) in items])
    worded = [
        (" – ".join(text for text in (name, label) if text), labels.of(column, keys_of(value)))
        for name, (label, column, value) in items
    ]
    return [(label, text) for label, text in worded if text]


def filled(noun: str, form: forms.ModelForm) -> Told:
    return [
        (capfirst(str(form.fields[name].label)), field_of(noun, name), typed_in(form, name))
        for name in names_asked(form)
    ]


def names_asked(form: forms.ModelForm) -> list[str]:
    """The names of the fields that a person fills in."""
    return [
        name
        for name, asked in form.fields.items()
        if not (asked.disabled or name in NOT_ASKED or isinstance(asked, InlineForeignKeyField))
    ]


def is_deleted(form: forms.ModelForm) -> bool:
    return DELETION_FIELD_NAME in form.fields and bool(form[DELETION_FIELD_NAME].data)


def value_typed(asked: forms.Field, value: Any) -> Any:
    """What was typed as a value, where it is one."""
    if isinstance(asked, ModelChoiceField):
        return value
    try:
        return asked.to_python(value)
    except ValidationError:
        return value


def typed_in(form: forms.ModelForm, name: str) -> Any:
    return value_typed(form.fields[name], form[name].data)


def number_in(text: Any) -> int | None:
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() else None


def keys_of(value: Any) -> Any:
    """Related rows by their keys."""
    if isinstance(value, list | tuple):
        return [keys_of(item) for item in value]
    return getattr(value, "pk", value)
