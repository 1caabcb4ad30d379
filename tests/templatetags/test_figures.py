"""Numbers with their units."""

import pytest
from django.utils.translation import override

from claims.templatetags.figures import amount, number

PEOPLE = {"one_en": "person", "other_en": "people", "one_fr": "personne", "other_fr": "personnes"}
PERCENT = {"one_en": "percent", "other_en": "percent", "one_fr": "%", "other_fr": "%"}
NARROW, WIDE = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        ("40000", "40,000", f"40{NARROW}000"),
        ("1234.5", "1,234.5", f"1{NARROW}234,5"),
        ("164", "164", "164"),
        ("-1500", "−1,500", f"−1{NARROW}500"),
        ("0.5", "0.5", "0,5"),
        (1234567, "1,234,567", f"1{NARROW}234{NARROW}567"),
    ],
)
def test_digits_are_grouped_as_in_the_language(value, english, french):
    with override("en"):
        assert number(value) == english
    with override("fr"):
        assert number(value) == french


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        ("0", "people", "personne"),
        ("1", "person", "personne"),
        ("1.5", "people", "personne"),
        ("2", "people", "personnes"),
    ],
)
def test_the_unit_has_the_plural_of_the_language(value, english, french):
    figure = {"value": value, "low": None, "high": None, "unit": PEOPLE}
    with override("en"):
        assert amount(figure).split(WIDE)[1] == english
    with override("fr"):
        assert amount(figure).split(WIDE)[1] == french


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("25000", "50000", "25,000 to 50,000 people"),
        ("12000", None, "at least 12,000 people"),
        (None, "1", "at most 1 person"),
        ("0", "1", "0 to 1 person"),
    ],
)
def test_a_range_says_where_it_ends(low, high, expected):
    with override("en"):
        figure = {"value": None, "low": low, "high": high, "unit": PEOPLE}
        assert amount(figure).replace(WIDE, " ") == expected


def test_the_percent_sign_stands_close():
    with override("fr"):
        figure = {"value": "7.5", "low": None, "high": None, "unit": PERCENT}
        assert amount(figure) == f"7,5{NARROW}%"
