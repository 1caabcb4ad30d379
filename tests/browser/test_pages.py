"""Readers' pages as a browser shows them."""

import pytest

from tests.browser.settled import barriers, follow
from tests.interview import PAGES

ADDRESSES = [address.format("en") for address in PAGES.values()] + [
    "/en/claims/?rating=false&topic=bogus",
    "/en/claims/?rating=false&q=statement",
    "/fr/documents/interview/",
    "/en/nowhere/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_has_a_barrier(open_page, width, scheme):
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for address in ADDRESSES:
        page.goto(address)
        assert barriers(page) == {}, address


def test_a_demonstration_has_no_barrier_either(open_page, settings):
    settings.FACTCHECK = settings.FACTCHECK | {"demo": True}
    page = open_page()
    page.goto("/en/")
    assert page.locator(".demo").is_visible()
    assert barriers(page) == {}


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    for address in ADDRESSES:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_no_page_says_anything_to_the_console(open_page):
    page = open_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    for address in ADDRESSES[:5]:
        page.goto(address)
    assert said == []


def test_a_reader_searches_filters_and_reads_without_script(open_page):
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto("/en/")
    page.get_by_label("Search the claims").fill("statement")
    follow(page, page.get_by_role("button", name="Search"))
    assert page.get_by_role("heading", name="4 claims").is_visible()
    page.get_by_text("Filters and order").click()
    page.get_by_label("Half true").check()
    follow(page, page.get_by_role("button", name="Show claims"))
    assert page.get_by_role("heading", name="1 claim").is_visible()
    follow(page, page.locator(".row-statement a"))
    assert page.locator(".verdict-word").inner_text() == "Half true"
    follow(page, page.get_by_role("link", name="Français"))
    assert page.locator("html").get_attribute("lang") == "fr"


def test_the_filters_stand_open_beside_the_results_on_a_wide_screen(open_page):
    wide = open_page(viewport={"width": 1280, "height": 800})
    wide.goto("/en/claims/")
    assert wide.get_by_label("Half true").is_visible()
    narrow = open_page(viewport={"width": 390, "height": 800})
    narrow.goto("/en/claims/")
    assert not narrow.get_by_label("Half true").is_visible()
    narrow.get_by_text("Filters and order").click()
    assert narrow.get_by_label("Half true").is_visible()


def test_the_keyboard_reaches_the_content_first(open_page):
    page = open_page()
    page.goto("/en/claims/claim-a/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("address", ["/en/claims/claim-a/", "/en/documents/interview/differences/"])
def test_the_exact_words_can_be_seen(open_page, address):
    page = open_page()
    page.goto(address)
    assert page.locator("blockquote.quote").count() == 2
    for quote in page.locator("blockquote.quote").all():
        assert quote.is_visible()


def test_a_citation_leads_to_its_evidence(open_page):
    page = open_page()
    page.goto("/en/claims/claim-a/")
    link = page.locator("a[href^='#evidence-']").first
    link.click()
    assert page.locator(":target").get_attribute("id") in link.get_attribute("href")


def test_what_is_clicked_alone_is_large_enough(open_page):
    page = open_page(viewport={"width": 390, "height": 800})
    for address in ADDRESSES:
        page.goto(address)
        small = page.evaluate(
            """() => [...document.querySelectorAll("nav a, button, select, input, summary")]
                .map(element => [element.outerHTML.slice(0, 90), element.getBoundingClientRect()])
                .filter(([, box]) => box.width && box.height && box.height < 24)
                .filter(([html]) => !html.includes('type="checkbox"'))
                .map(([html]) => html)"""
        )
        assert small == [], address
