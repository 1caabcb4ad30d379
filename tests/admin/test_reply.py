"""The right of reply in a claim's form."""

import datetime

import pytest
from django.utils import timezone

from tests.admin.pages import (
    add_address,
    change_address,
    new_row,
    open_claim,
    query_count,
    save_claim,
    text_of,
)
from tests.factories import make_claim, make_claimant, make_reply, submit
from tests.markup import markup

ASKED = {"asked_on": "2026-11-20", "channel": "email"}
ANSWER = {"answered_on": "2026-11-22", "answer_en": "“No.”", "answer_fr": "« Non. »"}


def test_a_request_is_kept_with_a_key_of_its_own(researcher):
    claim = make_claim()
    make_reply(claim=claim, key="reply-3")
    row = new_row("replies", 1, **ASKED, claimant=claim.claimant.pk, key="")
    assert save_claim(researcher, claim, **row).status_code == 302
    reply = claim.replies.get(key="reply-4")
    assert (reply.claimant, reply.answered_on) == (claim.claimant, None)


def test_whoever_makes_the_claim_is_proposed(researcher):
    claim = make_claim(claimant=make_claimant(name_en="The speaker"))
    page = text_of(researcher.get(change_address(claim)))
    row = page[page.index('id="replies-empty"') :]
    assert f'<option value="{claim.claimant.pk}" selected>The speaker</option>' in row


def test_nobody_is_proposed_for_a_new_claim(researcher):
    page = text_of(researcher.get(add_address(type(make_claim()))))
    row = page[page.index('id="replies-empty"') :]
    assert '" selected>' not in row[: row.index("replies-__prefix__-asked_on")]


def test_a_row_with_nothing_but_the_proposal_is_left_out(researcher):
    claim = make_claim()
    row = new_row("replies", claimant=claim.claimant.pk, key="")
    assert save_claim(researcher, claim, **row).status_code == 302
    assert not claim.replies.exists()


def test_an_answer_is_added_later(researcher):
    reply = make_reply()
    typed = {f"replies-0-{name}": value for name, value in ANSWER.items()}
    assert save_claim(researcher, reply.claim, **typed).status_code == 302
    reply.refresh_from_db()
    assert (reply.answered_on, reply.answer_fr) == (datetime.date(2026, 11, 22), "« Non. »")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"answer_fr": ""}, "An answer needs its day and its text in both languages"),
        ({"answered_on": ""}, "An answer needs its day and its text in both languages"),
        ({"answered_on": "2026-11-19"}, "The answer cannot be older than the question."),
        ({"asked_on": ""}, "This field is required."),
    ],
)
def test_half_an_answer_is_refused(researcher, typed, message):
    claim = make_claim()
    row = {**ASKED, **ANSWER, "claimant": claim.claimant.pk, "key": "", **typed}
    response = save_claim(researcher, claim, **new_row("replies", **row))
    assert message in text_of(response)
    assert not claim.replies.exists()


def test_silence_is_counted_from_the_day_of_the_request(researcher):
    asked_on = timezone.localdate() - datetime.timedelta(days=3)
    claim = make_reply(asked_on=asked_on).claim
    make_reply(claim=claim, asked_on=asked_on, answered_on=asked_on, answer_en="a", answer_fr="b")
    page = markup(researcher.get(change_address(claim)))
    told = [part.text for part in page.find("div", class_="readonly")]
    assert sum("(3 days)" in words for words in told) == 1


def test_outside_draft_requests_are_only_shown(researcher):
    reply = make_reply()
    submit(reply.claim)
    assert not any(
        name.startswith("replies-0-asked") for name in open_claim(researcher, reply.claim)
    )
    save_claim(researcher, reply.claim, **{"replies-0-channel": "letter"})
    reply.refresh_from_db()
    assert reply.channel == "email"


def test_many_requests_cost_the_queries_of_one(researcher):
    claim = make_reply().claim
    one = query_count(researcher, change_address(claim))
    for _number in range(5):
        make_reply(claim=claim, claimant=make_claimant())
    assert query_count(researcher, change_address(claim)) == one
