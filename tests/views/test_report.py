"""The form with which a reader tells the desk of an error."""

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Report
from tests.factories import correct, make_claim, make_published, make_report, withdraw
from tests.markup import markup

HERE = {"origin": "http://testserver"}
LIMIT = 10


@pytest.fixture(autouse=True)
def _reporters_rights(shared_reporter):
    return shared_reporter


@pytest.fixture
def edition(db):
    return make_published(slug="claim-a")


def address(slug="claim-a"):
    return f"/en/claims/{slug}/report/"


def send(client, headers=HERE, slug="claim-a", **typed):
    return client.post(
        address(slug), {"edition": "1", "body": "The number is wrong."} | typed, headers=headers
    )


def alert(response):
    return markup(response).one(role="alert").text


def test_a_report_is_kept_with_the_edition_read_and_nothing_about_the_reader(client, edition):
    typed = {"link": "https://a.example/x", "contact": "Me, me@b.example"}
    response = client.post(
        "/fr/claims/claim-a/report/",
        {"edition": "1", "body": "Faux.", "subject": ""} | typed,
        headers=HERE | {"user-agent": "Browser", "x-forwarded-for": "192.0.2.7"},
        REMOTE_ADDR="192.0.2.7",
    )
    assert response.status_code == 303
    assert response["Location"] == "/fr/claims/claim-a/report/?sent=1"
    report = Report.objects.get()
    assert (report.edition, report.language, report.body) == (edition, "fr", "Faux.")
    assert {name: getattr(report, name) for name in typed} == typed
    kept = {field.name for field in Report._meta.fields}
    assert kept == {
        *("id", "edition", "language", "body", "link", "contact", "received_at"),
        *("status", "answer", "handled_by", "handled_at", "note", "corrected_in"),
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_reader_is_thanked_and_led_back(client, edition, language):
    response = client.get(f"/{language}/claims/claim-a/report/?sent=1")
    found = markup(response)
    assert response.status_code == 200
    assert not response.cookies
    assert not found.find("form", method="post")
    assert found.find("a", href=f"/{language}/claims/claim-a/")
    assert found.one("a", rel=None, lang={"en": "fr", "fr": "en"}[language])["href"].endswith(
        "/report/?sent=1"
    )


def test_the_claim_page_leads_to_the_form_of_its_edition(client, edition):
    link = markup(client.get("/en/claims/claim-a/")).one("a", href=f"{address()}?edition=1")
    assert link.text
    assert markup(client.get(link["href"])).one("input", name="edition")["value"] == "1"


def test_no_cookie_is_set_whatever_comes_of_it(client, edition):
    for response in (send(client), send(client, body=""), client.get(address())):
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")


def test_search_engines_are_kept_from_the_form(client, edition):
    assert client.get(address())["X-Robots-Tag"] == "noindex"


# What is typed


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"body": ""}, "body", "Say what is wrong."),
        ({"body": " \r\n "}, "body", "Say what is wrong."),
        ({"body": "x" * 4001}, "body", "4001 characters: shorten it to 4000"),
        ({"body": "a\x00b"}, "body", "Null characters"),
        ({"link": "javascript:alert(1)"}, "link", "https://"),
        ({"link": "ftp://a.example/x"}, "link", "https://"),
        ({"link": "a.example"}, "link", "https://"),
        ({"link": f"https://a.example/{'x' * 2000}"}, "link", "at most 2000"),
        ({"contact": "x" * 201}, "contact", "at most 200"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    client, edition, typed, field, words
):
    given = {"body": "Mine.", "link": "https://b.example/", "contact": "Me"} | typed
    response = send(client, **given)
    assert response.status_code == 400
    found = markup(response)
    assert words in alert(response)
    assert found.one("title").text.startswith("Error:")
    assert found.find("a", href=f"#id_{field}")
    box = found.one(id=f"id_{field}")
    assert box["aria-invalid"] == "true"
    assert words in found.one(id=f"id_{field}_error").text
    assert f"id_{field}_error" in box["aria-describedby"]
    assert response.context["form"].data.dict().items() >= given.items()
    for name in ("link", "contact"):
        assert found.one("input", name=name)["value"] == given[name]
    assert found.one("textarea").text == " ".join(given["body"].split())
    assert not Report.objects.exists()


def test_a_line_end_counts_as_one_character_as_in_the_browser(client, edition):
    assert send(client, body="\r\n".join(["x" * 1999, "y" * 2000])).status_code == 303
    assert len(Report.objects.get().body) == 4000


def test_what_a_reader_typed_is_shown_as_text(client, edition):
    response = send(client, body="<b>x</b>", link='"><script>')
    assert "<script>" not in response.content.decode()
    assert "&lt;b&gt;x" in response.content.decode()


