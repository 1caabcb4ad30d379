"""The page of corrections."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    correct,
    make_claim,
    make_published,
    make_rated_claim,
    publish_claim,
    withdraw,
)
from tests.markup import markup

ADDRESS = "/en/corrections/"


def show(client, address=ADDRESS):
    response = client.get(address)
    assert response.status_code == 200
    return markup(response)


def test_without_any_it_says_so(client, db):
    make_published()
    page = show(client)
    assert not page.find(class_="correction")
    assert "not had to correct anything" in page.one("main").text


def test_a_changed_verdict_is_shown_before_and_after_with_the_reason(client, db):
    claim = make_rated_claim("true", slug="the-claim", statement_en="It rained.")
    publish_claim(claim)
    correct(claim, rating="false", note="A new report came out.")
    row = show(client).one(class_="correction").text
    for words in ("Changed verdict", "It rained.", "A new report came out."):
        assert words in row
    assert row.index("Verdict before: True") < row.index("Verdict after: False")
    assert "(fr)" in show(client, "/fr/corrections/").one(class_="correction").text


def test_a_correction_that_keeps_the_verdict_shows_it_once(client, db):
    claim = make_rated_claim("true")
    publish_claim(claim)
    correct(claim, summary_en="Better.", correction_class="clarification")
    row = show(client).one(class_="correction").text
    assert "Clarification" in row
    assert row.count("True") == 1


def test_a_withdrawal_gives_the_reason_and_no_words(client, db):
    claim = make_claim(slug="the-claim", statement_en="Never said.")
    publish_claim(claim)
    correct(claim, summary_en="Better.", note="Our old note.")
    withdraw(claim)
    page = show(client)
    rows = [row.text for row in page.find(class_="correction")]
    assert len(rows) == 2
    assert "retracted its report" in rows[0]
    for words in ("Never said.", "Our old note.", "Better."):
        assert words not in page.one("main").text


def test_it_leads_to_the_claim_and_to_what_has_changed(client, db):
    claim = make_claim(slug="the-claim")
    publish_claim(claim)
    correct(claim, summary_en="Better.")
    page = show(client)
    assert page.one("a", href="/en/claims/the-claim/")
    assert page.one("a", href="/en/claims/the-claim/history/#edition-2")


def test_the_newest_come_first_and_the_rest_on_pages(client, db):
    claim = make_claim(slug="the-claim")
    publish_claim(claim)
    for number in range(27):
        correct(claim, summary_en=f"Summary {number}!")
    page = show(client)
    assert len(page.find(class_="correction")) == 25
    following = show(client, ADDRESS + page.one("a", rel="next")["href"])
    assert len(following.find(class_="correction")) == 2


def test_a_page_that_was_not_offered_is_refused_and_the_first_one_shown(client, db):
    claim = make_claim()
    publish_claim(claim)
    correct(claim, summary_en="Better.")
    response = client.get(ADDRESS + "?after=forged")
    assert response.status_code == 400
    page = markup(response)
    assert page.one(role="alert").text
    assert page.find(class_="correction")


@pytest.mark.parametrize("number", [1, 6])
def test_many_ask_as_much_as_one(client, db, number):
    for _number in range(number):
        claim = make_claim()
        publish_claim(claim)
        correct(claim, summary_en="Better.")
    with CaptureQueriesContext(connections["reader"]) as queries:
        client.get(ADDRESS)
    assert len(queries) == 4


def test_the_menu_leads_there(client, db):
    page = show(client)
    assert page.one("a", aria_current="page").text == "Corrections"
