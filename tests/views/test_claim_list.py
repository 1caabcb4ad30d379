"""The list of claims: what is found, what is refused, and every page of it."""

from functools import partial

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from claims import filters
from claims.record import paging
from tests.factories import (
    make_claim,
    make_claimant,
    make_document,
    make_published,
    make_rated_claim,
    make_rating,
    make_topic,
    publish_claim,
    withdraw,
)
from tests.markup import markup


def slugs(response):
    links = markup(response).find("a")
    statements = [link["href"] for link in links if "/en/claims/" in (link["href"] or "")]
    return [href.split("/")[3] for href in statements if href.count("/") == 4]


def found(client, query):
    response = client.get(f"/en/claims/?{query}")
    assert response.status_code == 200
    return set(slugs(response))


@pytest.fixture
def record(db):
    strikes, prices = make_topic(slug="strikes"), make_topic(slug="prices")
    official = make_claimant(slug="official")
    minister = make_claimant(slug="minister")
    first = make_document(slug="first", published="2022-01-10~")
    undated = make_document(slug="undated", published="")
    publish_claim(
        make_rated_claim(
            "true",
            slug="said",
            document=first,
            claimant=official,
            topics=[strikes],
            event_date="2022-01-02/2022-01-03",
            kind="quantity",
            is_outdated=True,
        )
    )
    publish_claim(
        make_rated_claim(
            "false",
            slug="reported",
            document=first,
            reported_claimant=official,
            topics=[strikes, prices],
            event_date="2022-01-02/..",
        )
    )
    make_published(slug="open", document=undated, claimant=minister, topics=[prices], event_date="")
    make_published(slug="early", document=undated, event_date="../2021-12")
    make_published(slug="year", document=undated, event_date="2022")
    make_claim(slug="draft", document=first, topics=[strikes])
    withdrawn = make_claim(slug="withdrawn", document=first, topics=[strikes])
    publish_claim(withdrawn)
    withdraw(withdrawn)


EVERYTHING = {"said", "reported", "open", "early", "year"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", EVERYTHING),
        ("utm_source=feed&fbclid=1", EVERYTHING),
        ("q=&topic=&rating=&claimant=&made_on_after=&outdated=&ordering=&after=", EVERYTHING),
        ("topic=strikes", {"said", "reported"}),
        ("topic=strikes&rating=true", {"said"}),
        ("topic=prices&rating=open&rating=false", {"reported", "open"}),
        ("topic=strikes&claimant=official&document=first", {"said", "reported"}),
        ("claimant=official&rating=false", {"reported"}),
        ("kind=quantity&topic=strikes", {"said"}),
        ("kind=quantity&document=first&outdated=false", set()),
        ("event_on_after=2022-01-03&event_on_before=2022-01-03&rating=true", {"said"}),
        ("topic=prices", {"reported", "open"}),
        ("topic=strikes&topic=prices", {"said", "reported", "open"}),
        ("rating=true", {"said"}),
        ("rating=true&rating=false", {"said", "reported"}),
        ("rating=open", {"open", "early", "year"}),
        ("rating=open&rating=true", EVERYTHING - {"reported"}),
        ("claimant=official", {"said", "reported"}),
        ("claimant=minister", {"open"}),
        ("document=first", {"said", "reported"}),
        ("kind=quantity", {"said"}),
        ("outdated=true", {"said"}),
        ("outdated=false", EVERYTHING - {"said"}),
        # The document's date is about 10 January 2022; undated ones match no range.
        ("made_on_after=2022-01-10", {"said", "reported"}),
        ("made_on_after=2022-01-11", set()),
        ("made_on_before=2022-01-10", {"said", "reported"}),
        ("made_on_before=2022-01-09", set()),
        ("made_on=unknown", {"open", "early", "year"}),
        # An interval counts as soon as one of its days does; an open end is never over.
        ("event_on_after=2022-01-03", {"said", "reported", "year"}),
        ("event_on_after=2022-01-04", {"reported", "year"}),
        ("event_on_after=2023-01-01", {"reported"}),
        ("event_on_before=2022-01-02", {"said", "reported", "early", "year"}),
        ("event_on_before=2022-01-01", {"early", "year"}),
        ("event_on_before=1900-01-01", {"early"}),
        ("event_on_after=2022-01-03&event_on_before=2022-01-03", {"said", "reported", "year"}),
        ("event_on=unknown", {"open"}),
        ("event_on=unknown&event_on_after=2022-01-01", set()),
        ("topic=strikes&rating=true&claimant=official", {"said"}),
        ("topic=strikes&rating=open", set()),
    ],
)
def test_filters_keep_what_is_asked_for(client, record, query, expected):
    assert found(client, query) == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("rating=bogus", "rating"),
        ("rating=true&rating=bogus", "rating"),
        ("rating=null", "rating"),
        ("topic=bogus", "topic"),
        ("claimant=bogus", "claimant"),
        ("document=bogus", "document"),
        ("kind=bogus", "kind"),
        ("outdated=perhaps", "outdated"),
        ("made_on=known", "made_on"),
        ("event_on=2022", "event_on"),
        ("made_on_after=yesterday", "made_on_after"),
        ("made_on_after=2022-02-30", "made_on_after"),
        ("made_on_before=31/12/2022", "made_on_before"),
        ("event_on_after=0000-01-01", "event_on_after"),
        ("event_on_before=2022-01-01T00:00", "event_on_before"),
        ("event_on_after=2022-02-01&event_on_before=2022-01-01", "event_on_before"),
        ("q=%00", "q"),
        ("q=" + "x" * 201, "q"),
        ("topic=%00", "topic"),
        ("ordering=-id", "ordering"),
        ("ordering=newest;drop", "ordering"),
        ("after=forged", "after"),
        ("after=%00", "after"),
        ("after=" + "x" * 3000, "after"),
        ("after=WyJuZXdlc3QiLCJmIixbXV0:c2lnbmF0dXJl", "after"),
    ],
)
def test_what_cannot_be_understood_is_said_at_its_field_and_on_top(client, record, query, field):
    response = client.get(f"/en/claims/?{query}")
    assert response.status_code == 400
    assert slugs(response) == []
    page = markup(response)
    summary = page.one(role="alert")
    assert summary.text
    if field != "after":
        errors = page.one("ul", class_="errorlist")
        assert errors["id"] == f"id_{field}_error"
        assert errors.text in summary.text
        assert page.find(id=f"id_{field}") or page.find(id=f"id_{field}_0")
        assert f"#id_{field}" in {link["href"] for link in page.find("a")}