# Where it comes from


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
        {"origin": "http://testserver"},
        {"referer": "http://testserver/en/claims/claim-a/report/"},
        {"origin": "https://facts.example"},
    ],
)
def test_what_is_sent_from_here_is_taken(client, edition, settings, headers):
    settings.CSRF_TRUSTED_ORIGINS = ["https://facts.example"]
    assert send(client, headers).status_code == 303
    assert Report.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "https://testserver"},
        {"origin": "http://testserver.example"},
        {"origin": "null"},
        {"origin": "https://other.example", "referer": "http://testserver/"},
        {"referer": "https://other.example/http://testserver/"},
        {"referer": "http://[broken"},
    ],
)
def test_what_another_site_sends_is_not_taken_and_not_lost(client, edition, headers):
    response = send(client, headers)
    assert response.status_code == 403
    assert "Send it again" in alert(response)
    assert markup(response).one("textarea").text == "The number is wrong."
    assert not Report.objects.exists()


def test_what_a_program_fills_in_is_thanked_for_and_thrown_away(client, edition):
    response = send(client, subject="Cheap watches")
    assert response.status_code == 303
    assert response["Location"] == f"{address()}?sent=1"
    assert not Report.objects.exists()


def test_nobody_comes_upon_the_trap(client, edition):
    found = markup(client.get(address()))
    trap = found.one("input", name="subject")
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert found.one(class_="report-trap")["aria-hidden"] == "true"
    assert "hidden" not in trap.attributes


# How many


def test_too_many_are_told_when_to_come_back_and_lose_nothing(client, edition):
    for _count in range(LIMIT):
        make_report(edition=edition)
    response = send(client)
    assert response.status_code == 429
    assert int(response["Retry-After"]) == 3600
    assert "60 minutes" in alert(response)
    assert markup(response).one("textarea").text == "The number is wrong."
    assert Report.objects.count() == LIMIT


# Which edition


def test_a_report_keeps_the_edition_that_was_read_when_a_newer_one_has_come_out(client, edition):
    newest = correct(edition.claim, statement_en="Mended.")
    page = client.get(f"{address()}?edition=1")
    assert "You read edition 1" in markup(page).one(class_="notice").text
    assert markup(page).one("input", name="edition")["value"] == "1"
    send(client)
    assert Report.objects.get().edition == edition
    assert not markup(client.get(address())).find(class_="notice")
    send(client, edition=str(newest.number))
    assert Report.objects.latest("pk").edition == newest


@pytest.mark.parametrize("number", ["", "2", "0", "-1", "x", "१", "9" * 30, "1.0"])
def test_an_unknown_edition_is_refused_in_words_and_the_current_one_proposed(
    client, edition, number
):
    response = send(client, edition=number)
    assert response.status_code == 400
    assert "edition 1, the current one" in alert(response)
    assert markup(response).one("input", name="edition")["value"] == "1"
    assert markup(response).one("textarea").text == "The number is wrong."
    assert not Report.objects.exists()
    assert client.get(address(), {"edition": number}).status_code == 400


def test_an_edition_of_another_claim_is_unknown(client, edition):
    other = make_published(slug="claim-b")
    correct(other.claim, statement_en="Again.")
    assert send(client, edition="2").status_code == 400


def test_a_withdrawal_is_no_edition_that_one_has_read(client, edition):
    withdraw(edition.claim)
    correct(edition.claim, statement_en="Back again.")
    assert send(client, edition="2").status_code == 400
    assert send(client, edition="1").status_code == 303
    assert send(client, edition="3").status_code == 303


def test_a_withdrawn_claim_says_why_and_takes_no_report(client, edition):
    withdraw(edition.claim)
    for response in (client.get(address()), send(client)):
        assert response.status_code == 410
        assert "The source retracted its report." in markup(response).one("main").text
    assert not Report.objects.exists()


def test_a_draft_is_as_unknown_as_what_is_not_there(client, edition):
    draft = make_claim(slug="draft")
    for slug in (draft.slug, "nothing"):
        assert client.get(address(slug)).status_code == 404
        assert send(client, slug=slug).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_nothing_but_reading_and_sending_is_possible(client, edition, method):
    assert getattr(client, method)(address()).status_code == 405


def test_an_editor_who_is_signed_in_reports_like_anybody(admin_client, edition):
    assert send(admin_client).status_code == 303
    assert Report.objects.get().handled_by is None


def test_djangos_own_check_does_not_stand_in_the_way(edition):
    assert send(Client(enforce_csrf_checks=True)).status_code == 303


def test_the_address_has_a_name(edition):
    assert reverse("claims:report", args=["claim-a"]) == address()
