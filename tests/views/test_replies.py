"""What a claim's page says of the right of reply."""

import datetime

import pytest

from tests.factories import make_claim, make_claimant, make_published, make_reply, publish_claim
from tests.markup import markup

ASKED_ON = datetime.date(2026, 11, 20)
ANSWER = {
    "answered_on": datetime.date(2026, 11, 22),
    "answer_en": "“We <deny> it.”\n\nSo said the spokesman.",
    "answer_fr": "« Nous démentons. »",
}


@pytest.fixture
def claim(db):
    claim = make_claim(slug="the-claim")
    minister = make_claimant(name_en="The minister", name_fr="La ministre")
    make_reply(claim=claim, claimant=minister, asked_on=ASKED_ON, **ANSWER)
    speaker = make_claimant(name_en="The speaker", name_fr="Le locuteur")
    make_reply(claim=claim, claimant=speaker, asked_on=ASKED_ON, channel="letter")
    publish_claim(claim)
    return claim


def show(client, language):
    response = client.get(f"/{language}/claims/the-claim/")
    assert response.status_code == 200
    return markup(response)


def test_an_answer_stands_with_its_day(client, claim):
    page = show(client, "en")
    answered, _silent = page.find("li", class_="reply")
    assert "The minister was asked on 20 November 2026 (channel: E-mail)." in answered.text
    assert "Answer of 22 November 2026:" in answered.text
    assert "“We <deny> it.”" in [part.text for part in page.find("p")]
    assert "Nous démentons" not in answered.text


def test_silence_is_said_as_of_the_day_of_publication(client, claim):
    page = show(client, "en")
    _answered, silent = page.find("li", class_="reply")
    assert "The speaker was asked on 20 November 2026 (channel: Letter)." in silent.text
    assert "No answer by " in silent.text
    assert "Answer of" not in silent.text


def test_the_french_page_gives_the_french_answer(client, claim):
    answered, silent = show(client, "fr").find("li", class_="reply")
    assert "La ministre" in answered.text
    assert "20 novembre 2026" in answered.text
    assert "« Nous démentons. »" in answered.text
    assert "deny" not in answered.text
    assert "Le locuteur" in silent.text


def test_nobody_asked_leaves_no_trace(client, db):
    make_published(slug="the-claim")
    assert not show(client, "en").find(id="replies-heading")