def test_several_errors_are_all_named(client, record):
    response = client.get("/en/claims/?rating=bogus&made_on_after=x&after=y")
    assert len(markup(response).one(role="alert").text.split(":")) >= 4


def test_the_words_of_the_search_are_escaped(client, record):
    page = markup(client.get("/en/claims/", {"q": '"><script>alert(1)</script>'}))
    assert not page.find("script")
    assert page.one("input", name="q")["value"] == '"><script>alert(1)</script>'


def test_what_narrows_the_list_is_named_and_can_be_taken_away(client, record):
    page = markup(client.get("/en/claims/?topic=strikes&rating=true&rating=false&utm=1"))
    links = page.find("a", class_="") or page.find("a")
    removals = {
        link["aria-label"]: link["href"]
        for link in links
        if (link["aria-label"] or "").startswith("Remove the filter")
    }
    assert removals["Remove the filter Verdict: True"] == "?topic=strikes&rating=false&utm=1"
    assert len(removals) == 3


def test_the_canonical_address_keeps_what_we_understand_in_one_order(client, record):
    page = markup(client.get("/en/claims/?utm=1&topic=strikes&q=statement&rating="))
    assert page.one("link", rel="canonical")["href"] == (
        "http://testserver/en/claims/?q=statement&topic=strikes"
    )


def test_terms_of_unpublished_documents_are_no_choice(client, record):
    make_document(slug="secret", title_en="A secret interview")
    page = markup(client.get("/en/claims/"))
    values = {option["value"] for option in page.find("option")}
    assert {"first", "undated"} <= values
    assert "secret" not in values


@pytest.mark.parametrize("ordering", paging.ORDERINGS)
def test_the_pages_lead_through_the_whole_list_and_back(client, record, monkeypatch, ordering):
    monkeypatch.setattr(paging.page, "__defaults__", (None, 2))
    seen, address = [], f"/en/claims/?ordering={ordering}&utm=1"
    pages = []
    while address:
        response = client.get(address)
        pages.append(slugs(response))
        seen += pages[-1]
        links = markup(response).find("a", rel="next")
        address = "/en/claims/" + links[0]["href"] if links else ""
    assert sorted(seen) == sorted(EVERYTHING)
    assert [len(page) for page in pages] == [2, 2, 1]

    for expected in reversed(pages[:-1]):
        back = markup(response).one("a", rel="prev")
        assert "utm=1" in back["href"]
        response = client.get("/en/claims/" + back["href"])
        assert slugs(response) == expected
    assert not markup(response).find("a", rel="prev")


