"""The pages of topics and claimants."""

import pytest

from claims.record import paging
from tests.factories import (
    at_noon,
    make_claim,
    make_claimant,
    make_published,
    make_rated_claim,
    make_topic,
    publish_claim,
    withdraw,
)
from tests.markup import markup


def statements(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return [row.text for row in markup(response).find(class_="row-statement")]


def test_a_topic_lists_its_claims_with_their_verdicts(client, db):
    rain = make_topic(slug="rain", label_en="Rain", label_fr="Pluie")
    publish_claim(make_rated_claim("false", topics=[rain], statement_en="It rained."))
    make_published(statement_en="Elsewhere.")
    assert statements(client, "/en/topics/rain/") == ["It rained."]
    page = markup(client.get("/fr/topics/rain/"))
    assert page.one("h1").text == "Pluie"
    assert page.one("a", href="/fr/claims/?topic=rain")
    assert page.one("a", href="/feeds/topics/rain.fr.atom")
    assert page.one("a", href="/fr/claims/?topic=rain&rating=false")


def test_a_claimant_has_what_they_said_and_what_they_are_said_to_have_said(client, db):
    speaker = make_claimant(slug="speaker", name_en="The speaker")
    make_published(claimant=speaker, statement_en="Said.")
    make_published(reported_claimant=speaker, statement_en="Reported.")
    make_published(statement_en="Elsewhere.")
    assert statements(client, "/en/claimants/speaker/") == ["Reported.", "Said."]


@pytest.mark.parametrize("kind", ["topics", "claimants"])
def test_only_what_live_claims_are_filed_under_is_known(client, db, kind):
    topic, claimant = make_topic(slug="drafted"), make_claimant(slug="drafted")
    claim = make_claim(topics=[topic], claimant=claimant)
    unknown = client.get(f"/en/{kind}/unknown/").content
    assert client.get(f"/en/{kind}/drafted/").status_code == 404
    publish_claim(claim)
    assert client.get(f"/en/{kind}/drafted/").status_code == 200
    withdraw(claim)
    response = client.get(f"/en/{kind}/drafted/")
    assert response.status_code == 404
    assert len(response.content) == pytest.approx(len(unknown), abs=20)


def test_a_past_day_shows_what_there_was(client, db):
    rain = make_topic(slug="rain")
    make_published(topics=[rain], statement_en="Early.", at=at_noon("2026-02-01"))
    make_published(topics=[rain], statement_en="Late.", at=at_noon("2026-02-03"))
    assert statements(client, "/en/topics/rain/?as_of=2026-02-02") == ["Early."]
    assert statements(client, "/en/topics/rain/?as_of=2026-01-02") == []
    assert len(statements(client, "/en/topics/rain/?as_of=never", status=400)) == 2


def test_long_lists_go_on_and_newcomers_do_not_disturb_them(client, db):
    rain = make_topic(slug="rain")
    for number in range(27):
        make_published(topics=[rain], statement_en=f"Claim {number}.")
    first = markup(client.get("/en/topics/rain/"))
    shown = [row.text for row in first.find(class_="row-statement")]
    make_published(topics=[rain], statement_en="New.")
    rest = statements(client, "/en/topics/rain/" + first.one("a", rel="next")["href"])
    assert sorted(shown + rest) == sorted(f"Claim {number}." for number in range(27))
    assert len(statements(client, "/en/topics/rain/?after=forged", status=400)) == 25


def test_the_list_of_claims_can_be_asked_for_a_day(client, db):
    make_published(statement_en="Early.", at=at_noon("2026-02-01"))
    make_published(statement_en="Late.", at=at_noon("2026-02-03"))
    assert statements(client, "/en/claims/?as_of=2026-02-02") == ["Early."]
    assert statements(client, "/en/claims/?as_of=2026-01-02") == []
    before = markup(client.get("/en/claims/?as_of=2026-01-02")).one("main").text
    assert "Our first verdicts are of 1 February 2026." in before
    response = client.get("/en/claims/?as_of=never")
    assert response.status_code == 400
    assert "never" in markup(response).one(role="alert").text


def test_beyond_the_limit_the_verdicts_are_not_told_apart(client, db, monkeypatch):
    monkeypatch.setattr(paging, "COUNT_LIMIT", 1)
    rain = make_topic(slug="rain")
    for text in ("First.", "Second."):
        make_published(topics=[rain], statement_en=text)
    response = client.get("/en/topics/rain/")
    assert "More than 1 claims" in response.content.decode()
    assert not markup(response).find("table", class_="tally-table")


def test_verdicts_of_very_many_claims_are_not_counted(client, db, monkeypatch):
    monkeypatch.setattr("claims.views.term.MOST_TALLIED", 1)
    rain = make_topic(slug="rain")
    for _number in range(2):
        make_published(topics=[rain])
    page = markup(client.get("/fr/topics/rain/"))
    assert not page.find(class_="tally-table")
    sentence = "2 affirmations : trop pour les distinguer ici par verdict."
    assert page.one(class_="tally-sentence").text == sentence
