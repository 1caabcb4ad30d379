"""Which fields of the desk's rows are content, and their values in a file and in Python.

The one list of what leaves the desk in a fixture and of what may come in.
"""

import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Model
from django.utils.translation import gettext as _

from claims.models import Claim, Note, Quote
from claims.models.claim import KEPT
from claims.models.figure import plain

from .rows import KINDS

# People, the state of the work, moments, and what a transcript gives are no content.
NOT_CONTENT: dict[type[Model], set[str]] = {
    Claim: {"status", "status_since", "assigned_to", "submitted_by", "created_at", *KEPT},
    Note: {"author", "created_at"},
    Quote: {"prefix", "suffix"},
}


def model_of(label: str) -> type[Model]:
    """The model of a row's ``model``, one of ``KINDS``."""
    return apps.get_model(label)


def fields_of(model: type[Model]) -> dict[str, Any]:
    """The fields that a fixture holds, by name."""
    options = model._meta
    left_out = NOT_CONTENT.get(model, set())
    return {
        field.name: field
        for field in [*options.concrete_fields, *options.many_to_many]
        if not (field.primary_key or field.generated or field.name in left_out)
    }


def value_of(row: Model, field: Any) -> Any:
    """The field's value as it stands in a fixture."""
    if field.many_to_many:
        return sorted(list(related.natural_key()) for related in getattr(row, field.name).all())
    if field.is_relation:
        related = getattr(row, field.name)
        return related and list(related.natural_key())
    return plain_value(getattr(row, field.attname))


def plain_value(value: Any) -> Any:
    """A value of the database as it stands in a fixture."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def cleaned(field: Any, value: Any) -> Any:
    """The value in Python of what stands in a file. Raises ValidationError; never guesses."""
    if value is None:
        if not field.null:
            raise ValidationError(_("This must not be null."))
        return None
    return field.clean(_typed(field, value), None)


def reference(label: str, value: Any) -> tuple[Any, ...]:
    """The natural key of a row of the model. Raises ValidationError for what is no such key."""
    kinds = _key_types(label)
    if not (
        isinstance(value, list)
        and len(value) == len(kinds)
        and all(type(part) is kind for part, kind in zip(value, kinds, strict=True))
    ):
        example = ", ".join("…" if kind is str else "1" for kind in kinds)
        raise ValidationError(_("This must be a natural key: [%s].") % example)
    return tuple(_storable(part) if type(part) is str else part for part in value)


def key_paths(label: str) -> list[str]:
    """The natural key of the model as look-ups: ``document__slug``, ``number``."""
    kind = KINDS[label]
    return [
        f"{name}__{path}" if path else name
        for name in kind.key
        for path in (key_paths(kind.references[name]) if name in kind.references else [""])
    ]


def _key_types(label: str) -> list[type]:
    kind, fields = KINDS[label], fields_of(model_of(label))
    found: list[type] = []
    for name in kind.key:
        if name in kind.references:
            found += _key_types(kind.references[name])
        else:
            found.append(int if isinstance(fields[name], models.IntegerField) else str)
    return found


def _typed(field: Any, value: Any) -> Any:
    """The value if it is of the JSON type that the field is written in."""
    if isinstance(field, ArrayField):
        if not isinstance(value, list):
            raise ValidationError(_("This must be a list."))
        return [_typed(field.base_field, one) for one in value]
    if isinstance(field, models.BooleanField):
        if not isinstance(value, bool):
            raise ValidationError(_("This must be true or false."))
        return value
    if isinstance(field, models.IntegerField):
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError(_("This must be a whole number."))
        return value
    if not isinstance(value, str):
        raise ValidationError(_("This must be a text in quotation marks."))
    if isinstance(field, models.DecimalField):
        try:
            return Decimal(value)
        except InvalidOperation as error:
            raise ValidationError(_("“%s” is no number.") % value[:40]) from error
    return _storable(value)


def _storable(text: str) -> str:
    """The text, unless PostgreSQL cannot hold it."""
    if "\0" in text:
        raise ValidationError(_("This holds the character NUL: take it out."))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValidationError(
            _("Character %d is half of a pair (a lone surrogate): write the whole character.")
            % (error.start + 1)
        ) from error
    return text
