"""Dates kept with the precision they were given in: EDTF text and generated bounds.

The grammar is a subset of ISO 8601-2 (EDTF): ``2022``, ``2022-01``, ``2022-01-05``, each
optionally followed by ``~`` (approximate), ``?`` (uncertain) or ``%`` (both), and intervals
of two of these with ``..`` for an open end: ``2022-01-02/..``. Blank is unknown. The
database functions ``edtf_is_valid``, ``edtf_earliest`` and ``edtf_latest`` hold the rule.
"""

from typing import Any

from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _


class EDTFField(models.CharField):
    """A date as EDTF text, 40 characters at most; blank where unknown."""

    description = "EDTF date"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("blank", True)
        kwargs.setdefault(
            "help_text",
            _(
                "As precise as is known: 2022, 2022-01, 2022-01-05, 2022-01-05~ (about), "
                "2022-01-02/2022-01-03 (from, to), 2022-01-02/.. (since). Blank if unknown."
            ),
        )
        super().__init__(*args, **kwargs)


def earliest(column: str) -> models.GeneratedField:
    """The first day the EDTF date in ``column`` can mean; null where open or unknown."""
    return _bound(column, "edtf_earliest")


def latest(column: str) -> models.GeneratedField:
    """The last day the EDTF date in ``column`` can mean; null where open or unknown."""
    return _bound(column, "edtf_latest")


def valid_date(column: str, name: str) -> models.CheckConstraint:
    """The constraint ``name``: ``column`` holds an EDTF date that exists in the calendar."""
    return models.CheckConstraint(
        condition=Func(F(column), function="edtf_is_valid", output_field=models.BooleanField()),
        name=name,
        violation_error_message=_(
            "This date cannot be read. Write 2022, 2022-01, 2022-01-05, 2022-01-05~ "
            "for an approximate day, or two of these joined by / for an interval."
        ),
    )


def _bound(column: str, function: str) -> models.GeneratedField:
    return models.GeneratedField(
        expression=Func(F(column), function=function, output_field=models.DateField()),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
