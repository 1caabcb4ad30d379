"""Dates in words, at the precision they were given in."""

import datetime

import pytest
from django.utils.translation import override

from claims.templatetags import dates
from tests.markup import Markup

TABLE = [
    ("2022", "2022", "2022"),
    ("2022-01", "January 2022", "janvier 2022"),
    ("2022-01-10", "10 January 2022", "10 janvier 2022"),
    ("2022-01-01", "1 January 2022", "1er janvier 2022"),
    ("2022-01-10~", "about 10 January 2022", "vers le 10 janvier 2022"),
    ("2022-01~", "about January 2022", "vers janvier 2022"),
    ("2022~", "about 2022", "vers 2022"),
    ("2022?", "2022 (uncertain)", "2022 (date incertaine)"),
    ("2022-01%", "about January 2022 (uncertain)", "vers janvier 2022 (date incertaine)"),
    ("2022-01-02/2022-01-03", "2 to 3 January 2022", "du 2 au 3 janvier 2022"),
    ("2022-01-01/2022-01-03", "1 to 3 January 2022", "du 1er au 3 janvier 2022"),
    (
        "2022-01-30/2022-02-02",
        "30 January to 2 February 2022",
        "du 30 janvier au 2 février 2022",
    ),
    (
        "2021-12-30/2022-01-02",
        "30 December 2021 to 2 January 2022",
        "du 30 décembre 2021 au 2 janvier 2022",
    ),
    ("2021-06/2021-11", "June to November 2021", "de juin à novembre 2021"),
    ("2021-10/2021-11", "October to November 2021", "d’octobre à novembre 2021"),
    ("2021-08/2022-04", "August 2021 to April 2022", "d’août 2021 à avril 2022"),
    ("2014/2022", "2014 to 2022", "de 2014 à 2022"),
    ("2021/2022-01", "2021 to January 2022", "de 2021 à janvier 2022"),
    ("2022-01-02/..", "since 2 January 2022", "depuis le 2 janvier 2022"),
    ("2022-01/..", "since January 2022", "depuis janvier 2022"),
    ("../2022-01-03", "until 3 January 2022", "jusqu’au 3 janvier 2022"),
    ("../2022", "until 2022", "jusqu’en 2022"),
    ("2022-01-05~/..", "about 5 January 2022 – …", "vers le 5 janvier 2022 – …"),
    ("../2022?", "… – 2022 (uncertain)", "… – 2022 (date incertaine)"),
    ("2014~/2022", "about 2014 – 2022", "vers 2014 – 2022"),
]


@pytest.mark.parametrize(("text", "english", "_french"), TABLE)
def test_a_date_in_english(text, english, _french):
    with override("en"):
        assert Markup(f"<b>{dates.edtf(text)}</b>").one("b").text == english


@pytest.mark.parametrize(("text", "_english", "french"), TABLE)
def test_a_date_in_french(text, _english, french):
    with override("fr"):
        assert Markup(f"<b>{dates.edtf(text)}</b>").one("b").text == french


@pytest.mark.parametrize(
    ("text", "machine"), [("2022", "2022"), ("2022-01~", "2022-01"), ("2022-01-10?", "2022-01-10")]
)
def test_a_single_date_is_readable_by_machines(text, machine):
    assert Markup(dates.edtf(text)).one("time")["datetime"] == machine


@pytest.mark.parametrize("text", ["soon", "2022-13", "2022/soon", "<b>", "../.."])
def test_what_is_no_date_stays_as_it_is_and_stays_harmless(text):
    assert not Markup(str(dates.edtf(text))).find("time")


def test_a_moment_is_shown_by_its_day():
    moment = datetime.datetime(2026, 11, 23, 18, 22, tzinfo=datetime.UTC)
    with override("en"):
        time = Markup(dates.day(moment)).one("time")
    assert time.text == "23 November 2026"
    assert time["datetime"] == "2026-11-23T18:22:00+00:00"
