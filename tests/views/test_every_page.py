"""What holds for each readers' page."""

import re
from itertools import pairwise

import pytest
from django.db import ProgrammingError, connections
from django.test.utils import CaptureQueriesContext

from claims import urls
from claims.models import Claim
from claims.views.claim import claim as claim_view
from tests.interview import PAGES, publish_some
from tests.markup import markup

# The one page that also takes what a reader writes: tests/views/test_report.py.
WRITTEN_TO = {"report"}


@pytest.fixture
def published(db):
    publish_some(3)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("page", PAGES)
class TestEveryPage:
    def test_is_there_in_its_language(self, client, published, page, language):
        response = client.get(PAGES[page].format(language))
        assert response.status_code == 200
        assert response["Content-Language"] == language
        assert markup(response).one("html")["lang"] == language

    def test_has_a_title_one_heading_and_the_landmarks(self, client, published, page, language):
        found = markup(client.get(PAGES[page].format(language)))
        assert found.one("title").text
        assert found.one("h1").text
        assert found.one("main")["id"] == "content"
        assert found.find("a", class_="skip")[0]["href"] == "#content"
        for tag in ("header", "footer", "nav"):
            assert found.find(tag)

    def test_skips_no_level_of_headings(self, client, published, page, language):
        found = markup(client.get(PAGES[page].format(language)))
        levels = [int(e.tag[1]) for e in found.elements if re.fullmatch("h[1-6]", e.tag)]
        steps = [after - before for before, after in pairwise(levels)]
        assert max(steps, default=0) <= 1

    def test_names_its_address_in_each_language(self, client, published, page, language):
        address = PAGES[page]
        found = markup(client.get(address.format(language) + "?utm_source=feed"))
        base = "http://testserver"
        assert found.one("link", rel="canonical")["href"] == base + address.format(language)
        alternates = [link for link in found.find("link", rel="alternate") if link["hreflang"]]
        assert {link["hreflang"]: link["href"] for link in alternates} == {
            "en": base + address.format("en"),
            "fr": base + address.format("fr"),
            "x-default": base + address.removeprefix("/{}"),
        }

    def test_switches_language_and_keeps_what_was_asked(self, client, published, page, language):
        other = {"en": "fr", "fr": "en"}[language]
        found = markup(client.get(PAGES[page].format(language) + "?utm_source=feed&q=x"))
        switch = found.one("a", hreflang=other, lang=other, rel=None)
        assert switch["href"] == PAGES[page].format(other) + "?utm_source=feed&q=x"

    def test_sets_no_cookie_and_varies_by_its_compression_only(
        self, client, published, page, language
    ):
        response = client.get(PAGES[page].format(language))
        assert not response.cookies
        assert response["Vary"] == "Accept-Encoding"

    def test_is_compressed(self, client, published, page, language):
        response = client.get(PAGES[page].format(language), headers={"accept-encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip"

    def test_needs_no_script_no_inline_style_and_no_other_host(
        self, client, published, page, language
    ):
        found = markup(client.get(PAGES[page].format(language)))
        # A block of data is not executed.
        assert all(script["type"] == "application/ld+json" for script in found.find("script"))
        assert not [script for script in found.find("script") if script["src"]]
        assert not found.find("style")
        for element in found.elements:
            assert not [name for name in element.attributes if name.startswith("on")]
            assert element["style"] is None
            if element.tag in ("img", "iframe", "use") or (
                element.tag == "link" and element["rel"] in ("stylesheet", "icon")
            ):
                address = element["src"] or element["href"] or ""
                assert address.startswith(("/static/", "#"))

    def test_only_answers_to_reading(self, client, published, page, language):
        if page not in WRITTEN_TO:
            assert client.post(PAGES[page].format(language)).status_code == 405
        assert client.head(PAGES[page].format(language)).status_code == 200

    def test_says_that_it_is_a_demonstration(
        self, client, published, demonstration, page, language
    ):
        found = markup(client.get(PAGES[page].format(language)))
        assert found.one("meta", name="robots")["content"] == "noindex"
        assert found.one(class_="demo").text

    def test_is_open_to_search_engines_otherwise(self, client, published, page, language):
        found = markup(client.get(PAGES[page].format(language)))
        assert not found.find("meta", name="robots")
        assert not found.find(class_="demo")


# One of them makes the ETag.
MOST_QUERIES = {
    "home": 8,
    "claim_list": 7,
    "claim": 7,
    "claim_history": 3,
    "corrections": 3,
    "document": 5,
    "differences": 4,
    "topic": 6,
    "claimant": 6,
    "method": 2,
    "data": 3,
    "report": 1,
}


@pytest.mark.parametrize("number", [1, 12])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_many_queries_for_one_row_as_for_many(client, db, page, number):
    publish_some(number)
    with CaptureQueriesContext(connections["reader"]) as queries:
        client.get(PAGES[page].format("en"))
    assert len(queries) == MOST_QUERIES[page], [query["sql"] for query in queries]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_under_the_readers_role(client, published, page):
    roles = set()

    def note_role(execute, sql, parameters, many, context):
        with context["connection"].connection.cursor() as cursor:
            roles.add(cursor.execute("SELECT current_user").fetchone()[0])
        return execute(sql, parameters, many, context)

    with connections["reader"].execute_wrapper(note_role):
        client.get(PAGES[page].format("en"))
    assert roles == {"factcheck_reader"}


def test_a_page_that_touched_the_desk_would_be_refused(client, published, monkeypatch):
    def forgetful(request, slug):
        Claim.objects.get(slug=slug)
        return claim_view(request, slug)

    pattern = next(one for one in urls.urlpatterns if one.name == "claim")
    monkeypatch.setattr(pattern, "callback", forgetful)
    with pytest.raises(ProgrammingError, match="permission denied for table claims_claim"):
        client.get("/en/claims/claim-a/")


@pytest.mark.parametrize(("header", "language"), [("fr,en;q=0.5", "fr"), ("de", "en")])
def test_the_bare_address_redirects_by_the_visitors_language(client, header, language):
    response = client.get("/", headers={"accept-language": header})
    assert response.status_code == 302
    assert response["Location"] == f"/{language}/"
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize(("is_demo", "kept_out"), [(True, "/"), (False, "/admin/")])
def test_robots_are_told_what_to_leave_alone(client, settings, is_demo, kept_out):
    settings.FACTCHECK = settings.FACTCHECK | {"demo": is_demo}
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain"
    sitemap = "http://testserver/sitemap.xml"
    expected = f"User-agent: *\nDisallow: {kept_out}\nSitemap: {sitemap}\n"
    assert response.content.decode() == expected
