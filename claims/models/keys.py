"""Rows by keys that were found before, of which there may be thousands."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Value


def among(keys: Iterable[int], column: str = "pk") -> Func:
    """The condition that the column is one of these, sent as one array.

    ``pk__in`` sends, and Django writes, a parameter for each.
    """
    array = Value(list(keys), output_field=ArrayField(BigIntegerField()))
    return Func(
        F(column),
        array,
        arg_joiner=" = ANY(",
        template="%(expressions)s)",
        output_field=BooleanField(),
    )
