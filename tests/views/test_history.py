"""Every edition of a claim, and each at its permanent address."""

import pytest

from claims.record.publishing import redact
from tests.factories import (
    at_noon,
    correct,
    make_claim,
    make_rated_claim,
    publish_claim,
    withdraw,
)
from tests.markup import markup

ADDRESS = "/en/claims/the-claim/history/"


def show(client, address=ADDRESS, status=200):
    response = client.get(address)
    assert response.status_code == status
    return markup(response)


@pytest.fixture
def corrected(db):
    claim = make_rated_claim(
        "true",
        slug="the-claim",
        statement_en="It rained all day.",
        summary_en="The office recorded rain.",
        summary_fr="L’office a mesuré la pluie.",
    )
    publish_claim(claim, at=at_noon("2026-02-01"))
    correct(
        claim,
        rating="false",
        summary_en="The office recorded no rain.",
        summary_fr="L’office n’a rien mesuré.",
        note="We misread the table.",
        at=at_noon("2026-02-03"),
    )
    return claim


def test_each_edition_says_what_it_changed(client, corrected):
    page = show(client)
    newest, first = page.find("li", class_="step")
    assert (newest["id"], first["id"]) == ("edition-2", "edition-1")
    assert "We misread the table." in newest.text
    assert newest.text.index("Verdict before: True") < newest.text.index("Verdict after: False")
    assert [piece.text for piece in page.find("ins") if "no" in piece.text] == ["no"]
    assert "mesuré" not in newest.text
    assert not [label for label in page.find("dt") if "French" in label.text]
    assert "What has changed" not in first.text


def test_in_french_the_french_texts_are_compared(client, corrected):
    text = show(client, "/fr/claims/the-claim/history/").find("li", class_="step")[0].text
    assert "n’a rien mesuré" in text
    assert "recorded" not in text


def test_each_edition_leads_to_its_address_and_shows_its_fingerprint(client, corrected):
    page = show(client)
    for edition in corrected.editions.all():
        assert page.one("a", href=f"/en/claims/the-claim/editions/{edition.number}/")
        assert edition.payload_sha256 in page.one("main").text


def test_a_withdrawn_claim_keeps_numbers_dates_and_fingerprints_only(client, corrected):
    withdraw(corrected)
    page = show(client)
    assert len(page.find("li", class_="step")) == 3
    text = page.one("html").text
    for words in ("It rained", "recorded", "misread", "True", "False"):
        assert words not in text
    assert "retracted its report" in text
    assert corrected.editions.first().payload_sha256 in text


@pytest.mark.parametrize("slug", ["nothing", "draft"])
def test_a_draft_has_no_more_history_than_an_unknown_claim(client, db, slug):
    make_claim(slug="draft")
    assert client.get(f"/en/claims/{slug}/history/").status_code == 404


def test_an_old_edition_says_that_it_was_replaced(client, corrected):
    page = show(client, "/en/claims/the-claim/editions/1/")
    assert page.one("strong", class_="verdict-word").text == "True"
    notice = page.one(class_="notice-past").text
    assert "Edition 1" in notice
    assert "It was replaced on 3 February 2026." in notice
    assert page.one("meta", name="robots")["content"] == "noindex"


def test_the_newest_edition_says_that_its_address_is_for_good(client, corrected):
    page = show(client, "/en/claims/the-claim/editions/2/")
    assert "newest edition" in page.one(class_="notice-past").text
    assert page.one("strong", class_="verdict-word").text == "False"


@pytest.mark.parametrize("number", [0, 3, 10**12])
def test_an_edition_that_does_not_exist_is_not_found(client, corrected, number):
    assert client.get(f"/en/claims/the-claim/editions/{number}/").status_code == 404


def test_no_edition_of_a_withdrawn_claim_can_be_read(client, corrected):
    withdraw(corrected)
    for number in (1, 2):
        page = show(client, f"/en/claims/the-claim/editions/{number}/", status=410)
        assert "It rained" not in page.one("html").text
    assert (
        "retracted its report"
        in show(client, "/en/claims/the-claim/editions/3/", status=410).one("main").text
    )


def test_a_blanked_edition_says_so_and_the_later_one_still_tells_its_verdict(client, corrected):
    first = corrected.editions.get(number=1)
    redact(first, reason="A court order.", by=None, at=at_noon("2027-01-01"))
    page = show(client, "/en/claims/the-claim/editions/1/", status=410)
    assert "blanked" in page.one("main").text
    newest, blanked = show(client).find("li", class_="step")
    assert "can no longer be read" in blanked.text
    assert "False" in newest.text
