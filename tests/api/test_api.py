"""The read API: what it says, what it refuses, and that its description is true."""

import json

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from claims.api.views import DESCRIPTION
from claims.models import Edition
from tests.exported import publish_history
from tests.factories import make_claim, make_published, make_rated_claim, make_topic, publish_claim
from tests.interview import publish_some

API = "/api/v1"


@pytest.fixture
def history(db):
    publish_history()


def slugs(response):
    return [row["slug"] for row in response.json()["results"]]


class TestClaims:
    def test_it_lists_what_the_site_lists(self, client, history):
        body = client.get(f"{API}/claims/").json()
        assert (body["count"], body["count_is_exact"]) == (2, True)
        first = body["results"][1]
        assert (first["slug"], first["rating"], first["edition"]) == ("mended", "false", 2)
        assert first["url"] == "http://testserver/api/v1/claims/mended/"
        assert first["url_fr"] == "http://testserver/fr/claims/mended/"

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("rating=false", ["mended"]),
            ("rating=false&as_of=&made_on_after=&kind=&q=", ["mended"]),
            ("rating=open", ["open"]),
            ("rating=open&rating=false", ["open", "mended"]),
            ("topic=rain", ["open"]),
            ("as_of=2026-02-02", ["mended"]),
            ("q=source", ["blanked"]),
            ("ordering=oldest", ["mended", "blanked", "open"]),
        ],
    )
    def test_filters_are_those_of_the_site(self, client, history, query, expected):
        make_published(slug="open", topics=[make_topic(slug="rain")])
        assert slugs(client.get(f"{API}/claims/?{query}")) == expected

    def test_pages_lead_on_and_back(self, client, db):
        publish_some(30)
        first = client.get(f"{API}/claims/?ordering=reading").json()
        assert (first["count"], len(first["results"]), first["previous"]) == (30, 25, None)
        second = client.get(first["next"]).json()
        assert (len(second["results"]), second["next"]) == (5, None)
        assert client.get(second["previous"]).json()["results"] == first["results"]

    def test_one_has_all_that_its_edition_says(self, client, history):
        body = client.get(f"{API}/claims/mended/").json()
        edition = Edition.objects.get(claim_slug="mended", number=2)
        assert body["content"] == edition.content["content"]
        assert body["chain_hash"] == edition.chain_hash
        earlier = client.get(f"{API}/claims/mended/?as_of=2026-02-02").json()
        assert (earlier["rating"], earlier["edition"]) == ("true", 1)

    def test_a_withdrawn_one_is_gone_with_the_reason(self, client, history):
        response = client.get(f"{API}/claims/gone/")
        assert response.status_code == 410
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["detail"] == "The source retracted its report."

    def test_a_draft_is_as_unknown_as_any(self, client, db):
        make_claim(slug="draft")
        draft, unknown = (client.get(f"{API}/claims/{slug}/") for slug in ("draft", "unknown"))
        assert draft.status_code == unknown.status_code == 404
        assert draft.content == unknown.content

    def test_before_it_was_published_it_is_not_there(self, client, history):
        response = client.get(f"{API}/claims/mended/?as_of=2020-01-01")
        assert (response.status_code, response.json()["status"]) == (404, 404)


class TestOthers:
    def test_terms_are_those_of_live_claims(self, client, db):
        publish_some(2)
        make_topic(slug="unused")
        assert slugs(client.get(f"{API}/topics/")) == ["rain", "snow", "wind"]
        assert client.get(f"{API}/topics/rain/").json()["claims"] == 2
        assert client.get(f"{API}/topics/unused/").status_code == 404
        assert slugs(client.get(f"{API}/documents/")) == ["interview"]
        assert (
            client.get(f"{API}/documents/interview/")
            .json()["url_en"]
            .endswith("/en/documents/interview/")
        )
        assert "speaker" in slugs(client.get(f"{API}/claimants/"))
        assert client.get(f"{API}/claimants/speaker/").status_code == 200

    def test_terms_come_in_pages(self, client, db, monkeypatch):
        monkeypatch.setattr("claims.api.views.TERMS", 2)
        publish_some(1)
        first = client.get(f"{API}/topics/").json()
        second = client.get(first["next"]).json()
        assert [row["slug"] for row in first["results"] + second["results"]] == [
            "rain",
            "snow",
            "wind",
        ]
        assert second["next"] is None

    def test_ratings_are_defined(self, client, db):
        publish_claim(make_rated_claim("false"))
        [row] = client.get(f"{API}/ratings/").json()["results"]
        assert (row["slug"], row["value"]) == ("false", 1)

    def test_corrections_say_before_after_and_why(self, client, history):
        rows = {(row["claim"], row["edition"]): row for row in results(client, "corrections")}
        mended = rows["mended", 2]
        assert (mended["rating_before"], mended["rating"]) == ("true", "false")
        assert mended["reason_en"] == "We were wrong."
        gone = rows["gone", 2]
        assert (gone["kind"], gone["rating_before"]) == ("withdrawal", None)
        assert gone["reason_en"] == "The source retracted its report."


