"""The years, months and days above a list.

Offered are all between the first and the last of the table, which stand in an index. To offer
only those of the rows that are listed, Django reads all rows.
"""

import calendar
import datetime
from typing import Any, TypedDict

from django.contrib.admin.utils import get_fields_from_path
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

type Link = dict[str, str]


class Dates(TypedDict):
    """What Django's template of dates shows."""

    field_name: Any
    back: Link | None
    choices: list[Link]


def dates_of(changelist: Any) -> Dates | None:
    """Of the table whose list this is; None where it has no rows."""
    name = changelist.date_hierarchy
    field = get_fields_from_path(changelist.model, name)[-1]
    bounds = _first_and_last(changelist.model, name)
    if bounds is None:
        return None
    first, last = bounds
    chosen = [changelist.params.get(f"{name}__{part}") for part in ("year", "month", "day")]
    year, month, day = (int(value) if value else None for value in chosen)
    if not year and first.year == last.year:
        year, month = first.year, first.month if first.month == last.month else None

    def link(*parts: int) -> str:
        names = [f"{name}__{part}" for part in ("year", "month", "day")]
        given = dict(zip(names, parts, strict=False))
        return changelist.get_query_string(given, [f"{name}__"])

    back: Link | None = None
    if year and month and day:
        of_month = datetime.date(year, month, 1)
        back = {"link": link(year, month), "title": _month(of_month)}
        choices = [{"title": _day(datetime.date(year, month, day))}]
    elif year and month:
        back = {"link": link(year), "title": str(year)}
        choices = [
            {"link": link(year, month, found.day), "title": _day(found)}
            for found in _days(year, month)
            if first <= found <= last
        ]
    elif year:
        back = {"link": link(), "title": _("All dates")}
        months = [datetime.date(year, number, 1) for number in range(1, 13)]
        choices = [
            {"link": link(year, found.month), "title": _month(found)}
            for found in months
            if first.replace(day=1) <= found <= last
        ]
    else:
        choices = [
            {"link": link(number), "title": str(number)}
            for number in range(first.year, last.year + 1)
        ]
    return {"field_name": field.verbose_name, "back": back, "choices": choices}


def _first_and_last(model: Any, name: str) -> tuple[datetime.date, datetime.date] | None:
    rows = model._default_manager.order_by()
    first = rows.order_by(name).values_list(name)[:1]
    last = rows.order_by(f"-{name}").values_list(name)[:1]
    found = [
        timezone.localtime(moment).date() for (moment,) in first.union(last, all=True).order_by()
    ]
    return (min(found), max(found)) if found else None


def _days(year: int, month: int) -> list[datetime.date]:
    count = calendar.monthrange(year, month)[1]
    return [datetime.date(year, month, day) for day in range(1, count + 1)]


def _month(day: datetime.date) -> str:
    return capfirst(formats.date_format(day, "YEAR_MONTH_FORMAT"))


def _day(day: datetime.date) -> str:
    return capfirst(formats.date_format(day, "MONTH_DAY_FORMAT"))
