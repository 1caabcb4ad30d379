"""Which spellings of a web address are one: the database's ``url_key``, and what uses it."""

import pytest
from django.db import connection

from claims.models import Source
from tests.factories import make_source

pytestmark = pytest.mark.django_db


def key_of(url):
    with connection.cursor() as cursor:
        cursor.execute("SELECT url_key(%s)", [url])
        return cursor.fetchone()[0]


SAME = [
    ("http://news.example/a", "https://news.example/a"),
    ("https://www.news.example/a", "https://news.example/a"),
    ("https://News.EXAMPLE/a", "https://news.example/a"),
    ("HTTPS://news.example/a", "https://news.example/a"),
    ("https://news.example/a/", "https://news.example/a"),
    ("https://news.example/", "https://news.example"),
    ("https://news.example:443/a", "https://news.example/a"),
    ("http://news.example:80/a", "https://news.example/a"),
    ("https://news.example/a#part-2", "https://news.example/a"),
    ("https://news.example/a#:~:text=strike", "https://news.example/a"),
    ("  https://news.example/a ", "https://news.example/a"),
    ("https://news.example/a?", "https://news.example/a"),
    ("https://news.example/a?utm_source=mail&utm_medium=x", "https://news.example/a"),
    ("https://news.example/a?UTM_Source=mail", "https://news.example/a"),
    ("https://news.example/a?fbclid=1", "https://news.example/a"),
    ("https://news.example/a?gclid=1&msclkid=2&igshid=3", "https://news.example/a"),
    ("https://news.example/a?at_medium=x&at_campaign=y&xtor=z", "https://news.example/a"),
    ("https://news.example/a?id=3&utm_source=x", "https://news.example/a?id=3"),
    ("https://news.example/a/?id=3", "https://news.example/a?id=3"),
    ("https://news.example/a?id=3&&b=4", "https://news.example/a?id=3&b=4"),
]
DIFFERENT = [
    ("https://news.example/a", "https://news.example/b"),
    ("https://news.example/a", "https://news.example/A"),
    ("https://news.example/a", "https://news.example/a/b"),
    ("https://news.example/a", "https://blog.news.example/a"),
    ("https://news.example/a", "https://news.example:8443/a"),
    ("https://news.example/a", "https://news.example/a?id=3"),
    ("https://news.example/a?id=3", "https://news.example/a?id=4"),
    ("https://news.example/a?a=1&b=2", "https://news.example/a?b=2&a=1"),
    ("https://news.example/a?utm=1", "https://news.example/a"),
    ("https://news.example/a?q=utm_source", "https://news.example/a"),
    ("https://wwwnews.example/a", "https://news.example/a"),
    ("https://news.example/a%2Fb", "https://news.example/a/b"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_address_have_one_key(one, other):
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_addresses_have_other_keys(one, other):
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize("words", ["", "nonsense", "mailto:desk@example.org", "news.example/a"])
def test_what_is_no_address_is_its_own_key(words):
    assert key_of(f" {words} ") == words


def test_a_source_keeps_the_key_of_its_address_up_to_date():
    source = make_source(url="https://www.news.example/a/")
    source.refresh_from_db()
    assert source.url_key == "news.example/a"
    Source.objects.update(url="https://news.example/b?utm_source=x")
    source.refresh_from_db()
    assert source.url_key == "news.example/b"


def test_sources_at_an_address_are_found_in_every_spelling():
    found = [make_source(url=url) for url in ("http://news.example/a", "https://news.example/a/")]
    make_source(url="https://news.example/ab")
    assert list(Source.objects.at("news.example/a")) == found
    assert set(Source.objects.at("https://www.news.example/a?gclid=1#x")) == set(found)


def test_looking_at_an_address_uses_the_index():
    make_source()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "source_url_key" in Source.objects.at("https://news.example/a").explain()
