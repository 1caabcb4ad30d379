"""A document with its claims in reading order."""

import pytest
from django.utils import timezone

from claims.desk import workflow
from claims.models import Claim, Document
from tests.factories import (
    at_noon,
    make_claim,
    make_document,
    make_published,
    make_quote,
    make_rated_claim,
    make_section,
    make_user,
    publish,
    publish_claim,
    submit,
    withdraw,
)
from tests.markup import markup


@pytest.fixture
def interview(db):
    document = make_document(
        slug="interview",
        title_en="The interview",
        title_fr="L’entretien",
        about_en="Undated.",
        about_fr="Non daté.",
        publisher="A paper",
    )
    why = make_section(document=document, number=1, heading_en="Why?", heading_fr="Pourquoi ?")
    what = make_section(document=document, number=2, heading_en="What?", heading_fr="What?")
    last = make_rated_claim("true", document=document, section=what, position=9, slug="last")
    publish_claim(last)
    first = make_claim(document=document, section=why, position=2, slug="first")
    make_quote(claim=first, language="en", exact="words & more")
    make_quote(claim=first, language="fr", exact="des mots")
    publish_claim(first)
    make_published(document=document, position=1, slug="loose")
    make_claim(document=document, section=why, position=3, slug="draft")
    gone = make_claim(document=document, section=why, position=4, slug="gone")
    publish_claim(gone)
    withdraw(gone)
    make_published(slug="elsewhere")


def test_the_live_claims_stand_in_reading_order_under_their_sections(client, interview):
    page = markup(client.get("/en/documents/interview/"))
    assert page.one("h1").text == "The interview"
    statements = page.find("h3", class_="row-statement")
    rows = page.find("li", class_="annotation")
    assert [row["id"] for row in rows] == ["claim-loose", "claim-first", "claim-last"]
    assert len(statements) == 3
    sections = page.find("section", class_="document-section")
    assert [section["id"] for section in sections] == ["section-none", "section-1", "section-2"]
    assert page.one("a", href="/en/claims/first/").text in sections[1].text


def test_the_other_languages_heading_stands_below_where_it_differs(client, interview):
    english = markup(client.get("/en/documents/interview/"))
    other = english.one("p", class_="other-heading")
    assert (other["lang"], other.text) == ("fr", "Pourquoi ?")
    french = markup(client.get("/fr/documents/interview/"))
    assert french.one("p", class_="other-heading").text == "Why?"


def located(claim, language, start, exact, **more):
    """A quote with its place in the transcript."""
    return make_quote(
        claim=claim,
        language=language,
        exact=exact,
        start=start,
        end=start + len(exact),
        transcript_sha256="a" * 64,
        state="exact",
        **more,
    )


def words(page, language):
    """The running text of the first section in a language, without what only helps hearing."""
    text = page.find("div", class_=f"text-{language}")[0].text
    return text.split(" ", 1)[1]


