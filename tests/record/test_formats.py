"""Editions of an earlier format are read and restored like those of the present one."""

from typing import Any

import pytest

from claims.desk.restoring import restore
from claims.models import Claim
from claims.record.composing import completed, compose
from tests.factories import (
    make_claim,
    make_document,
    make_figure,
    make_measure,
    make_quote,
    make_reply,
)

pytestmark = pytest.mark.django_db


def in_format_2(content: dict[str, Any]) -> dict[str, Any]:
    old = {name: value for name, value in content.items() if not name.startswith("short_")}
    old["document"] = {
        name: value for name, value in content["document"].items() if name != "shows_quotes"
    }
    old["figures"] = [
        figure
        | {"measure": {name: figure["measure"][name] for name in ("slug", "label_en", "label_fr")}}
        for figure in content["figures"]
    ]
    return old


def in_format_1(content: dict[str, Any]) -> dict[str, Any]:
    old = in_format_2(content)
    del old["absent_in"], old["replies"]
    old["quotes"] = [
        {name: value for name, value in quote.items() if name != "omissions"}
        for quote in content["quotes"]
    ]
    return old


def composed(claim: Claim) -> dict[str, Any]:
    return compose(Claim.objects.with_content().get(pk=claim.pk), set())


@pytest.mark.parametrize("earlier", [in_format_1, in_format_2])
def test_what_a_format_did_not_know_is_blank(earlier):
    claim = make_claim()
    make_quote(claim=claim)
    make_figure(claim=claim)
    assert completed(earlier(composed(claim))) == composed(claim)


def test_nothing_known_is_made_blank():
    claim = make_claim(
        absent_in="fr",
        short_statement_en="In short.",
        short_statement_fr="En bref.",
        document=make_document(shows_quotes=False),
    )
    make_quote(claim=claim, exact="one two three", omissions=[[4, 8]])
    make_reply(claim=claim)
    make_figure(claim=claim, measure=make_measure(whole_en="The firm", whole_fr="La firme"))
    assert completed(composed(claim)) == composed(claim)


def test_a_claim_gets_its_short_forms_back():
    claim = make_claim(short_statement_en="In short.", short_statement_fr="En bref.")
    edition = composed(claim)
    Claim.objects.update(short_statement_en="", short_statement_fr="Autre.")
    restore(Claim.objects.get(pk=claim.pk), edition)
    assert composed(claim) == edition


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