def test_a_cursor_of_another_ordering_is_refused(client, record, monkeypatch):
    monkeypatch.setattr(paging.page, "__defaults__", (None, 2))
    href = markup(client.get("/en/claims/?ordering=newest")).one("a", rel="next")["href"]
    assert client.get("/en/claims/" + href).status_code == 200
    other = href.replace("ordering=newest", "ordering=oldest")
    assert client.get("/en/claims/" + other).status_code == 400


def test_the_number_of_claims_is_exact_until_it_is_large(client, record, monkeypatch):
    page = markup(client.get("/en/claims/"))
    assert page.one(id="results-heading").text == "5 claims"
    monkeypatch.setattr(paging, "COUNT_LIMIT", 3)
    page = markup(client.get("/en/claims/?ordering=newest"))
    assert page.one(id="results-heading").text == "more than 3 claims"


def test_a_search_without_results_says_so(client, record):
    response = client.get("/en/claims/?q=nothing")
    assert response.status_code == 200
    assert "Nothing matches" in response.content.decode()


def test_an_outdated_verdict_says_so_in_the_list(client, record):
    response = client.get("/en/claims/?outdated=true")
    assert markup(response).one(class_="outdated").text == "outdated since"


class TestFacets:
    """How many claims each choice would leave."""

    @pytest.fixture
    def mixed(self, db):
        rain, wind = make_topic(slug="rain", label_en="Rain"), make_topic(slug="wind")
        speaker = make_claimant(slug="speaker", name_en="The speaker")
        publish_claim(make_rated_claim("true", topics=[rain, wind], claimant=speaker))
        publish_claim(make_rated_claim("false", topics=[rain], reported_claimant=speaker))
        make_published(topics=[wind])

    def labels(self, client, query=""):
        page = markup(client.get(f"/en/claims/{query}"))
        return {" ".join(label.text.split()) for label in page.find("label", class_="choice")}

    def test_each_choice_has_its_count(self, client, mixed):
        assert {"True 1", "False 1", "Open 1", "Rain 2"} <= self.labels(client)
        options = {option.text for option in markup(client.get("/en/claims/")).find("option")}
        assert "The speaker (2)" in options

    def test_counts_heed_the_other_filters_and_not_their_own(self, client, mixed):
        labels = self.labels(client, "?rating=true")
        assert {"True 1", "False 1", "Rain 1"} <= labels


def test_matched_words_are_marked_and_nothing_else_is_let_through(client, db):
    make_published(
        statement_en="The <b>strikes</b> & the strike.", summary_en="Striking.", summary_fr="Rien."
    )
    response = client.get("/en/claims/?q=strike")
    assert [mark.text for mark in markup(response).find("mark")] == [
        "strikes",
        "strike",
        "Striking",
    ]
    html = response.content.decode()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert not markup(client.get("/en/claims/")).find("mark")


def test_a_search_that_finds_nothing_says_which_filter_is_in_the_way(client, db):
    make_rating("false")
    publish_claim(make_rated_claim("true", statement_en="It rained."))
    page = markup(client.get("/en/claims/?q=rained&rating=false"))
    ways_out = [link.text for link in page.find("a") if link.text.startswith("Without")]
    assert ways_out == ["Without “Verdict: False”: 1 claim"]
    assert "Without" in page.one("ul", class_="ways-out").text
    hopeless = markup(client.get("/en/claims/?q=snowed&rating=false"))
    assert not hopeless.find("ul", class_="ways-out")


def test_what_was_found_can_be_downloaded(client, db):
    publish_claim(make_rated_claim("false"))
    page = markup(client.get("/fr/claims/?rating=false&ordering=oldest&as_of=2100-01-01"))
    links = [link["href"] for link in page.find("a") if "download" in link.attributes]
    query = "?rating=false&as_of=2100-01-01"
    assert links == [
        f"/data/claims.csv{query}",
        f"/data/claims.spreadsheet.fr.csv{query}",
        f"/data/claims.jsonl{query}",
    ]
    assert client.get(links[0]).status_code == 200


def test_choices_say_no_numbers_where_too_many_claims_would_have_to_be_counted(
    client, record, monkeypatch
):
    monkeypatch.setattr(filters, "MOST_COUNTED", 5)
    page = markup(client.get("/en/claims/"))
    assert page.find(class_="count")
    monkeypatch.setattr(filters, "MOST_COUNTED", 4)
    response = client.get("/en/claims/?ordering=newest")
    assert not markup(response).find(class_="count")
    assert "once no more than 2,000 are found" in " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    "query", ["rating=true", "topic=strikes", "claimant=official", "kind=quantity"]
)
def test_each_choice_counts_what_it_would_give(client, record, query):
    """Beside what is chosen already, for each filter."""
    response = client.get(f"/en/claims/?{query}")
    for name, counts in response.context["counts"].items():
        for choice, number in counts.items():
            besides = "" if query.startswith(name) else f"&{query}"
            assert len(found(client, f"{name}={choice}{besides}")) == number, (name, choice)


