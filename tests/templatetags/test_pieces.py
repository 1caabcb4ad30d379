"""Parts of pages that are rendered once: never other than the page would be, and bounded."""

import re

import pytest
from django.template import Context, Template
from django.utils.functional import lazystr
from django.utils.translation import override

from claims.models import Term
from claims.pieces import ENTRY_BYTES, Pieces, name_of, weight
from claims.templatetags import pieces
from tests.factories import (
    correct,
    make_document,
    make_quote,
    make_rated_claim,
    make_section,
    make_topic,
    publish_claim,
    withdraw,
)
from tests.markup import markup

SAID = Template('{% load pieces %}{% piece "said" name %}{{ word }}{% endpiece %}')


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    kept = Pieces()
    monkeypatch.setattr(pieces, "KEPT", kept)
    return kept


def said(name, word):
    return SAID.render(Context({"name": name, "word": word}))


def test_what_was_rendered_is_not_rendered_again():
    assert said("one", "first") == "first"
    assert said("one", "second") == "first"
    assert said("two", "second") == "second"


def test_each_language_has_its_own():
    with override("fr"):
        assert said("one", "premier") == "premier"
    assert said("one", "first") == "first"


def test_what_a_template_escaped_is_not_escaped_again():
    for _again in range(2):
        assert said("one", "<b>") == "&lt;b&gt;"


def test_no_name_is_made_of_what_may_change_unseen():
    with pytest.raises(TypeError):
        name_of(Term(slug="bridge"))
    with pytest.raises(TypeError):
        name_of(lazystr("later"))
    assert name_of("1") != name_of(1) != name_of([1])
    assert name_of("a", "bc") != name_of("ab", "c")


def test_so_many_bytes_are_kept_and_the_oldest_go_first():
    text = "x" * 1000
    kept = Pieces(most_bytes=3 * weight(text))
    for name in ("first", "second", "third"):
        kept.keep(name, text)
    kept.find("first")
    kept.keep("fourth", text)
    assert [name for name in ("first", "second", "third", "fourth") if kept.find(name)] == [
        "first",
        "third",
        "fourth",
    ]
    assert kept.bytes == 3 * weight(text) > 3 * (1000 + ENTRY_BYTES)


def test_a_text_larger_than_all_may_be_is_not_kept():
    kept = Pieces(most_bytes=100)
    kept.keep("long", "x" * 1000)
    assert kept.find("long") is None
    assert kept.bytes == 0


PAGES = [
    "/en/documents/interview/",
    "/fr/documents/interview/",
    "/en/claims/",
    "/en/topics/bridges/",
]


@pytest.fixture
def claims(shared_reader):
    document = make_document(slug="interview")
    section = make_section(document=document, number=1)
    topic = make_topic(slug="bridges")
    found = []
    for number in (1, 2):
        claim = make_rated_claim(
            slug=f"claim-{number}",
            statement_en=f"Bridge {number} was closed.",
            statement_fr=f"Le pont {number} était fermé.",
            document=document,
            section=section,
            position=number,
            topics=[topic],
        )
        make_quote(claim=claim, language="en")
        publish_claim(claim)
        found.append(claim)
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_correction_a_renamed_verdict_and_a_withdrawal_are_in_every_piece_at_once(
    client, claims, path, kept
):
    first, second = claims
    before = client.get(path).content.decode()
    assert kept.bytes
    assert "ridge 1" in before or "pont 1" in before
    correct(first, statement_en="Bridge 1 was open.", statement_fr="Le pont 1 était ouvert.")
    corrected = client.get(path).content.decode()
    assert "was open" in corrected or "était ouvert" in corrected
    assert "1 was closed" not in corrected
    assert "1 était fermé" not in corrected
    second.rating.label_en = second.rating.label_fr = "Renamed"
    second.rating.save()
    assert "Renamed" in client.get(path).content.decode()
    withdraw(second)
    assert not re.search("ridge 2|pont 2", client.get(path).content.decode())


def test_a_filter_keeps_what_was_chosen_beside_what_was_not(client, claims):
    for chosen in ("", "bridges", ""):
        page = markup(client.get("/en/claims/", {"topic": chosen} if chosen else {}))
        box = page.one("input", name="topic", value="bridges")
        assert ("checked" in box.attributes) == bool(chosen)
    for typed in ("", "None", "2022-01-01"):
        page = markup(client.get("/en/claims/", {"event_on_after": typed} if typed else {}))
        assert (page.one("input", name="event_on_after")["value"] or "") == typed
