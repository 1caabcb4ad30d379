"""Feeds, sitemap, markup, cards, and what is answered with "not modified"."""

import json
from html import unescape
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext

from claims.record.publishing import redact
from claims.sitemaps import SITEMAPS
from tests.factories import (
    at_noon,
    correct,
    make_claim,
    make_claimant,
    make_document,
    make_published,
    make_rated_claim,
    make_topic,
    publish_claim,
    withdraw,
)
from tests.interview import PAGES, publish_some
from tests.markup import markup

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
FEEDS = [
    "/feeds/claims.atom",
    "/feeds/claims.{}.atom",
    "/feeds/corrections.{}.atom",
    "/feeds/topics/rain.{}.atom",
    "/feeds/documents/interview.{}.atom",
    "/feeds/ratings/false.{}.atom",
    "/feeds/ratings/open.{}.atom",
]


def feed(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)


class TestFeeds:
    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("address", FEEDS)
    def test_each_is_valid_and_says_where_it_is(self, client, db, address, language):
        publish_some(3)
        address = address.format(language)
        found = feed(client, address)
        for name in ("id", "title", "updated", "author"):
            assert found.find(ATOM + name) is not None
        links = {link.get("rel"): link.get("href") for link in found.findall(ATOM + "link")}
        assert links["self"] == "http://testserver" + address
        assert links["alternate"].startswith("http://testserver/")
        ids = [entry.find(ATOM + "id").text for entry in found.findall(ATOM + "entry")]
        assert len(set(ids)) == len(ids)
        for entry in found.findall(ATOM + "entry"):
            assert entry.find(ATOM + "title").text
            assert entry.find(ATOM + "updated").text
            assert entry.find(ATOM + "link").get("href").startswith("http://testserver/")

    def test_an_entry_says_the_verdict_first(self, client, db):
        publish_claim(
            make_rated_claim("false", slug="the-claim", statement_en="It rained.", summary_en="No.")
        )
        [entry] = feed(client, "/feeds/claims.en.atom").findall(ATOM + "entry")
        assert entry.find(ATOM + "title").text == "False: It rained."
        assert entry.find(ATOM + "summary").text == "False. No."
        assert entry.find(ATOM + "link").get("href") == "http://testserver/en/claims/the-claim/"
        french = feed(client, "/feeds/claims.fr.atom").find(ATOM + "entry")
        assert french.find(ATOM + "link").get("href") == "http://testserver/fr/claims/the-claim/"

    def test_a_text_that_xml_cannot_hold_keeps_no_other_from_readers(self, client, db):
        topics = [make_topic(slug="rain", label_en="Rain\x1f")]
        publish_claim(make_rated_claim(topics=topics, statement_en="It\x0brained.\ufffe"))
        publish_claim(make_rated_claim(topics=topics, summary_en="No\x0c."))
        for address in ("/feeds/claims.en.atom", "/feeds/topics/rain.en.atom"):
            entries = feed(client, address).findall(ATOM + "entry")
            assert len(entries) == 2
        assert entries[1].find(ATOM + "title").text == "False: It\ufffdrained.\ufffd"

    def test_a_correction_keeps_the_id_and_moves_the_date(self, client, db):
        claim = make_claim()
        publish_claim(claim, at=at_noon("2026-02-01"))
        [before] = feed(client, "/feeds/claims.en.atom").findall(ATOM + "entry")
        correct(claim, summary_en="Better.", at=at_noon("2026-02-03"))
        [after] = feed(client, "/feeds/claims.en.atom").findall(ATOM + "entry")
        assert before.find(ATOM + "id").text == after.find(ATOM + "id").text
        assert before.find(ATOM + "updated").text < after.find(ATOM + "updated").text

    def test_each_part_has_its_claims_only(self, client, db):
        make_published(slug="in", topics=[make_topic(slug="rain")])
        publish_claim(make_rated_claim("false", slug="out"))
        for address, expected in [
            ("/feeds/topics/rain.en.atom", ["in"]),
            ("/feeds/ratings/open.en.atom", ["in"]),
            ("/feeds/ratings/false.en.atom", ["out"]),
        ]:
            entries = feed(client, address).findall(ATOM + "entry")
            slugs = [entry.find(ATOM + "link").get("href").split("/")[-2] for entry in entries]
            assert slugs == expected

    def test_corrections_say_before_after_and_why(self, client, db):
        claim = make_rated_claim("true", statement_en="It rained.")
        publish_claim(claim)
        correct(claim, rating="false", note="We misread it.")
        [entry] = feed(client, "/feeds/corrections.en.atom").findall(ATOM + "entry")
        assert entry.find(ATOM + "title").text == "Changed verdict: It rained."
        summary = entry.find(ATOM + "summary").text
        assert summary == "Before: True. Now: False. We misread it."

    def test_corrections_keep_withdrawn_words_to_themselves(self, client, db):
        claim = make_rated_claim("true", statement_en="Never said.")
        publish_claim(claim)
        correct(claim, rating="false", note="Our old note.")
        withdraw(claim)
        text = client.get("/feeds/corrections.en.atom").content.decode()
        assert "retracted its report" in text
        assert "Never said." not in text
        assert "Our old note." not in text

    @pytest.mark.parametrize(
        "address",
        [
            "/feeds/claims.de.atom",
            "/feeds/topics/none.en.atom",
            "/feeds/documents/none.en.atom",
            "/feeds/ratings/none.en.atom",
        ],
    )
    def test_what_is_not_there_is_not_found(self, client, db, address):
        assert client.get(address).status_code == 404

    def test_an_empty_one_says_when_the_record_last_changed(self, client, db):
        publish_claim(make_claim(), at=at_noon("2100-02-01"))
        found = feed(client, "/feeds/corrections.en.atom")
        assert found.find(ATOM + "updated").text == "2100-02-01T12:00:00+00:00"

    def test_ids_outlive_a_move_to_another_host(self, client, db, settings):
        make_published(slug="the-claim")
        before = client.get("/feeds/claims.atom").content
        settings.FACTCHECK = settings.FACTCHECK | {"tag_host": "testserver"}
        assert client.get("/feeds/claims.atom").content == before
        settings.FACTCHECK = settings.FACTCHECK | {"base_url": "https://new.example"}
        entry = feed(client, "/feeds/claims.atom").find(ATOM + "entry")
        assert entry.find(ATOM + "id").text == "tag:testserver,2026:/claims/the-claim"
        assert "new.example" in entry.find(ATOM + "link").get("href")

    def test_a_program_that_knows_dates_only_is_told_not_modified(self, client, db):
        make_published(topics=[make_topic(slug="rain")], at=at_noon("2100-02-01"))
        publish_claim(make_claim(), at=at_noon("2100-02-03"))
        address = "/feeds/topics/rain.en.atom"
        date = client.get(address)["Last-Modified"]
        assert date == "Wed, 03 Feb 2100 12:00:00 GMT"
        assert client.get(address, headers={"if-modified-since": date}).status_code == 304
        publish_claim(make_claim(), at=at_noon("2100-02-04"))
        assert client.get(address, headers={"if-modified-since": date}).status_code == 200

    def test_a_redaction_has_no_date_for_readers(self, client, db):
        claim = make_claim()
        publish_claim(claim, at=at_noon("2026-02-01"))
        date = client.get("/feeds/claims.atom")["Last-Modified"]
        correct(claim, at=at_noon("2026-02-03"))
        redact(claim.editions.first(), reason="A court order.", by=None, at=at_noon("2027-01-01"))
        response = client.get("/feeds/claims.atom", headers={"if-modified-since": date})
        assert response.status_code == 200
        assert "Last-Modified" not in response

    def test_one_request_leaves_nothing_for_the_next(self, client, db):
        make_published(statement_en="English.", statement_fr="Français.")
        client.get("/feeds/claims.fr.atom")
        assert "English." in client.get("/feeds/claims.atom").content.decode()


