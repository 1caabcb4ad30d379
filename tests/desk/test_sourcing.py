"""Addresses that editors paste: recognised in every spelling, started once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connections

from claims.desk import sourcing
from claims.desk.sourcing import AddressError, find_or_start, recognise, without_tracking
from claims.models import Source
from tests.factories import make_source

PAGE = "https://www.news.example/2022/strike/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "pasted",
    [
        PAGE,
        "http://news.example/2022/strike",
        "HTTPS://WWW.News.example:443/2022/strike/#top",
        "  https://news.example/2022/strike?utm_source=mail&fbclid=x \n",
    ],
)
def test_a_source_is_recognised_in_every_spelling(pasted):
    source = make_source(url=PAGE)
    make_source(url="https://news.example/2022/strikes")
    assert recognise(pasted) == source


@pytest.mark.django_db
@pytest.mark.parametrize("pasted", ["", "  ", "https://news.example/2022", "nonsense"])
def test_an_unknown_address_is_not_recognised(pasted):
    make_source(url=PAGE)
    assert recognise(pasted) is None


@pytest.mark.django_db
def test_the_same_spelling_goes_first_and_then_the_oldest():
    oldest = make_source(url="http://news.example/a")
    newer = make_source(url="https://news.example/a")
    assert recognise("https://news.example/a") == newer
    assert recognise("https://news.example/a?utm_medium=x") == oldest


@pytest.mark.django_db
def test_a_known_source_is_found_and_left_as_it_is():
    source = make_source(url=PAGE, publisher="The News")
    assert find_or_start("http://news.example/2022/strike?gclid=1", publisher="Other") == (
        source,
        False,
    )
    source.refresh_from_db()
    assert source.publisher == "The News"


@pytest.mark.django_db
def test_a_new_source_is_started_with_what_the_address_tells():
    source, is_new = find_or_start("https://www.news.example/a?id=3&utm_source=x", title="")
    assert is_new
    assert source.url == "https://www.news.example/a?id=3"
    assert (source.publisher, source.kind, source.language) == ("news.example", "other", "en")


@pytest.mark.django_db
def test_a_scheme_in_capitals_makes_no_difference():
    assert find_or_start("HTTPS://news.example/a")[0].url == "https://news.example/a"


@pytest.mark.django_db
def test_a_new_source_takes_what_is_given():
    given = {
        "publisher": "The News",
        "title": "Strike",
        "kind": "newspaper",
        "language": "kk",
        "published": "2022-01",
    }
    source, _is_new = find_or_start("https://news.example/a", **given)
    assert {name: getattr(source, name) for name in given} == given


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("https://a.example/b", "https://a.example/b"),
        ("https://a.example/b?", "https://a.example/b"),
        ("https://a.example/?utm_source=x&fbclid=y", "https://a.example/"),
        ("https://a.example/?b=2&UTM_Source=x&a=1", "https://a.example/?b=2&a=1"),
        ("https://a.example/?igsh=x#part", "https://a.example/#part"),
        ("https://a.example/#/law/1?a=2", "https://a.example/#/law/1?a=2"),
        ("https://a.example/?utm=kept&x=%26", "https://a.example/?utm=kept&x=%26"),
    ],
)
def test_parameters_that_only_follow_the_reader_are_left_out(pasted, kept):
    assert without_tracking(pasted) == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    "pasted",
    ["", "news.example/a", "javascript:alert(1)", "ftp://a.example/b", "https://a b/", "https://"],
)
def test_what_is_no_web_address_is_refused_in_words(pasted):
    with pytest.raises(AddressError, match="starting with https://"):
        find_or_start(pasted)
    assert not Source.objects.exists()


@pytest.mark.django_db
def test_an_address_that_is_too_long_is_refused():
    with pytest.raises(AddressError, match="2000 characters at most"):
        find_or_start("https://a.example/" + "b" * 2000)


@pytest.mark.django_db(transaction=True)
def test_people_who_start_the_same_source_at_once_end_with_one_row(monkeypatch):
    spellings = ["https://news.example/a", "http://www.news.example/a/?utm_source=x"]
    have_looked = Barrier(len(spellings))

    def look_together(url):
        known = recognise(url)
        with suppress(BrokenBarrierError):
            have_looked.wait(timeout=1)
        return known

    def start(url):
        try:
            return find_or_start(url)
        finally:
            connections.close_all()

    monkeypatch.setattr(sourcing, "recognise", look_together)
    with ThreadPoolExecutor(len(spellings)) as people:
        found = list(people.map(start, spellings))
    assert Source.objects.count() == 1
    assert sorted(is_new for _source, is_new in found) == [False, True]
