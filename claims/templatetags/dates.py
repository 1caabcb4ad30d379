"""Dates in words, in the reader's language and at the precision they were given in."""

import datetime
import re
from dataclasses import dataclass

from django import template
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import pgettext

register = template.Library()

DAY, MONTH, YEAR = "day", "month", "year"
SIMPLE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?%]?)$")
OPEN_END = ".."


@dataclass(frozen=True)
class Point:
    """One simple EDTF date: a day, month or year, and the qualifier behind it, if any."""

    iso: str
    precision: str
    date: datetime.date
    qualifier: str


@register.filter
def edtf(text: str) -> str:
    """The EDTF date as HTML: ``<time>`` for a single date, words for an interval."""
    if "/" in text:
        return _interval(*text.split("/", 1))
    point = _read(text)
    if point is None:
        return text
    return format_html('<time datetime="{}">{}</time>', point.iso, _qualified(point))


@register.filter
def day(moment: datetime.datetime) -> SafeString:
    """The day of a moment: ``23 November 2026``."""
    local = localtime(moment)
    words = _words(Point("", DAY, local.date(), ""))
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)


@register.filter
def moment(moment: datetime.datetime) -> SafeString:
    """A moment to the second: ``23 November 2026, 14:05:09 (UTC)``."""
    local = localtime(moment)
    words = _words(Point("", DAY, local.date(), ""))
    clock = format_date(local, "H:i:s (e)")
    iso = local.isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}, {}</time>', iso, words, clock)


@register.filter
def iso_day(text: str) -> str:
    """A plain ISO 8601 moment or day of a payload, as ``day`` shows it."""
    return edtf(text[:10])


def _read(text: str) -> Point | None:
    match = SIMPLE.match(text)
    if match is None:
        return None
    year, month, day_of_month, qualifier = match.groups()
    precision = DAY if day_of_month else MONTH if month else YEAR
    try:
        date = datetime.date(int(year), int(month or 1), int(day_of_month or 1))
    except ValueError:
        return None
    return Point(text.rstrip("~?%"), precision, date, qualifier)


def _interval(first: str, last: str) -> str:
    start, end = _read(first), _read(last)
    if start and last == OPEN_END:
        return _since(start)
    if end and first == OPEN_END:
        return _until(end)
    if not start or not end:
        return f"{first}/{last}"
    if start.qualifier or end.qualifier:
        return f"{_qualified(start)} – {_qualified(end)}"
    return f"{_from(start, _shortened(start, end))} {_to(end)}"


def _words(point: Point) -> str:
    if point.precision == YEAR:
        return str(point.date.year)
    if point.precision == MONTH:
        return format_date(point.date, "F Y")
    return f"{_day_of_month(point)} {format_date(point.date, 'F Y')}"


def _day_of_month(point: Point) -> str:
    if point.date.day == 1:
        return pgettext("first day of a month, before its name", "1")
    return str(point.date.day)


def _shortened(start: Point, end: Point) -> str:
    """The start of an interval without the year, and the month, that its end gives as well."""
    if start.precision != end.precision or start.date.year != end.date.year:
        return _words(start)
    if start.precision == MONTH:
        return format_date(start.date, "F")
    if start.precision == DAY and start.date.month == end.date.month:
        return _day_of_month(start)
    if start.precision == DAY:
        return f"{_day_of_month(start)} {format_date(start.date, 'F')}"
    return _words(start)


def _qualified(point: Point) -> str:
    words = _words(point)
    if point.qualifier in ("~", "%"):
        words = _about(point, words)
    if point.qualifier in ("?", "%"):
        words = pgettext("uncertain date", "%(date)s (uncertain)") % {"date": words}
    return words


# Languages differ in the small words before a day, a month and a year.


def _about(point: Point, words: str) -> str:
    if point.precision == DAY:
        return pgettext("approximate day", "about %(date)s") % {"date": words}
    return pgettext("approximate month or year", "about %(date)s") % {"date": words}


def _since(point: Point) -> str:
    words = _words(point)
    if point.qualifier:
        return f"{_qualified(point)} – …"
    if point.precision == DAY:
        return pgettext("open interval from a day", "since %(date)s") % {"date": words}
    return pgettext("open interval from a month or year", "since %(date)s") % {"date": words}


def _until(point: Point) -> str:
    words = _words(point)
    if point.qualifier:
        return f"… – {_qualified(point)}"
    if point.precision == DAY:
        return pgettext("open interval to a day", "until %(date)s") % {"date": words}
    return pgettext("open interval to a month or year", "until %(date)s") % {"date": words}


def _from(point: Point, words: str) -> str:
    if point.precision == DAY:
        return pgettext("interval from a day", "%(date)s") % {"date": words}
    if words[0].lower() in "aeiouy":
        return pgettext("interval from a month that begins with a vowel", "%(date)s") % {
            "date": words
        }
    return pgettext("interval from a month or year", "%(date)s") % {"date": words}


def _to(point: Point) -> str:
    words = _words(point)
    if point.precision == DAY:
        return pgettext("interval to a day", "to %(date)s") % {"date": words}
    return pgettext("interval to a month or year", "to %(date)s") % {"date": words}