def addresses(client, path):
    found = ElementTree.fromstring(client.get(path).content)
    return {place.text for place in found.iter(MAP + "loc")}


def test_the_sitemap_the_feed_and_the_pages_agree(client, db):
    publish_some(3)
    gone = make_claim()
    publish_claim(gone)
    withdraw(gone)
    make_claim(slug="draft")
    parts = addresses(client, "/sitemap.xml")
    listed = set().union(*(addresses(client, part.split("testserver")[1]) for part in parts))
    for address in listed:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address
    claims = {address for address in listed if "/en/claims/" in address} - {
        "http://testserver/en/claims/"
    }
    entries = feed(client, "/feeds/claims.en.atom").findall(ATOM + "entry")
    assert claims == {entry.find(ATOM + "link").get("href") for entry in entries}
    assert len(claims) == 3
    assert {address.replace("/en/", "/fr/") for address in listed} >= {
        address for address in listed if "/fr/" in address
    }


@pytest.mark.parametrize("part", ["claims", "documents", "terms"])
def test_a_file_of_the_sitemap_reads_what_it_shows_and_no_more(client, db, monkeypatch, part):
    for number in range(3):
        claimant = make_claimant(slug=f"claimant-{number}")
        make_published(claimant=claimant, document=make_document(slug=f"document-{number}"))
    monkeypatch.setattr(SITEMAPS[part], "limit", 2)
    files = [address for address in addresses(client, "/sitemap.xml") if f"-{part}.xml" in address]
    assert len(files) == 3
    found = []
    for address in files:
        with CaptureQueriesContext(connections["reader"]) as captured:
            found += addresses(client, address.removeprefix("http://testserver"))
        read = [query["sql"] for query in captured if "ORDER BY" in query["sql"]]
        assert all("LIMIT" in query or "BETWEEN" in query for query in read), read
    assert len(found) == len(set(found)) == 6


