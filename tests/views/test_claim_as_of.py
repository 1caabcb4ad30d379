"""The page of one claim as it stood on a day."""

import pytest

from claims.record.publishing import redact
from tests.factories import (
    at_noon,
    correct,
    make_claim,
    make_document,
    make_relation,
    publish,
    publish_claim,
    submit,
    withdraw,
)
from tests.markup import markup
from tests.views.claim_page import ADDRESS, show


class TestAsOf:
    """What had been published on a claim by a day."""

    @pytest.fixture
    def corrected(self, db):
        claim = make_claim(slug="the-claim", statement_en="Before.")
        publish_claim(claim, at=at_noon("2026-02-01"))
        correct(claim, statement_en="After.", at=at_noon("2026-02-03"))
        return claim

    @pytest.mark.parametrize(
        ("day", "expected"),
        [("2026-02-01", "Before."), ("2026-02-02", "Before."), ("2026-02-03", "After.")],
    )
    def test_the_edition_of_that_day_is_shown_and_marked(self, client, corrected, day, expected):
        page = show(client, f"{ADDRESS}?as_of={day}")
        assert page.one("h1").text == expected
        assert page.one(class_="notice-past").text
        assert page.one("a", href=f"{ADDRESS}?").text == "Back to today’s page"
        assert page.one("meta", name="robots")["content"] == "noindex"

    def test_it_knows_nothing_of_later_editions(self, client, corrected):
        page = show(client, f"{ADDRESS}?as_of=2026-02-02")
        assert not page.find("a", href="/en/claims/the-claim/editions/2/")

    def test_before_the_first_edition_its_date_is_given(self, client, corrected):
        response = client.get(f"{ADDRESS}?as_of=2026-01-31")
        assert response.status_code == 404
        main = markup(response).one("main").text
        assert "Its first edition is of 1 February 2026." in main
        assert "Before." not in main

    def test_what_is_no_day_is_refused_in_words(self, client, corrected):
        response = client.get(f"{ADDRESS}?as_of=yesterday")
        assert response.status_code == 400
        assert "yesterday" in markup(response).one(role="alert").text

    def test_what_has_been_withdrawn_since_stays_hidden(self, client, corrected):
        withdraw(corrected, at=at_noon("2026-02-05"))
        response = client.get(f"{ADDRESS}?as_of=2026-02-02")
        assert response.status_code == 410
        assert "Before." not in response.content.decode()

    def test_a_blanked_edition_stays_hidden(self, client, corrected):
        first = corrected.editions.get(number=1)
        redact(first, reason="A court order.", by=None, at=at_noon("2027-01-01"))
        response = client.get(f"{ADDRESS}?as_of=2026-02-02")
        assert response.status_code == 410
        assert "Before." not in response.content.decode()

    def test_related_claims_and_neighbours_are_those_of_that_day(self, client, db):
        document = make_document()
        claim = make_claim(slug="the-claim", document=document, position=1)
        other = make_claim(document=document, position=2, statement_en="Old words.")
        make_relation(claim=claim, target=other)
        for one in (claim, other):
            submit(one)
        publish(claim, other, at=at_noon("2026-02-01"))
        correct(other, statement_en="New words.", at=at_noon("2026-02-03"))
        page = show(client, f"{ADDRESS}?as_of=2026-02-02")
        links = page.find("a", href=f"/en/claims/{other.slug}/?as_of=2026-02-02")
        assert len(links) == 2
        assert all("Old words." in link.text for link in links)
