"""The page of one claim."""

import re

import pytest
from django.utils import timezone

from claims.desk import workflow
from claims.models import Claim, CorrectionClass
from claims.record.composing import content_sha256
from claims.record.publishing import Correction
from tests.factories import (
    correct,
    make_claim,
    make_claimant,
    make_document,
    make_editor,
    make_evidence,
    make_note,
    make_published,
    make_quote,
    make_rated_claim,
    make_relation,
    make_section,
    make_source,
    make_topic,
    make_user,
    publish,
    publish_claim,
    submit,
    withdraw,
)
from tests.views.claim_page import ADDRESS, show


def test_the_verdict_stands_in_words_before_the_statement(client, db):
    publish_claim(
        make_rated_claim(
            "mostly_false", slug="the-claim", statement_en="It rained.", summary_en="Hardly."
        )
    )
    page = show(client)
    words = page.one("strong", class_="verdict-word")
    heading = page.one("h1")
    assert words.text == "Mostly false"
    assert heading.text == "It rained."
    assert page.elements.index(words) < page.elements.index(heading)
    assert page.one("title").text.startswith("Mostly false: It rained.")
    assert page.one("meta", name="description")["content"] == "Hardly."
    mark = next(use for use in page.find("use") if use["href"])
    assert mark["href"] == "#mark-mostly_false"
    assert page.find("symbol", id="mark-mostly_false")


def test_an_open_claim_says_that_it_is_open(client, db):
    make_published(slug="the-claim")
    page = show(client)
    assert page.one("strong", class_="verdict-word").text == "Open"
    assert "have not found enough" in page.one(class_="verdict-definition").text


def test_an_outdated_verdict_was_right_when_it_was_said(client, db):
    publish_claim(make_rated_claim("true", slug="the-claim", is_outdated=True))
    assert show(client).one(class_="outdated").text == "right when it was said, outdated since"


@pytest.mark.parametrize(
    ("stance", "words"),
    [("endorses", "Affirmé par"), ("reports", "Rapporté par"), ("rejects", "Rejeté par")],
)
def test_how_the_claimant_stands_to_it_is_said_in_french(client, db, stance, words):
    make_published(slug="the-claim", claimant_stance=stance)
    page = show(client, "/fr/claims/the-claim/")
    assert words in {term.text for term in page.find("dt")}


def test_who_says_it_and_whose_words_it_reports(client, db):
    make_published(
        slug="the-claim",
        claimant=make_claimant(slug="speaker", name_en="The speaker"),
        reported_claimant=make_claimant(slug="minister", name_en="The minister"),
        claimant_stance="reports",
    )
    page = show(client)
    assert page.one("a", href="/en/claimants/speaker/").text == "The speaker"
    assert page.one("a", href="/en/claimants/minister/").text == "The minister"
    assert "Reports it" in {term.text for term in page.find("dt")}


def test_the_exact_words_stand_in_both_languages_with_what_differs(client, db):
    claim = make_claim(
        slug="the-claim", divergence_en="Only the French says why.", divergence_fr="Oui."
    )
    make_quote(claim=claim, language="en", exact="it rained <all> day")
    make_quote(claim=claim, language="fr", exact="il a plu")
    publish_claim(claim)
    page = show(client)
    quotes = page.find("blockquote", class_="quote")
    assert [(quote["lang"], quote.text) for quote in quotes] == [
        ("en", "it rained <all> day"),
        ("fr", "il a plu"),
    ]
    assert "Only the French says why." in page.one(class_="divergence").text


def test_evidence_is_grouped_by_what_it_does_and_numbered_through(client, db):
    claim = make_rated_claim(slug="the-claim")
    claim.evidence.all().delete()
    for key, stance in [
        ("c", "context"),
        ("a", "supports"),
        ("b", "contradicts"),
        ("d", "supports"),
    ]:
        make_evidence(claim=claim, key=key, stance=stance)
    publish_claim(claim)
    page = show(client)
    items = page.find("li", class_="evidence")
    assert [item["id"] for item in items] == [
        "evidence-a",
        "evidence-d",
        "evidence-b",
        "evidence-c",
    ]
    assert [number.text for number in page.find(class_="evidence-number")] == ["1", "2", "3", "4"]
    headings = [heading.text for heading in page.find("h3")]
    assert headings == ["Supports", "Contradicts", "Context"]


