"""Texts as the desk searches them: any letters in a row are found, with the help of an index."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F, Func, Q, TextField
from django.db.models.functions import Upper


def letters(*columns: str) -> Func:
    """The columns as one text, for ``icontains``. It begins with a space, as each word does."""
    return Func(
        *map(F, columns),
        # In the order in which migrations write them: in another one it would be another index.
        arg_joiner=" || ' ' || ",
        output_field=TextField(),
        template="(' ' || %(expressions)s)",
    )


def letters_index(*columns: str, name: str, condition: Q | None = None) -> GinIndex:
    """Of the letters' trigrams, in capitals because ``icontains`` compares capitals."""
    given: dict[str, Any] = {"name": name, "condition": condition}
    return GinIndex(OpClass(Upper(letters(*columns)), name="gin_trgm_ops"), **given)
