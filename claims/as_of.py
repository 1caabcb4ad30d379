"""What had been published by a day: ``?as_of=2027-02-01`` on claim, list and document.

A day counts to its end in UTC. What has been withdrawn or redacted since stays hidden.
"""

import datetime
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models import Edition
from claims.models.edition import EditionQuerySet

PARAMETER = "as_of"
LAST_DAY = datetime.date.max - datetime.timedelta(days=1)


class InvalidDay(ValueError):
    """The request asks for a day that does not exist; the message is for readers."""


@dataclass(frozen=True)
class AsOf:
    """A day in the past of the record. ``is_over`` is False while more may still come."""

    day: datetime.date
    is_over: bool

    @property
    def moment(self) -> datetime.datetime:
        """The last moment of the day."""
        following = self.day + datetime.timedelta(days=1)
        midnight = datetime.datetime.combine(following, datetime.time(), datetime.UTC)
        return midnight - datetime.timedelta(microseconds=1)

    @property
    def iso(self) -> str:
        return self.day.isoformat()


def read_as_of(request: HttpRequest) -> AsOf | None:
    """The day that the request asks for, None if for today's pages. Raises InvalidDay."""
    return read_day(request.GET.getlist(PARAMETER))


def read_day(given: list[str]) -> AsOf | None:
    """The one day that is given, None for none. Raises InvalidDay."""
    text = given[-1].strip() if given else ""
    if not text:
        return None
    try:
        day = datetime.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        day = None
    if day is None or day > LAST_DAY or len(given) > 1:
        message = _("“%(text)s” is not a day: write it as year-month-day, for example 2022-01-05.")
        raise InvalidDay(message % {"text": text[:40]})
    return AsOf(day, is_over=day < timezone.now().astimezone(datetime.UTC).date())


def editions(as_of: AsOf | None) -> EditionQuerySet:
    """The editions that readers see: those that are live, or that were at the end of a day."""
    if as_of is None:
        return Edition.objects.live()
    return Edition.objects.as_of(as_of.moment).readable()


def first_day() -> datetime.date | None:
    """The day (UTC) of the first edition that readers may see; None before there is any."""
    first = Edition.objects.readable().order_by("sequence").values_list("published_at").first()
    return first[0].astimezone(datetime.UTC).date() if first else None