@pytest.mark.parametrize(
    ("title", "published", "expected"),
    [
        ("A report", "2022-01", "A report"),
        ("", "2022-01", "The agency, January 2022"),
        ("", "", "The agency"),
    ],
)
def test_a_source_is_linked_by_its_title_or_else_by_publisher_and_date(
    client, db, title, published, expected
):
    claim = make_rated_claim(slug="the-claim", single_source_reason="Nothing else was found.")
    claim.evidence.all().delete()
    source = make_source(
        kind="agency",
        url="https://news.example/a?b=1&c=2",
        publisher="The agency",
        title=title,
        published=published,
        language="ru",
        archived_url="https://archive.example/a",
    )
    make_evidence(claim=claim, source=source, excerpt="сказано", finding_en="It says so.")
    publish_claim(claim)
    page = show(client)
    assert page.one("a", href="https://news.example/a?b=1&c=2").text == expected
    assert page.one("a", href="https://archive.example/a").text == "archived copy"
    assert page.one("blockquote", class_="excerpt")["lang"] == "ru"
    item = page.one("li", class_="evidence").text
    for words in ("The agency", "News agency", "Russian", "It says so.", "сказано"):
        assert words in item


def test_the_explanation_cites_the_evidence_by_its_number(client, db):
    claim = make_rated_claim(
        slug="the-claim",
        explanation_en="First [^late], then [^early].",
        explanation_fr="D’abord [^late].",
    )
    claim.evidence.all().delete()
    make_evidence(claim=claim, key="late", position=2)
    make_evidence(claim=claim, key="early", position=1)
    publish_claim(claim)
    page = show(client)
    cited = [link for link in page.find("a") if (link["aria-label"] or "").startswith("Evidence")]
    assert [(link["href"], link.text) for link in cited] == [
        ("#evidence-late", "2"),
        ("#evidence-early", "1"),
    ]


def test_related_claims_are_those_that_are_live_now(client, db):
    claim, live, gone = make_claim(slug="the-claim"), make_claim(), make_claim()
    make_relation(claim=claim, target=live, kind="contradicts")
    make_relation(claim=claim, target=gone)
    publish(submit(claim), submit(live), submit(gone))
    withdraw(gone)
    page = show(client)
    related = page.find("h3", class_="relation")
    assert [relation.text for relation in related] == ["Contradicted by"]
    assert page.find("a", href=f"/en/claims/{live.slug}/")
    assert not page.find("a", href=f"/en/claims/{gone.slug}/")


def test_the_claims_before_and_after_are_those_of_the_document(client, db):
    document = make_document()
    for slug, position in [("first", 1), ("the-claim", 3), ("last", 7)]:
        make_published(slug=slug, document=document, position=position)
    make_published(slug="elsewhere", position=4)
    make_claim(slug="draft", document=document, position=4)
    page = show(client)
    assert page.one("a", rel="prev")["href"] == "/en/claims/first/"
    assert page.one("a", rel="next")["href"] == "/en/claims/last/"
    assert not show(client, "/en/claims/first/").find("a", rel="prev")
    assert not show(client, "/en/claims/last/").find("a", rel="next")


def test_where_it_is_filed_and_how_to_cite_it(client, db):
    section = make_section(number=3, heading_en="Why?")
    edition = make_published(
        slug="the-claim", section=section, topics=[make_topic(slug="rain", label_en="Rain")]
    )
    page = show(client)
    document = f"/en/documents/{edition.document_slug}/"
    assert page.one("a", href=document)
    assert page.one("a", href=f"{document}#section-3").text == "Why?"
    assert page.one("a", href="/en/topics/rain/").text == "Rain"
    assert page.one("code")["title"] == edition.payload_sha256
    assert page.one("code").text == edition.payload_sha256[:12]
    published = [
        time
        for time in page.find("time")
        if time["datetime"][:10] == str(edition.published_at.date())
    ]
    assert published


def test_public_notes_are_shown_and_internal_ones_are_not(client, db):
    claim = make_claim(slug="the-claim")
    make_note(claim=claim, text_en="For all.", text_fr="Pour tous.", visibility="public")
    make_note(claim=claim, text_en="Between us.", visibility="internal")
    publish_claim(claim)
    response = client.get(ADDRESS)
    assert "For all." in response.content.decode()
    assert "Between us." not in response.content.decode()


def test_a_correction_is_announced_on_top_with_its_date(client, db):
    claim = make_claim(slug="the-claim")
    publish_claim(claim)
    assert not show(client).find(class_="notice")
    researcher = make_user()
    workflow.revise(claim, by=researcher, at=timezone.now())
    Claim.objects.filter(pk=claim.pk).update(statement_en="Corrected.")
    submit(claim, researcher)
    fresh = Claim.objects.with_content().get(pk=claim.pk)
    workflow.publish(
        fresh,
        by=make_editor(),
        at=timezone.now(),
        preview_sha256=content_sha256(workflow.preview([fresh])["the-claim"]),
        correction=Correction(CorrectionClass.CLARIFICATION, "We were unclear.", "Pas clair."),
    )
    page = show(client)
    notice = page.one(class_="notice")
    assert "Clarification" in notice.text
    assert "We were unclear." in notice.text
    assert re.search(r"\d{4}", notice.text)
    assert page.elements.index(notice) < page.elements.index(page.one("h1"))
    assert "Pas clair." in show(client, "/fr/claims/the-claim/").one(class_="notice").text


