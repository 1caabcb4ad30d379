"""What had been published by a day."""

import datetime

import pytest
from django.test import RequestFactory
from django.utils import timezone

from claims.as_of import AsOf, InvalidDay, editions, first_day, read_as_of
from tests.factories import (
    at_noon,
    correct,
    make_published,
    make_rated_claim,
    publish_claim,
    withdraw,
)

REQUESTS = RequestFactory()


def asked(query):
    return read_as_of(REQUESTS.get(f"/en/claims/{query}"))


def slugs(day):
    rows = editions(AsOf(datetime.date.fromisoformat(day), is_over=True))
    return sorted(rows.values_list("claim_slug", "number"))


def test_without_a_day_a_page_shows_what_is_live(db):
    make_published(slug="live")
    assert asked("") is None
    assert asked("?as_of=") is None
    assert [edition.claim_slug for edition in editions(None)] == ["live"]


def test_a_day_counts_to_its_end_in_universal_time():
    assert asked("?as_of=2026-02-01").moment.isoformat() == "2026-02-01T23:59:59.999999+00:00"


def test_a_day_that_is_not_over_says_so():
    today = timezone.now().astimezone(datetime.UTC).date()
    yesterday = today - datetime.timedelta(days=1)
    assert not asked(f"?as_of={today}").is_over
    assert asked(f"?as_of={yesterday}").is_over


@pytest.mark.parametrize(
    "query",
    [
        "?as_of=yesterday",
        "?as_of=2026-02-30",
        "?as_of=2026-2-1-1",
        "?as_of=01/02/2026",
        "?as_of=9999-12-31",
        "?as_of=2026-02-01&as_of=2026-02-02",
        "?as_of=%00",
    ],
)
def test_what_is_no_day_is_refused_with_a_remedy(query):
    with pytest.raises(InvalidDay, match="write it as year-month-day"):
        asked(query)


def test_the_editions_of_a_day_are_the_newest_of_each_claim_then(db):
    claim = make_rated_claim(slug="changed")
    publish_claim(claim, at_noon("2026-01-10"))
    make_published(slug="later", at=at_noon("2026-01-12"))
    correct(claim, rating="true", at=at_noon("2026-01-14"))
    assert slugs("2026-01-09") == []
    assert slugs("2026-01-10") == [("changed", 1)]
    assert slugs("2026-01-13") == [("changed", 1), ("later", 1)]
    assert slugs("2026-01-14") == [("changed", 2), ("later", 1)]


def test_what_was_withdrawn_since_is_not_shown_on_any_day(db):
    claim = make_rated_claim(slug="withdrawn")
    publish_claim(claim, at_noon("2026-01-10"))
    withdraw(claim, at=at_noon("2026-01-12"))
    assert slugs("2026-01-11") == []
    assert slugs("2026-01-13") == []


def test_the_first_day_is_that_of_the_first_edition(db):
    assert first_day() is None
    make_published(at=at_noon("2026-01-10"))
    make_published(at=at_noon("2026-01-12"))
    assert first_day() == datetime.date(2026, 1, 10)
