"""Answers that are kept: asked for again, they cost one query, and never outlive what they say."""

import gzip
import json

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from claims.kept import LONGEST_ANSWER, Answer, Kept
from claims.models import Edition, Term
from claims.record.publishing import redact
from tests.factories import correct, make_rated_claim, make_topic, publish_claim, withdraw

pytestmark = pytest.mark.usefixtures("shared_reader")


@pytest.fixture
def claim():
    claim = make_rated_claim(statement_en="The bridge was closed.", topics=[make_topic()])
    publish_claim(claim)
    return claim


def address(claim, rest=""):
    return f"/en/claims/{claim.slug}/{rest}"


def without_id(response):
    """The headers but the one that names the request."""
    return {name: value for name, value in response.headers.items() if name != "X-Request-ID"}


@pytest.mark.parametrize("path", ["", "embed/", "history/"])
def test_the_same_page_costs_one_query_the_second_time(client, claim, path):
    first = client.get(address(claim, path))
    with CaptureQueriesContext(connections["reader"]) as queries:
        second = client.get(address(claim, path))
    assert [one["sql"] for one in queries] == ["SELECT * FROM claims_state()"]
    assert second.content == first.content
    assert without_id(second) == without_id(first)


def test_each_language_form_and_query_is_a_page_of_its_own(client, claim):
    pages = [
        client.get(address, headers={"Accept-Encoding": encoding}).content
        for address in (f"/en/claims/{claim.slug}/", f"/fr/claims/{claim.slug}/", "/en/claims/")
        for encoding in ("", "gzip")
        for _again in range(2)
    ]
    assert pages[0::2] == pages[1::2]
    assert len(set(pages)) == 6
    assert gzip.decompress(pages[2]) == pages[0]