def test_a_withdrawn_claim_gives_the_reason_and_nothing_else(client, db):
    claim = make_claim(slug="the-claim", statement_en="Never said.", summary_en="Gone.")
    make_quote(claim=claim, exact="exact words")
    publish_claim(claim)
    withdraw(claim)
    for language, reason in [("en", "retracted its report"), ("fr", "revenue sur son article")]:
        response = client.get(f"/{language}/claims/the-claim/")
        assert response.status_code == 410
        html = response.content.decode()
        assert reason in html
        for words in ("Never said.", "Gone.", "exact words", claim.document.title_en):
            assert words not in html


def test_a_superseded_edition_is_not_what_the_page_shows(client, db):
    claim = make_claim(slug="the-claim", statement_en="Before.")
    publish_claim(claim)
    researcher = make_user()
    workflow.revise(claim, by=researcher, at=timezone.now())
    Claim.objects.filter(pk=claim.pk).update(statement_en="After.")
    assert show(client).one("h1").text == "Before."
    submit(claim, researcher)
    publish(claim)
    assert show(client).one("h1").text == "After."
    assert "2" in {cell.text for cell in show(client).find("dd")}


def test_a_claim_of_one_version_says_which_one_lacks_it(client, db):
    claim = make_claim(slug="the-claim", absent_in="fr")
    make_quote(claim=claim, language="en", exact="it rained")
    publish_claim(claim)
    assert "Missing from this version: French." in show(client).one(class_="divergence").text
    french = show(client, "/fr/claims/the-claim/").one(class_="divergence").text
    assert "Français" in french


def test_the_words_in_the_language_of_the_page_come_first(client, db):
    claim = make_claim(slug="the-claim")
    make_quote(claim=claim, language="en", exact="it rained")
    make_quote(claim=claim, language="fr", exact="il a plu")
    publish_claim(claim)
    for language, expected in [("en", ["en", "fr"]), ("fr", ["fr", "en"])]:
        page = show(client, f"/{language}/claims/the-claim/")
        assert [quote["lang"] for quote in page.find("blockquote")] == expected


def test_it_says_how_to_cite_this_very_edition(client, db):
    publish_claim(make_rated_claim("true", slug="the-claim", statement_en="It rained."))
    text = show(client).one(class_="citation-text").text
    for words in ("It rained.", "True", "edition 1", "testserver/en/claims/the-claim/editions/1/"):
        assert words in text


def test_earlier_editions_are_listed_with_why_they_were_replaced(client, db):
    claim = make_claim(slug="the-claim")
    publish_claim(claim)
    assert not show(client).find("a", href="/en/claims/the-claim/history/")
    correct(claim, summary_en="Better.", correction_class="typo")
    page = show(client)
    assert page.one("a", href="/en/claims/the-claim/editions/1/")
    assert page.one("a", href="/en/claims/the-claim/history/")
    assert "Typing error" in page.one("ol", class_="editions").text


@pytest.mark.parametrize(
    ("here", "there", "heading"),
    [
        ("repeats", None, "The same, said elsewhere"),
        (None, "repeats", "The same, said elsewhere"),
        ("refines", None, "In more detail"),
        (None, "refines", "More generally"),
        ("refines", "refines", "Closely related"),
        ("contradicts", None, "Contradicted by"),
        (None, "contradicts", "It contradicts"),
        ("contradicts", "contradicts", "In contradiction with it"),
        ("reports", None, "Reported by"),
        (None, "reports", "It reports"),
        ("refines", "repeats", "The same, said elsewhere"),
    ],
)
def test_related_claims_stand_under_how_they_relate_whichever_names_the_other(
    client, db, here, there, heading
):
    claim, other = make_claim(slug="the-claim"), make_claim(slug="other")
    if here:
        make_relation(claim=claim, target=other, kind=here)
    if there:
        make_relation(claim=other, target=claim, kind=there)
    publish(submit(claim), submit(other))
    page = show(client)
    assert [found.text for found in page.find("h3", class_="relation")] == [heading]
    assert len(page.find("a", href="/en/claims/other/")) == 1
