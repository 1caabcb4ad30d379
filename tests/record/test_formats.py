"""Editions of an earlier format are read and restored like those of the present one."""

from typing import Any

import pytest

from claims.desk.restoring import restore
from claims.models import Claim
from claims.record.composing import completed, compose
from tests.factories import make_claim, make_quote, make_reply

pytestmark = pytest.mark.django_db


def in_format_1(content: dict[str, Any]) -> dict[str, Any]:
    old = {name: value for name, value in content.items() if name not in ("absent_in", "replies")}
    old["quotes"] = [
        {name: value for name, value in quote.items() if name != "omissions"}
        for quote in content["quotes"]
    ]
    return old


def composed(claim: Claim) -> dict[str, Any]:
    return compose(Claim.objects.with_content().get(pk=claim.pk), set())


def test_what_a_format_did_not_know_is_blank():
    claim = make_claim()
    make_quote(claim=claim)
    assert completed(in_format_1(composed(claim))) == composed(claim)


def test_nothing_known_is_made_blank():
    claim = make_claim(absent_in="fr")
    make_quote(claim=claim, exact="one two three", omissions=[[4, 8]])
    make_reply(claim=claim)
    assert completed(composed(claim)) == composed(claim)


def test_a_claim_goes_back_to_an_edition_of_format_1():
    claim = make_claim()
    make_quote(claim=claim, exact="one two three")
    edition = in_format_1(composed(claim))
    claim.quotes.update(omissions=[[4, 8]])
    make_reply(claim=claim)
    restore(Claim.objects.get(pk=claim.pk), edition)
    assert in_format_1(composed(claim)) == edition
    assert not claim.replies.exists()
    assert claim.quotes.get().omissions == []