class TestText:
    """The quoted words as one running text in each language."""

    @pytest.fixture
    def text(self, db):
        document = make_document(slug="interview")
        section = make_section(document=document, number=1)
        place = {"document": document, "section": section}
        outer = make_rated_claim("true", slug="outer", position=1, statement_en="Out.", **place)
        inner = make_rated_claim("false", slug="inner", position=2, statement_en="In.", **place)
        late = make_claim(slug="late", position=3, statement_en="Late.", absent_in="fr", **place)
        located(outer, "en", 0, "It rained all day & night")
        located(outer, "fr", 0, "Il a plu")
        located(inner, "en", 10, "all day")
        located(late, "en", 80, "then it snowed")
        for claim in (outer, inner, late):
            submit(claim)
        publish(outer, inner, late)

    def test_both_languages_stand_side_by_side_that_of_the_page_first(self, client, text):
        for language, expected in [("en", ["en", "fr"]), ("fr", ["fr", "en"])]:
            page = markup(client.get(f"/{language}/documents/interview/"))
            assert [column["lang"] for column in page.find("div", class_="text")] == expected

    def test_what_lies_between_is_an_ellipsis(self, client, text):
        page = markup(client.get("/en/documents/interview/"))
        assert words(page, "en") == (
            "True: Out.It rained False: In.all day & night … "
            "Open: Late.this version onlythen it snowed …"
        )

    def test_nested_words_lead_to_the_innermost_claim(self, client, text):
        page = markup(client.get("/en/documents/interview/"))
        column = [
            link
            for link in page.find("a", class_="span")
            if "rain" in link.text or "day" in link.text
        ]
        assert [(link.text, link["href"]) for link in column] == [
            ("It rained", "/en/claims/outer/"),
            ("all day", "/en/claims/inner/"),
        ]

    def test_words_that_are_cut_within_run_on_without_a_space(self, client, db):
        document = make_document(slug="demands")
        for slug, exact in [("stop", "stop layoffs"), ("free", "stop layoffs, freedom")]:
            claim = make_claim(document=document, slug=slug)
            located(claim, "en", 0, exact)
            publish_claim(claim)
        page = markup(client.get("/en/documents/demands/"))
        assert "stop layoffs, freedom" in page.one("div", class_="text-en").text

    def test_the_strip_names_every_verdict_and_leads_to_the_words(self, client, text):
        page = markup(client.get("/en/documents/interview/"))
        places = [
            (link["aria-label"], link["href"])
            for link in page.find("a")
            if (link["aria-label"] or "")[:1].isdigit()
        ]
        assert places == [
            ("1. True", "#en-outer"),
            ("2. False", "#en-inner"),
            ("3. Open", "#en-late"),
        ]
        for _label, href in places:
            assert page.one(id=href[1:])

    def test_in_french_it_leads_to_the_version_that_has_the_words(self, client, text):
        page = markup(client.get("/fr/documents/interview/"))
        assert page.find("a", href="#fr-outer")
        assert page.find("a", href="#en-late")

    def test_one_verdict_can_be_picked_out(self, client, text):
        page = markup(client.get("/en/documents/interview/?rating=false"))
        assert [link.text for link in page.find("a", class_="span")] == ["all day"]
        assert [row["id"] for row in page.find("li", class_="annotation")] == ["claim-inner"]
        assert "It rained" in words(page, "en")
        assert "3 claims published" in page.one("p", class_="tally-sentence").text
        open_ones = markup(client.get("/en/documents/interview/?rating=open"))
        assert [link.text for link in open_ones.find("a", class_="span")] == ["then it snowed"]

    def test_an_unknown_verdict_is_refused_in_words(self, client, text):
        response = client.get("/en/documents/interview/?rating=nonsense")
        assert response.status_code == 400
        page = markup(response)
        assert "nonsense" in page.one(role="alert").text
        assert len(page.find("li", class_="annotation")) == 3

    def test_a_phone_shows_one_language_and_the_switch_keeps_the_section(self, client, text):
        page = markup(client.get("/en/documents/interview/"))
        assert page.one(class_="shows-en")
        assert page.one("a", href="?text=fr#section-1")
        assert markup(client.get("/en/documents/interview/?text=fr")).one(class_="shows-fr")

    def test_a_document_may_be_set_to_show_no_words(self, client, text):
        Document.objects.update(shows_quotes=False)
        make_published(document=Document.objects.get(), position=4, slug="new")
        page = markup(client.get("/en/documents/interview/"))
        assert not page.find("div", class_="text")
        assert "It rained" not in page.one("main").text
        assert len(page.find("li", class_="annotation")) == 4
        assert page.find("a", href="#claim-outer")
        differences = markup(client.get("/en/documents/interview/differences/"))
        assert "snowed" not in differences.one("main").text

    def test_where_the_versions_differ_is_listed(self, client, text):
        page = markup(client.get("/en/documents/interview/"))
        assert page.one("a", href="/en/documents/interview/differences/").text.endswith("1 claim")
        listed = markup(client.get("/en/documents/interview/differences/"))
        row = listed.one("li", class_="correction")
        assert row["id"] == "claim-late"
        for expected in ("Late.", "then it snowed", "Missing from this version: French."):
            assert expected in row.text