@pytest.fixture
def about_rain(db):
    make_published(slug="first", statement_en="Rain.")
    make_published(slug="other", statement_en="Wind.")
    make_published(slug="most", statement_en="Rain, rain and more rain.")
    make_published(slug="last", statement_en="Wind, and at last some rain that nobody expected.")


def test_a_search_shows_the_best_match_first(client, about_rain):
    assert slugs(client.get("/en/claims/?q=rain&ordering=relevance"))[0] == "most"
    assert found(client, "q=rain&ordering=relevance") == {"first", "most", "last"}


def test_without_words_the_best_match_is_the_newest(client, about_rain):
    newest = slugs(client.get("/en/claims/"))
    assert slugs(client.get("/en/claims/?ordering=relevance")) == newest


def test_words_to_leave_out_alone_leave_the_newest_first(client, about_rain):
    newest = [slug for slug in slugs(client.get("/en/claims/")) if slug != "last"]
    with CaptureQueriesContext(connections["reader"]) as queries:
        response = client.get("/en/claims/?q=-expected&ordering=relevance")
    assert slugs(response) == newest
    assert len(newest) == 3
    asked = " ".join(one["sql"] for one in queries)
    assert "@@" in asked
    # There is nothing to rank by and nothing to mark, and both take long.
    assert "ts_rank" not in asked
    assert "ts_headline" not in asked


def test_a_search_leaves_out_so_many_words_and_says_so(client, about_rain):
    words = [f"-word{number}" for number in range(filters.MOST_UNWANTED)]
    most = "+".join(["rain", *words, *words])
    assert client.get(f"/en/claims/?q={most}").status_code == 200
    response = client.get(f"/fr/claims/?q={most}+-another")
    assert response.status_code == 400
    assert "moins devant moins de mots" in response.content.decode()
    assert client.get(f"/api/v1/claims/?q={most}+-another").status_code == 400


def test_only_the_newest_matches_are_ranked_and_the_page_says_so(client, about_rain, monkeypatch):
    monkeypatch.setattr("claims.record.search.MOST_RANKED", 2)
    monkeypatch.setattr(paging, "COUNT_LIMIT", 2)
    response = client.get("/en/claims/?q=rain&ordering=relevance")
    assert slugs(response) == ["most", "last"]
    assert "Ranked are the newest 2 of them." in " ".join(response.content.decode().split())
    page = client.get("/fr/claims/?q=pluie+OR+rain&ordering=relevance").content.decode()
    assert "Seules les 2 plus récentes sont classées." in " ".join(page.split())
    for other in ("q=rain", "ordering=relevance", "q=expected&ordering=relevance"):
        assert "Ranked are" not in client.get(f"/en/claims/?{other}").content.decode()


@pytest.mark.parametrize("ordering", ["newest", "oldest", "relevance", "event"])
@pytest.mark.parametrize("limit", [2, 100])
def test_a_search_has_the_same_pages_however_much_it_finds(
    client, about_rain, monkeypatch, ordering, limit
):
    whole = slugs(client.get(f"/en/claims/?q=rain&ordering={ordering}"))
    assert set(whole) == {"first", "most", "last"}
    monkeypatch.setattr(paging, "COUNT_LIMIT", limit)
    monkeypatch.setattr(paging, "STRETCH", 1)
    monkeypatch.setattr(filters, "page", partial(paging.page, size=1))
    shown, address = [], f"/en/claims/?q=rain&ordering={ordering}"
    while address:
        response = client.get(address)
        shown += slugs(response)
        onward = markup(response).find("a", rel="next")
        address = f"/en/claims/{onward[0]['href']}" if onward else ""
    assert shown == whole


def test_only_the_busiest_claimants_are_offered_but_each_can_be_asked_for(
    client, record, monkeypatch
):
    monkeypatch.setattr(filters, "OFFERED", {**filters.OFFERED, "claimant": 1})
    names = {"official", "minister"}
    page = markup(client.get("/en/claims/"))
    assert len([slug for slug in names if page.find("option", value=slug)]) == 1
    for slug in names:
        page = markup(client.get(f"/en/claims/?claimant={slug}"))
        assert page.find("option", value=slug)
    assert client.get("/en/claims/?claimant=nobody").status_code == 400
