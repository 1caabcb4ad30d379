"""The first page, and how verdicts are counted."""

from tests.factories import (
    at_noon,
    correct,
    make_document,
    make_published,
    make_rated_claim,
    publish_claim,
    withdraw,
)
from tests.markup import markup


def test_an_empty_record_says_so(client, db):
    page = markup(client.get("/en/"))
    assert page.one("p", class_="tally-sentence").text.startswith("0 claims published")
    assert "No verdict has been published yet." in page.one("main").text
    assert not page.find("svg", class_="strip")


def test_the_latest_verdicts_come_first_and_are_verdicts(client, db):
    for number in range(9):
        publish_claim(make_rated_claim("true", slug=f"rated-{number}"))
    make_published(slug="open")
    publish_claim(make_rated_claim("not_checkable", slug="opinion"))
    page = markup(client.get("/en/"))
    links = [link["href"] for link in page.find("a") if "/claims/rated" in link["href"]]
    assert links == [f"/en/claims/rated-{number}/" for number in range(8, 0, -1)]
    assert not page.find("a", href="/en/claims/open/")
    assert not page.find("a", href="/en/claims/opinion/")


def test_every_verdict_is_counted_and_what_is_unchecked_is_said(client, db):
    for rating in ("true", "true", "unproven", "not_checkable"):
        publish_claim(make_rated_claim(rating))
    make_published()
    page = markup(client.get("/en/"))
    assert page.one("p", class_="tally-sentence").text == (
        "5 claims published: 3 checked, 1 not checkable, 1 still open."
    )
    rows = {header.text: header for header in page.find("th", scope="row")}
    assert list(rows) == ["True", "Unproven", "Not checkable", "Open"]
    counts = [cell.text for cell in page.find("td")]
    assert counts == ["2", "1", "1", "1"]
    strip = [(bar["x"], bar["width"]) for bar in page.find("rect") if bar["x"] and not bar["rx"]]
    assert strip[-4:] == [("0", "2"), ("2", "1"), ("3", "1"), ("4", "1")]


def test_the_documents_are_listed_with_their_counts(client, db):
    document = make_document(slug="interview", title_en="The interview")
    make_published(document=document)
    make_published(document=document)
    make_document(title_en="Not published")
    page = markup(client.get("/en/"))
    assert page.one("a", href="/en/documents/interview/").text == "The interview"
    assert "2 claims" in page.one("article", class_="document-card").text
    assert "Not published" not in page.one("main").text


def test_the_search_leads_to_the_list(client, db):
    page = markup(client.get("/fr/"))
    form = page.one("form", role="search")
    assert form["action"] == "/fr/claims/"
    assert form["method"] is None
    assert page.one("input", name="q")


def test_the_latest_corrections_stand_on_it_without_withdrawn_words(client, db):
    assert "Latest corrections" not in markup(client.get("/en/")).one("main").text
    mended = make_rated_claim("true", slug="mended", statement_en="It rained.")
    publish_claim(mended, at=at_noon("2026-02-01"))
    correct(mended, rating="false", note="We misread it.", at=at_noon("2026-02-02"))
    gone = make_rated_claim("true", slug="gone", statement_en="Never said.")
    publish_claim(gone, at=at_noon("2026-02-01"))
    withdraw(gone, at=at_noon("2026-02-03"))
    page = markup(client.get("/en/"))
    shown = page.one("ol", class_="corrections").text
    assert "We misread it." in shown
    assert "retracted its report" in shown
    assert "Never said." not in page.one("body").text
