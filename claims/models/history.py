"""The audit trail of desk rows: which changes are recorded, whoever makes them."""

from collections.abc import Callable
from typing import Any

import pghistory
from django.db import models


def tracked[M: type[models.Model]](
    *, exclude: list[str] | None = None, **options: Any
) -> Callable[[M], M]:
    """Record every insert, update and delete of the model's rows, by database triggers.

    Generated columns go into ``exclude``: they repeat what another column says.
    """
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=exclude,
        append_only=True,
        **options,
    )
