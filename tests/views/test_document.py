"""A document with its claims in reading order."""

import pytest
from django.utils import timezone

from claims.desk import workflow
from claims.models import Claim
from tests.factories import (
    make_claim,
    make_document,
    make_published,
    make_quote,
    make_rated_claim,
    make_section,
    make_user,
    publish_claim,
    withdraw,
)
from tests.markup import markup


@pytest.fixture
def interview(db):
    document = make_document(
        slug="interview",
        title_en="The interview",
        title_fr="L’entretien",
        about_en="Undated.",
        about_fr="Non daté.",
        publisher="A paper",
    )
    why = make_section(document=document, number=1, heading_en="Why?", heading_fr="Pourquoi ?")
    what = make_section(document=document, number=2, heading_en="What?", heading_fr="What?")
    last = make_rated_claim("true", document=document, section=what, position=9, slug="last")
    publish_claim(last)
    first = make_claim(document=document, section=why, position=2, slug="first")
    make_quote(claim=first, language="en", exact="words & more")
    make_quote(claim=first, language="fr", exact="des mots")
    publish_claim(first)
    make_published(document=document, position=1, slug="loose")
    make_claim(document=document, section=why, position=3, slug="draft")
    gone = make_claim(document=document, section=why, position=4, slug="gone")
    publish_claim(gone)
    withdraw(gone)
    make_published(slug="elsewhere")


def test_the_live_claims_stand_in_reading_order_under_their_sections(client, interview):
    page = markup(client.get("/en/documents/interview/"))
    assert page.one("h1").text == "The interview"
    statements = page.find("h3", class_="row-statement")
    rows = page.find("li", class_="annotation")
    assert [row["id"] for row in rows] == ["claim-loose", "claim-first", "claim-last"]
    assert len(statements) == 3
    sections = page.find("section", class_="document-section")
    assert [section["id"] for section in sections] == ["section-none", "section-1", "section-2"]
    assert page.one("a", href="/en/claims/first/").text in sections[1].text


def test_the_other_languages_heading_stands_below_where_it_differs(client, interview):
    english = markup(client.get("/en/documents/interview/"))
    other = english.one("p", class_="other-heading")
    assert (other["lang"], other.text) == ("fr", "Pourquoi ?")
    french = markup(client.get("/fr/documents/interview/"))
    assert french.one("p", class_="other-heading").text == "Why?"


def test_each_claim_has_its_exact_words_and_its_verdict(client, interview):
    page = markup(client.get("/en/documents/interview/"))
    quotes = page.find("blockquote", class_="quote")
    assert [(quote["lang"], quote.text) for quote in quotes] == [
        ("en", "words & more"),
        ("fr", "des mots"),
    ]
    rows = page.find("li", class_="annotation")
    assert "Open" in rows[0].text
    assert "True" in rows[2].text


def test_the_counts_are_those_of_this_document(client, interview):
    page = markup(client.get("/en/documents/interview/"))
    sentence = page.one("p", class_="tally-sentence").text
    assert sentence == "3 claims published: 1 checked, 0 not checkable, 2 still open."
    assert page.one("a", href="/en/claims/?document=interview&rating=open")
    assert page.one("a", href="/en/claims/?document=interview&rating=true")


def test_what_is_known_of_the_document_is_said(client, interview):
    html = client.get("/fr/documents/interview/").content.decode()
    for words in ("Non daté.", "A paper", "10 janvier 2022"):
        assert words in html


def test_two_claims_that_were_published_at_one_place_have_each_their_own_anchor(client, db):
    document = make_document(slug="interview")
    older = make_claim(document=document, position=1, slug="older")
    publish_claim(older)
    workflow.revise(older, by=make_user(), at=timezone.now())
    Claim.objects.filter(pk=older.pk).update(position=2)
    make_published(document=document, position=1, slug="newer")
    page = markup(client.get("/en/documents/interview/"))
    rows = page.find("li", class_="annotation")
    assert [row["id"] for row in rows] == ["claim-older", "claim-newer"]
