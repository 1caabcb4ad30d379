"""Rows of the desk in words: labels and values."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from claims.desk.life import TOLD
from claims.desk.versions import column, last_known
from claims.models.figure import plain


class Labels:
    """The names of related rows, asked for once for each model. Rows that are gone keep theirs."""

    def __init__(self, values: Iterable[tuple[Any, Any]]) -> None:
        """``values`` are pairs of a model's field and its value."""
        wanted: dict[Any, set[Any]] = {}
        for field, value in values:
            if field is not None and field.related_model:
                pks = value if isinstance(value, list | tuple) else [value]
                wanted.setdefault(field.related_model, set()).update(
                    int(pk) for pk in pks if pk not in (None, "") and str(pk).isdecimal()
                )
        self.names: dict[Any, dict[int, str]] = {}
        for model, keys in wanted.items():
            rows: dict[Any, Any] = dict(model._default_manager.in_bulk(keys))
            rows |= last_known(model, keys - rows.keys())
            self.names[model] = {pk: str(row) for pk, row in rows.items()}

    def of(self, field: Any, value: Any) -> str:
        """A value in words; blank for none."""
        if value is None or value == "" or value == []:
            return ""
        if isinstance(value, list | tuple):
            return ", ".join(self.of(field, item) for item in value)
        if field is None:
            return str(value)
        if field.related_model:
            names = self.names.get(field.related_model, {})
            return names.get(int(value), str(value)) if str(value).isdecimal() else str(value)
        return _plain(field, value)


def _plain(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choices = dict(getattr(field, "flatchoices", []))
    if value in choices:
        return str(choices[value])
    if str(value).isdecimal() and int(value) in choices:
        return str(choices[int(value)])
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return date_format(value)
    return str(value)


def field_of(noun: str, name: str) -> Any:
    """The field behind a column; None where a form asks for something that is no column."""
    if noun == "claim" and name == "topics":
        return TOLD["claim"]._meta.get_field("topics")
    try:
        return column(TOLD[noun], name)
    except FieldDoesNotExist:
        return None


def part_name(noun: str, row: dict[str, Any], labels: Labels) -> str:
    """What a row is called: nothing for the claim itself, “Evidence court-ruling” for a part."""
    if noun == "claim":
        return ""
    model = TOLD[noun]
    if noun == "topics":
        return str(_("Topic"))
    if noun == "relations":
        target = labels.of(field_of(noun, "target_id"), row.get("target_id"))
        return f"{capfirst(str(model._meta.verbose_name))} – {Truncator(target).chars(60)}"
    return f"{capfirst(str(model._meta.verbose_name))} {row.get('key', '')}".strip()
