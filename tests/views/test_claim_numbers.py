"""The numbers of a claim, on its page: in a table, drawn, and as shares of a whole."""

import re

import pytest
from django.utils import timezone

from claims.desk import workflow
from claims.models import CorrectionClass
from claims.record.publishing import Correction
from tests.factories import (
    correct,
    make_claim,
    make_figure,
    make_measure,
    make_rated_claim,
    make_relation,
    make_unit,
    make_user,
    publish,
    publish_claim,
    submit,
    withdraw,
)
from tests.views.claim_page import show


def test_figures_stand_in_a_table_by_measure(client, db):
    claim = make_rated_claim(slug="the-claim")
    evidence = claim.evidence.get()
    dead = make_measure(label_en="people killed")
    make_figure(claim=claim, measure=dead, value="1", position=1, as_of="2022-01-10~")
    make_figure(claim=claim, measure=make_measure(label_en="other"), value="3.5", position=2)
    make_figure(claim=claim, measure=dead, low="25000", high="50000", position=3, evidence=evidence)
    publish_claim(claim)
    page = show(client)
    table = page.one("table")
    assert page.find("caption")
    assert {cell["scope"] for cell in page.find("th")} == {"col", "rowgroup"}
    assert [cell.text for cell in page.find("th", scope="rowgroup")] == ["People killed", "Other"]
    assert [cell.text for cell in page.find("td", class_="amount")] == [
        "1 person",
        "25,000 to 50,000 people",
        "3.5 people",
    ]
    assert "about 10 January 2022" in table.text
    given_by = page.find("a", href=f"#evidence-{evidence.key}")
    assert given_by[0].text == evidence.source.publisher


def test_the_numbers_are_drawn_with_the_claim_first(client, db):
    claim = make_rated_claim(slug="the-claim")
    evidence = claim.evidence.get()
    dead = make_measure(label_en="deaths", label_fr="morts")
    make_figure(claim=claim, measure=dead, value="225", as_of="2022-01-15", evidence=evidence)
    make_figure(claim=claim, measure=dead, low="164")
    make_figure(claim=claim, measure=make_measure(label_en="alone"), value="3")
    publish_claim(claim)
    page = show(client)
    drawing = page.one("svg", role="img")
    name = page.one("title", id=drawing["aria-labelledby"])
    assert name.text.startswith("deaths:")
    labels = [text.text for text in page.find("text", class_="plot-label")]
    assert labels == ["The claim: at least 164 people", "225 people · 15 January 2022 · [1]"]
    french = show(client, "/fr/claims/the-claim/")
    assert "15 janvier 2022" in french.find("text", class_="plot-label")[1].text


def test_places_in_the_drawing_are_written_the_same_in_every_language(client, db):
    claim = make_rated_claim(slug="the-claim")
    dead = make_measure()
    for value in ("164", "225"):
        make_figure(claim=claim, measure=dead, value=value)
    publish_claim(claim)
    for language in ("en", "fr"):
        page = show(client, f"/{language}/claims/the-claim/")
        for line in page.find("line"):
            assert re.fullmatch(r"\d+(\.\d+)?%", line["x1"])


class TestShares:
    """Parts of one whole that several claims name."""

    @pytest.fixture
    def of_the_firm(self, db):
        percent = make_unit(slug="percent", one_en="percent", other_en="percent")
        hub = make_claim(slug="hub")
        claims = []
        for name, value in [("a", "50"), ("b", "25"), ("c", "20")]:
            measure = make_measure(
                label_en=f"share of {name}", unit=percent, whole_en="the firm", whole_fr="la firme"
            )
            claim = make_claim(slug=f"claim-{name}")
            make_figure(claim=claim, measure=measure, value=value)
            make_relation(claim=claim, target=hub, kind="refines")
            claims.append(claim)
        for claim in [hub, *claims]:
            submit(claim)
        publish(hub, *claims)
        return claims

    def test_they_stand_one_after_the_other_with_what_is_missing(self, client, of_the_firm):
        page = show(client, "/en/claims/claim-c/")
        assert "the firm: the claims name 95 percent" in page.one("figcaption").text
        bars = [
            (bar["class"], bar["x"], bar["width"])
            for bar in page.find("rect")
            if (bar["class"] or "").startswith("share") and bar["class"] != "share-whole"
        ]
        assert bars == [
            ("share", "0.00%", "50.00%"),
            ("share", "50.00%", "25.00%"),
            ("share-here", "75.00%", "20.00%"),
            ("share-missing", "95.00%", "5.00%"),
        ]
        listed = page.one("ul", class_="shares").text
        assert "5 percent: named by no claim" in " ".join(listed.split())
        assert page.one("a", href="/en/claims/claim-a/").text == "share of a"

    def test_a_claim_without_shares_shows_none(self, client, of_the_firm):
        assert not show(client, "/en/claims/hub/").find("rect", class_="share-whole")

    def test_parts_that_overlap_are_not_added_up(self, client, of_the_firm):
        correct(of_the_firm[0])
        figure = of_the_firm[0].figures.get()
        workflow.revise(of_the_firm[0], by=make_user(), at=timezone.now())
        figure.value = 90
        figure.save()
        publish(
            submit(of_the_firm[0]),
            correction=Correction(CorrectionClass.NEW_EVIDENCE, "More.", "Plus."),
        )
        assert not show(client, "/en/claims/claim-c/").find("rect", class_="share-whole")

    def test_a_withdrawn_claim_gives_no_part(self, client, of_the_firm):
        withdraw(of_the_firm[0])
        assert "name 45 percent" in show(client, "/en/claims/claim-c/").one("figcaption").text
