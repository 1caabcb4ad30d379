"""EDTF dates: what is accepted, and which days they can mean."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from tests.factories import make_claim

pytestmark = pytest.mark.django_db


def ask(function: str, value: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [value])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2022", "2022-01-01", "2022-12-31"),
        ("2022-01", "2022-01-01", "2022-01-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2022-12", "2022-12-01", "2022-12-31"),
        ("2022-01-05", "2022-01-05", "2022-01-05"),
        ("2022-01-10~", "2022-01-10", "2022-01-10"),
        ("2022?", "2022-01-01", "2022-12-31"),
        ("2022-01-02/2022-01-03", "2022-01-02", "2022-01-03"),
        ("2021/2022-01", "2021-01-01", "2022-01-31"),
        ("2022-01-02/..", "2022-01-02", None),
        ("../2022-01-02", None, "2022-01-02"),
        ("", None, None),
    ],
)
def test_a_date_knows_the_first_and_last_day_it_can_mean(value, first, last):
    claim = make_claim(event_date=value)
    claim.refresh_from_db()
    assert ask("edtf_is_valid", value) is True
    assert claim.event_earliest == (first and datetime.date.fromisoformat(first))
    assert claim.event_latest == (last and datetime.date.fromisoformat(last))


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "22",
        "2022-1",
        "2022-13",
        "2022-02-30",
        "2022-01-05T10:00",
        "2022/",
        "/2022",
        "2022/2021",
        "2022-01-02/2022-01-03/2022-01-04",
        "../..",
        "..",
        " 2022",
        "2022~~",
    ],
)
def test_a_date_that_cannot_be_read_is_refused_by_the_database(value):
    assert ask("edtf_is_valid", value) is False
    with pytest.raises(IntegrityError, match="claim_event_date_is_a_date"):
        make_claim(event_date=value)


def test_a_form_says_how_to_write_a_date():
    claim = make_claim()
    claim.event_date = "January 2022"
    with pytest.raises(ValidationError, match="2022-01-05~"):
        claim.validate_constraints()