def test_the_sitemap_names_the_site_as_it_is_known(client, db, settings):
    make_published(at=at_noon("2026-02-01"))
    settings.FACTCHECK = settings.FACTCHECK | {"base_url": "https://known.example"}
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    places = [place.text for place in index.iter(MAP + "loc")]
    assert places
    assert all(place.startswith("https://known.example/sitemap-") for place in places)
    dates = {date.text[:10] for date in index.iter(MAP + "lastmod")}
    assert dates == {"2026-02-01"}


class TestMarkup:
    def test_the_page_and_its_data_carry_the_same_review(self, client, db):
        publish_claim(make_rated_claim("false", slug="the-claim", statement_en="a </script> & b"))
        page = client.get("/en/claims/the-claim/")
        script = markup(page).one("script", type="application/ld+json")
        assert "</script> & b" not in page.content.decode()
        data = client.get("/claims/the-claim.jsonld")
        assert data["Content-Type"] == "application/ld+json"
        assert data["Access-Control-Allow-Origin"] == "*"
        assert json.loads("".join(script.parts)) == data.json()
        assert data.json()["claimReviewed"] == "a </script> & b"
        french = client.get("/claims/the-claim.fr.jsonld").json()
        assert french["url"] == "http://testserver/fr/claims/the-claim/"

    def test_without_a_verdict_there_is_none(self, client, db):
        make_published(slug="the-claim")
        assert not markup(client.get("/en/claims/the-claim/")).find("script")
        assert client.get("/claims/the-claim.jsonld").status_code == 404
        assert client.get("/claims/unknown.jsonld").status_code == 404

    def test_it_stands_on_todays_page_only(self, client, db):
        publish_claim(make_rated_claim("false", slug="the-claim"), at=at_noon("2026-02-01"))
        for address in (
            "/en/claims/the-claim/editions/1/",
            "/en/claims/the-claim/?as_of=2026-02-02",
            "/en/claims/",
        ):
            assert not markup(client.get(address)).find("script")

    def test_a_withdrawn_claim_has_none_any_more(self, client, db):
        claim = make_rated_claim("false", slug="the-claim")
        publish_claim(claim)
        withdraw(claim)
        assert client.get("/claims/the-claim.jsonld").status_code == 410

    def test_check_reads_the_newest_claimreviews_only(self, db, capsys, monkeypatch):
        monkeypatch.setattr("claims.checks.NEWEST", 1)
        for _number in range(2):
            publish_claim(make_rated_claim("false", statement_en="x" * 80))
        with CaptureQueriesContext(connections["default"]) as asked:
            call_command("check", "--database", "default")
        assert "1 ClaimReviews have statements of 75" in capsys.readouterr().err
        of_editions = [one["sql"] for one in asked if 'FROM "claims_edition"' in one["sql"]]
        assert of_editions
        assert all("LIMIT" in sql for sql in of_editions)