def test_a_note_on_a_difference_is_shown_in_the_language_of_the_page(client, db):
    document = make_document(slug="interview")
    make_published(
        document=document, divergence_en="Only one says why.", divergence_fr="Une seule le dit."
    )
    for language, expected in [("en", "Only one says why."), ("fr", "Une seule le dit.")]:
        page = markup(client.get(f"/{language}/documents/interview/differences/"))
        assert expected in page.one("li", class_="correction").text


def test_without_a_difference_it_says_so(client, db):
    make_published(document=make_document(slug="interview"))
    page = markup(client.get("/en/documents/interview/differences/"))
    assert "no difference" in page.one("main").text
    assert not markup(client.get("/en/documents/interview/")).find(
        "a", href="/en/documents/interview/differences/"
    )


class TestAsOf:
    """What had been published on a document by a day."""

    @pytest.fixture
    def growing(self, db):
        document = make_document(slug="interview")
        make_published(document=document, position=1, slug="early", at=at_noon("2026-02-01"))
        make_published(document=document, position=2, slug="late", at=at_noon("2026-02-03"))

    def test_it_shows_what_was_there_and_says_so(self, client, growing):
        page = markup(client.get("/en/documents/interview/?as_of=2026-02-02"))
        assert [row["id"] for row in page.find("li", class_="annotation")] == ["claim-early"]
        assert page.one(class_="notice-past")
        assert page.find("a", href="/en/claims/early/?as_of=2026-02-02")

    def test_before_the_first_verdict_it_gives_its_date(self, client, growing):
        page = markup(client.get("/en/documents/interview/?as_of=2026-01-02"))
        assert "The first verdicts are of 1 February 2026." in page.one("main").text
        assert not page.find("li", class_="annotation")

    @pytest.mark.parametrize("page", ["", "differences/"])
    def test_what_is_no_day_is_refused_in_words(self, client, growing, page):
        response = client.get(f"/en/documents/interview/{page}?as_of=never")
        assert response.status_code == 400
        assert "never" in markup(response).one(role="alert").text


@pytest.mark.parametrize("page", ["", "differences/"])
def test_a_document_without_live_claims_is_unknown(client, db, page):
    make_claim(document=make_document(slug="interview"))
    assert client.get(f"/en/documents/interview/{page}").status_code == 404


def test_the_counts_are_those_of_this_document(client, interview):
    page = markup(client.get("/en/documents/interview/"))
    sentence = page.one("p", class_="tally-sentence").text
    assert sentence == "3 claims published: 1 checked, 0 not checkable, 2 still open."
    assert page.one("a", href="/en/claims/?document=interview&rating=open")
    assert page.one("a", href="/en/claims/?document=interview&rating=true")


def test_what_is_known_of_the_document_is_said(client, interview):
    html = client.get("/fr/documents/interview/").content.decode()
    for words in ("Non daté.", "A paper", "10 janvier 2022"):
        assert words in html


def test_two_claims_that_were_published_at_one_place_have_each_their_own_anchor(client, db):
    document = make_document(slug="interview")
    older = make_claim(document=document, position=1, slug="older")
    publish_claim(older)
    workflow.revise(older, by=make_user(), at=timezone.now())
    Claim.objects.filter(pk=older.pk).update(position=2)
    make_published(document=document, position=1, slug="newer")
    page = markup(client.get("/en/documents/interview/"))
    rows = page.find("li", class_="annotation")
    assert [row["id"] for row in rows] == ["claim-older", "claim-newer"]
