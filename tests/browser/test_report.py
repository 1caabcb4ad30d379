"""A reader tells the desk of an error, in a real browser: with the keyboard, without script."""

import pytest

from claims.models import Edition, Report
from tests.browser.settled import barriers, follow
from tests.factories import make_report

ADDRESS = "/en/claims/claim-a/report/"


@pytest.fixture
def page(open_page):
    return open_page(java_script_enabled=False, viewport={"width": 390, "height": 800})


def test_a_reader_reports_an_error_with_the_keyboard_alone(page):
    page.goto("/en/claims/claim-a/")
    link = page.get_by_role("link", name="Report an error in this claim")
    link.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_label("What is wrong?").focus()
    page.keyboard.type("The number is 238.")
    page.keyboard.press("Tab")
    page.keyboard.type("https://a.example/report")
    page.keyboard.press("Tab")
    page.keyboard.type("me@b.example")
    # Not into the trap: the next stop is the button.
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Thank you")
    assert page.context.cookies() == []
    report = Report.objects.get()
    assert (report.body, report.contact) == ("The number is 238.", "me@b.example")
    assert report.link == "https://a.example/report"


def test_an_error_leads_to_its_field_and_loses_nothing(page):
    page.goto(ADDRESS)
    page.get_by_label("Link to evidence").fill("not an address")
    follow(page, page.get_by_role("button", name="Send the report"))
    assert page.get_by_label("Link to evidence").input_value() == "not an address"
    page.get_by_role("alert").get_by_role("link", name="What is wrong?").click()
    assert page.evaluate("document.activeElement.id") == "id_body"
    page.get_by_label("What is wrong?").fill("The number.")
    page.get_by_label("Link to evidence").fill("")
    follow(page, page.get_by_role("button", name="Send the report"))
    assert Report.objects.get().body == "The number."


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_what_comes_of_it_has_no_barrier(open_page, width, scheme):
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for language in ("en", "fr"):
        page.goto(f"/{language}/claims/claim-a/report/?edition=9")
        assert barriers(page) == {}
        page.locator("form.report-form button").click()
        page.wait_for_load_state()
        assert page.get_by_role("alert").is_visible()
        assert barriers(page) == {}
        page.goto(f"/{language}/claims/claim-a/report/?sent=1")
        assert barriers(page) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desks_page_of_a_report_has_no_barrier(desk, scheme):
    edition = Edition.objects.get(claim_slug="claim-a")
    report = make_report(edition=edition, link="https://a.example/x", contact="me@b.example")
    page = desk(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    for address in (
        "/admin/",
        "/admin/claims/report/",
        f"/admin/claims/report/{report.pk}/change/",
        f"/admin/claims/claim/{edition.claim_id}/change/",
    ):
        page.goto(address)
        assert barriers(page) == {}, address