class TestCard:
    def test_it_may_be_framed_by_anyone_and_nothing_else_may(self, client, db):
        publish_claim(make_rated_claim("false", slug="the-claim", statement_en="It rained."))
        card = client.get("/en/claims/the-claim/embed/")
        assert "frame-ancestors *" in card["Content-Security-Policy"]
        assert "script-src" not in card["Content-Security-Policy"]
        assert "X-Frame-Options" not in card
        assert not card.cookies
        assert "False" in markup(card).one("main").text
        page = client.get("/en/claims/the-claim/")
        assert page["X-Frame-Options"] == "DENY"

    def test_once_corrected_it_says_so(self, client, db):
        claim = make_rated_claim("true", slug="the-claim")
        publish_claim(claim, at=at_noon("2026-02-01"))
        correct(claim, rating="false", at=at_noon("2026-02-03"))
        old = markup(client.get("/en/claims/the-claim/embed/?edition=1")).one("main").text
        assert "Corrected since, on 3 February 2026." in old
        assert "False" in old
        new = markup(client.get("/en/claims/the-claim/embed/?edition=2")).one("main").text
        assert "Corrected since" not in new

    def test_once_withdrawn_it_says_so(self, client, db):
        claim = make_claim(slug="the-claim", statement_en="Never said.")
        publish_claim(claim)
        withdraw(claim)
        response = client.get("/en/claims/the-claim/embed/")
        assert response.status_code == 410
        assert "Never said." not in response.content.decode()

    def test_a_site_learns_of_it_by_oembed(self, client, db):
        make_published(slug="the-claim", statement_fr="Il a plu.")
        page = markup(client.get("/fr/claims/the-claim/"))
        discovery = page.one("link", type="application/json+oembed")["href"]
        card = client.get(discovery.removeprefix("http://testserver")).json()
        assert (card["version"], card["type"], card["title"]) == ("1.0", "rich", "Il a plu.")
        assert "/fr/claims/the-claim/embed/?edition=1" in unescape(card["html"])

    @pytest.mark.parametrize(
        ("asked", "width", "height"),
        [
            ({}, 600, 280),
            ({"maxwidth": "300"}, 300, 280),
            ({"maxwidth": "100", "maxheight": "90"}, 100, 90),
            ({"maxwidth": "5000", "maxheight": "5000"}, 600, 280),
            ({"maxwidth": "no", "maxheight": "0"}, 600, 280),
        ],
    )
    def test_it_is_never_larger_than_asked(self, client, db, asked, width, height):
        make_published(slug="the-claim")
        url = "http://testserver/en/claims/the-claim/"
        card = client.get("/oembed", {"url": url} | asked).json()
        assert (card["width"], card["height"]) == (width, height)
        assert f'width="{width}" height="{height}"' in card["html"]

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "http://elsewhere.example/en/claims/the-claim/",
            "http://testserver/en/claims/unknown/",
            "http://testserver/en/",
            "http://[",
        ],
    )
    def test_what_is_no_claim_here_is_not_found(self, client, db, url):
        make_published(slug="the-claim")
        assert client.get("/oembed", {"url": url}).status_code == 404

    def test_the_page_shows_the_line_to_copy(self, client, db):
        make_published(slug="the-claim", statement_en='It "rained".')
        page = markup(client.get("/en/claims/the-claim/"))
        url = "http://testserver/en/claims/the-claim/"
        shown = page.one("pre").text
        assert shown == client.get("/oembed", {"url": url}).json()["html"]

    def test_xml_is_not_offered(self, client, db):
        assert client.get("/oembed", {"format": "xml"}).status_code == 501


def test_security_txt_says_whom_to_tell_and_until_when(client, db):
    text = client.get("/.well-known/security.txt").content.decode()
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    assert fields["Contact"].startswith("mailto:")
    assert fields["Expires"] > "2026"
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"


class TestNotModified:
    @pytest.mark.parametrize(
        "address",
        [page for name, page in PAGES.items() if name != "report"]
        + ["/feeds/claims.{}.atom", "/sitemap.xml", "/claims/claim-a.{}.jsonld"],
    )
    def test_an_unchanged_page_is_not_made_again(self, client, db, address):
        publish_some(2)
        address = address.format("en")
        tag = client.get(address, headers={"accept-encoding": "gzip"})["ETag"]
        with CaptureQueriesContext(connections["reader"]) as queries:
            again = client.get(address, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert len(queries) <= 3

    def test_whatever_changes_the_page_changes_the_tag(self, client, db):
        claim = make_claim(slug="the-claim")
        publish_claim(claim, at=at_noon("2026-02-01"))
        first = claim.editions.get()
        tags = [client.get("/en/claims/")["ETag"]]
        make_published()
        tags.append(client.get("/en/claims/")["ETag"])
        correct(claim, summary_en="Better.")
        tags.append(client.get("/en/claims/")["ETag"])
        redact(first, reason="A court order.", by=None, at=at_noon("2027-01-01"))
        tags.append(client.get("/en/claims/")["ETag"])
        tags.append(client.get("/fr/claims/")["ETag"])
        tags.append(client.get("/en/claims/?rating=open")["ETag"])
        assert len(set(tags)) == len(tags)

    def test_what_is_not_there_is_not_unchanged(self, client, db):
        publish_some(1)
        anything = {"if-none-match": "*"}
        assert client.get("/en/claims/unknown/", headers=anything).status_code == 404
        assert client.get("/en/claims/claim-a/", headers=anything).status_code == 200

    def test_caches_ask_before_they_show_it_again(self, client, db):
        header = client.get("/en/")["Cache-Control"]
        assert set(header.split(", ")) == {"public", "max-age=0", "must-revalidate"}