def test_a_correction_is_seen_at_once(client, claim):
    before = client.get(address(claim))
    correct(claim, statement_en="The bridge was open.")
    after = client.get(address(claim), headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert "The bridge was open." in after.content.decode()


def test_a_withdrawn_claim_is_gone_from_every_page_that_was_kept(client, claim):
    topic = claim.topics.get()
    pages = [address(claim), "/en/", "/en/claims/", f"/en/topics/{topic.slug}/"]
    feeds = ["/feeds/claims.en.atom", "/api/v1/claims/", f"/en/claims/{claim.slug}/embed/"]
    for path in [*pages, *feeds]:
        assert "The bridge was closed." in client.get(path).content.decode()
    withdraw(claim)
    for path in [*pages, *feeds]:
        assert "The bridge was closed." not in client.get(path).content.decode()


def test_what_is_redacted_is_gone_although_the_chain_is_as_it_was(client, claim):
    first = Edition.objects.get()
    publish_claim(make_rated_claim())
    correct(claim, statement_en="The bridge was open.")
    permanent, history = address(claim, "editions/1/"), address(claim, "history/")
    for path in (permanent, history):
        assert "closed" in client.get(path).content.decode()
    redact(first, reason="A court asked.", by=None, at=first.published_at)
    for path in (permanent, history):
        assert "closed" not in client.get(path).content.decode()
    assert client.get(permanent).status_code == 410


def test_nothing_of_an_earlier_state_stays_in_memory():
    kept = Kept()
    kept.find("before", ("page",))
    kept.keep("before", ("page",), Answer(b"words", {}))
    assert kept.find("before", ("page",))
    assert kept.find("after", ("other",)) is None
    assert kept.find("before", ("page",)) is None


def test_an_answer_made_of_an_earlier_state_is_not_kept():
    kept = Kept()
    kept.find("before", ("page",))
    kept.find("after", ("page",))
    kept.keep("before", ("page",), Answer(b"words", {}))
    assert kept.find("after", ("page",)) is None


def test_the_answers_asked_for_longest_ago_go_first():
    kept = Kept(most_bytes=2 * Answer(b"12345", {}).weight)
    kept.find("now", ("first",))
    for name in ("first", "second"):
        kept.keep("now", (name,), Answer(b"12345", {}))
    kept.find("now", ("first",))
    kept.keep("now", ("third",), Answer(b"12345", {}))
    found = [name for name in ("first", "second", "third") if kept.find("now", (name,))]
    assert found == ["first", "third"]


def test_headers_and_addresses_are_part_of_what_may_be_kept():
    plain = Answer(b"12345", {})
    for other in (Answer(b"12345", {"Link": "x" * 500}), Answer(b"12345", {}, "/" + "x" * 500)):
        assert other.weight > plain.weight + 500
        kept = Kept(most_bytes=2 * plain.weight)
        kept.find("now", ("first",))
        kept.keep("now", ("first",), plain)
        kept.keep("now", ("second",), other)
        assert kept.find("now", ("first",)) is None
        assert kept.find("now", ("second",))


def test_a_page_is_kept_once_for_those_who_take_gzip_and_those_who_do_not(client, claim):
    packed = client.get(address(claim), headers={"Accept-Encoding": "gzip"})
    with CaptureQueriesContext(connections["reader"]) as queries:
        plain = client.get(address(claim))
    assert [one["sql"] for one in queries] == ["SELECT * FROM claims_state()"]
    assert "Content-Encoding" not in plain
    assert gzip.decompress(packed.content) == plain.content
    assert plain["Content-Length"] == str(len(plain.content))
    assert plain["ETag"] == packed["ETag"]
    assert "Accept-Encoding" in plain["Vary"]


def test_it_is_the_packed_size_that_has_a_limit():
    kept = Kept()
    text = b"The same words. " * (2 * LONGEST_ANSWER // 16)
    kept.find("now", ("page",))
    kept.keep("now", ("page",), Answer.of(HttpResponse(text), "/page/"))
    found = kept.find("now", ("page",))
    assert found
    assert len(found.content) < len(text) / 10
    assert found.response(takes_gzip=False).content == text
    assert found.response(takes_gzip=True).content == found.content
    kept.keep("now", ("long",), Answer(bytes(LONGEST_ANSWER + 1), {}))
    assert kept.find("now", ("long",)) is None


def test_errors_are_not_kept(client, claim):
    assert client.get("/en/claims/later/").status_code == 404
    claim = make_rated_claim(slug="later")
    publish_claim(claim)
    assert client.get("/en/claims/later/").status_code == 200


def test_a_kept_answer_is_refused_under_a_foreign_host(client, claim):
    client.get(address(claim))
    assert client.get(address(claim)).status_code == 200
    assert client.get(address(claim), headers={"Host": "elsewhere.example"}).status_code == 400


def test_the_kept_card_may_still_stand_in_a_frame(client, claim):
    for _again in range(2):
        response = client.get(address(claim, "embed/"))
        assert "frame-ancestors *" in response["Content-Security-Policy"]
        assert "X-Frame-Options" not in response


def test_whoever_knows_the_name_of_a_page_gets_no_page(client, claim):
    tag = client.get(address(claim))["ETag"]
    for path, expected in ((address(claim), 304), ("/fr/claims/", 200)):
        response = client.get(path, headers={"If-None-Match": tag})
        assert response.status_code == expected
    response = client.get(address(claim), headers={"If-None-Match": tag})
    assert response["ETag"] == tag
    assert "must-revalidate" in response["Cache-Control"]


def test_a_page_that_this_process_never_made_is_not_made_to_say_not_modified(client, claim):
    tag = client.get(address(claim))["ETag"]
    another_process = type(client)()
    with CaptureQueriesContext(connections["reader"]) as queries:
        response = another_process.get(address(claim), headers={"If-None-Match": tag})
    assert response.status_code == 304
    assert [one["sql"] for one in queries] == ["SELECT * FROM claims_state()"]


def test_a_kept_feed_still_answers_those_that_know_its_date_only(client, claim):
    date = client.get("/feeds/claims.en.atom")["Last-Modified"]
    response = client.get("/feeds/claims.en.atom", headers={"If-Modified-Since": date})
    assert response.status_code == 304


def test_nothing_of_the_admin_is_kept(admin_client, claim):
    first = admin_client.get("/admin/claims/term/").content.decode()
    assert "Renamed" not in first
    Term.objects.filter(kind="topic").update(label_en="Renamed")
    assert "Renamed" in admin_client.get("/admin/claims/term/").content.decode()


def test_another_scale_makes_another_page(client, claim):
    assert "Renamed" not in client.get(address(claim)).content.decode()
    rating = claim.rating
    rating.label_en = "Renamed"
    rating.save()
    found = json.loads(client.get("/api/v1/ratings/").content)["results"]
    assert "Renamed" in [one["label_en"] for one in found]
