"""Pages for what is not there, not allowed or broken."""

import pytest
from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import connections
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from tests.factories import make_claim, make_document, submit
from tests.markup import markup


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_draft_and_an_unknown_claim_get_the_very_same_page(client, db, language):
    make_claim(slug="draft")
    submit(make_claim(slug="in-review"))
    answers = [
        client.get(f"/{language}/claims/{slug}/") for slug in ("draft", "in-review", "unknown")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        del answer.headers["X-Request-ID"]
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_a_document_without_live_claims_gets_the_page_of_an_unknown_one(client, db):
    make_claim(document=make_document(slug="unpublished", title_en="A secret"))
    answers = [client.get(f"/en/documents/{slug}/") for slug in ("unpublished", "unknown")]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].content == answers[1].content
    assert b"A secret" not in answers[0].content


@pytest.mark.parametrize("address", ["/en/nowhere/", "/en/claims/a%00b/", "/en/claims/../x"])
def test_a_missing_page_leads_home_and_asks_the_database_nothing(client, db, address):
    with CaptureQueriesContext(connections["reader"]) as queries:
        response = client.get(address)
    assert response.status_code == 404
    page = markup(response)
    assert page.one("h1").text == "There is no such page"
    assert page.find("a", href="/en/")
    assert page.find("a", href="/fr/", lang="fr")
    assert not page.find("link", rel="canonical")
    assert len(queries) == 0


def broken(request):
    raise ValueError("broken")


def forbidden(request):
    raise PermissionDenied


def bad(request):
    raise BadRequest


class Patterns:
    """The site's addresses with some that fail."""

    urlpatterns = [
        path("admin/", admin.site.urls),
        path("en/broken/", broken),
        path("en/forbidden/", forbidden),
        path("en/bad/", bad),
        path("en/", include("claims.urls")),
    ]


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/en/broken/", 500, "Something went wrong"),
        ("/en/forbidden/", 403, "You may not see this page"),
        ("/en/bad/", 400, "This request cannot be understood"),
    ],
)
def test_a_fault_has_a_page_that_needs_no_database(client, db, settings, address, status, heading):
    settings.ROOT_URLCONF = Patterns
    client.raise_request_exception = False
    with CaptureQueriesContext(connections["reader"]) as queries:
        response = client.get(address)
    assert response.status_code == status
    assert markup(response).one("h1").text == heading
    assert len(queries) == 0


@pytest.mark.parametrize("template", ["500.html", "413.html", "400.html"])
def test_the_page_of_a_fault_needs_no_context(template):
    assert "<h1>" in render_to_string(template)