def results(client, name):
    return client.get(f"{API}/{name}/").json()["results"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("address", "name"),
        [
            ("claims/?rating=wrong", "rating"),
            ("claims/?colour=red", "colour"),
            ("claims/?as_of=soon", "as_of"),
            ("claims/?after=forged", "after"),
            ("claims/?q=%00", "q"),
            ("claims/?made_on_after=2022-02-30", "made_on_after"),
            ("claims/x/?rating=false", "rating"),
            ("topics/?after=%00", "after"),
            ("topics/rain/?x=1", "x"),
            ("ratings/?x=1", "x"),
            ("corrections/?after=1", "after"),
        ],
    )
    def test_what_cannot_be_understood_is_named(self, client, db, address, name):
        response = client.get(f"{API}/{address}")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
        body = response.json()
        assert (body["status"], body["title"], list(body["errors"])) == (400, "Bad Request", [name])

    @pytest.mark.parametrize(
        "address",
        [
            "claims/a%00b/",
            "claims/é/",
            "topics/a.b/",
            "documents/%2e%2e/",
            "nothing",
            "claims/a/b/",
        ],
    )
    def test_even_what_is_not_there_is_answered_in_json(self, client, db, address):
        response = client.get(f"{API}/{address}")
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == 404

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_nothing_can_be_written(self, client, db, method):
        response = getattr(client, method)(f"{API}/claims/")
        assert response.status_code == 405
        assert response["Content-Type"] == "application/problem+json"

    def test_errors_are_in_english_whoever_asks(self, client, db):
        response = client.get(f"{API}/claims/?as_of=soon", headers={"accept-language": "fr"})
        assert "is not a day" in response.json()["errors"]["as_of"][0]


class TestHeaders:
    @pytest.mark.parametrize(
        "name", ["claims", "documents", "topics", "claimants", "ratings", "corrections"]
    )
    def test_each_is_open_to_any_page_and_costs_little_again(self, client, db, name):
        publish_some(1)
        response = client.get(f"{API}/{name}/", headers={"accept": "text/html"})
        assert response["Content-Type"] == "application/json"
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        assert not response.cookies
        again = client.get(f"{API}/{name}/", headers={"if-none-match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_a_browser_may_ask_whether_it_changed(self, client, db):
        response = client.options(f"{API}/claims/")
        assert response.status_code == 204
        assert response["Access-Control-Allow-Headers"] == "If-None-Match"


class TestDescription:
    def test_the_committed_one_is_what_the_code_says(self):
        schema = SchemaGenerator().get_schema(request=None, public=True)
        validate_schema(schema)
        committed = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
        assert json.loads(json.dumps(schema)) == committed, "Run: make openapi"
        assert committed["openapi"].startswith("3.1")

    def test_it_is_served(self, client, db):
        response = client.get(f"{API}/openapi.json")
        assert json.loads(b"".join(response.streaming_content)) == json.loads(
            DESCRIPTION.read_text(encoding="utf-8")
        )

    def test_it_lists_every_filter_of_the_site(self):
        from claims.filters import ClaimFilterSet

        paths = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["paths"]
        listed = {one["name"] for one in paths[f"{API}/claims/"]["get"]["parameters"]}
        assert listed == {"as_of", *ClaimFilterSet.base_filters}
