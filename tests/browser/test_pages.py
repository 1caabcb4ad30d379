"""Readers' pages as a browser shows them."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from claims.models import Report
from tests.browser.settled import barriers, follow
from tests.interview import PAGES


def addresses(language):
    return [address.format(language) for address in PAGES.values()] + [
        f"/{language}/claims/?rating=false&topic=bogus",
        f"/{language}/claims/?rating=false&q=statement",
        f"/{language}/claims/claim-a/?as_of=2100-01-01",
        f"/{language}/claims/claim-a/editions/1/",
        f"/{language}/claims/claim-a/embed/",
        f"/{language}/nowhere/",
    ]


ADDRESSES = addresses("en")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_has_a_barrier(open_page, width, scheme, language):
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for address in addresses(language):
        page.goto(address)
        assert barriers(page) == {}, address


@pytest.mark.parametrize("width", [390, 1280])
def test_with_colours_of_the_system_every_mark_can_be_seen(open_page, width):
    page = open_page(viewport={"width": width, "height": 900}, forced_colors="active")
    for address in ADDRESSES:
        page.goto(address)
        unseen = page.evaluate(
            """() => {
                const canvas = getComputedStyle(document.body).backgroundColor;
                const shapes = document.querySelectorAll("main svg :is(rect, circle, path, use)");
                return [...shapes].filter(shape => {
                    const { fill, stroke } = getComputedStyle(shape);
                    return [fill, stroke].every(colour => colour === "none" || colour === canvas);
                }).map(shape => shape.outerHTML);
            }"""
        )
        assert unseen == [], address


def test_a_demonstration_has_no_barrier_either(open_page, settings):
    settings.FACTCHECK = settings.FACTCHECK | {"demo": True}
    page = open_page()
    page.goto("/en/")
    assert page.locator(".demo").is_visible()
    assert barriers(page) == {}


# 320 pixels are what 400 % leaves of 1280.
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
    for address in ADDRESSES:
        page.goto(address)
    # Chromium tells of the pages that are not there or not understood; of the policy it has
    # nothing to tell.
    meant = ("404 (Not Found)", "400 (Bad Request)")
    assert [text for text in said if not text.endswith(meant)] == []


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


def test_a_reader_goes_back_in_time_and_reports_an_error_without_script(open_page):
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto("/en/documents/interview/")
    follow(page, page.locator(".strip-claims a, .strip a, main a[href*='/claims/']").first)
    page.goto("/en/documents/interview/?rating=false")
    assert page.locator("main a[href$='/claims/claim-3-of-many/']").count()
    page.goto("/en/claims/claim-a/")
    page.goto("/en/claims/claim-a/history/")
    follow(page, page.locator("main a[href$='/editions/1/']").first)
    assert page.locator(".verdict-word").first.is_visible()
    page.goto("/en/claims/claim-a/?as_of=2000-01-01")
    assert page.locator("main").inner_text().count("2000")
    page.goto("/en/claims/claim-a/report/")
    page.locator("textarea").first.fill("The number is another one.")
    follow(page, page.locator("main form button[type=submit], main form button").first)
    assert Report.objects.get().body == "The number is another one."


def tab_to(page, selector):
    """Press Tab until what ``selector`` names has the focus, which must be seen."""
    for _press in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            style = page.evaluate(
                """() => {
                    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
                    return [outlineStyle, parseFloat(outlineWidth)];
                }"""
            )
            assert style[0] != "none"
            assert style[1] >= 2
            return
    raise AssertionError(f"Tab does not reach {selector}.")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_reader_searches_reads_and_reports_by_keyboard(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    page.goto("/en/")
    tab_to(page, "input[name=q]")
    page.keyboard.type("statement")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, ".row-statement a")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "a[href^='#evidence-']")
    page.keyboard.press("Enter")
    page.wait_for_url("**#evidence-*")
    tab_to(page, "a[href*='/report/']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "textarea")
    page.keyboard.type("The number is another one.")
    tab_to(page, "main button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Report.objects.get().body == "The number is another one."


def test_a_mark_of_the_interview_leads_to_its_claim_by_keyboard(open_page):
    page = open_page(viewport={"width": 1280, "height": 800})
    page.goto("/en/documents/interview/")
    tab_to(page, ".text-fr a.sign")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/claims/" in page.url


def test_on_paper_stand_the_verdict_and_its_reasons_alone(open_page):
    page = open_page()
    page.goto("/en/claims/claim-a/")
    page.emulate_media(media="print")
    for shown in (".verdict-word", "#explanation-heading", "[id^=evidence-]", ".citation-text"):
        assert page.locator(shown).first.is_visible(), shown
    for hidden in (".navigation", ".languages", "a[href*='/report/']", ".reuse"):
        assert not page.locator(hidden).first.is_visible(), hidden


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


@contextmanager
def another_site(html):
    """Serves one page; its address."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_the_card_stands_on_another_site_as_often_as_it_is_opened(chromium, site):
    """The second time the browser asks whether what it has kept is still so."""
    questions = []
    card = f"{site}/en/claims/claim-a/embed/"
    with another_site(f'<iframe src="{card}"></iframe>') as address:
        page = chromium.new_page()
        page.on("requestfinished", lambda one: one.url == card and questions.append(one))
        for _again in range(3):
            page.goto(address)
            page.frame_locator("iframe").locator("main.card").wait_for(timeout=10_000)
        assert ["if-none-match" in one.all_headers() for one in questions] == [False, True, True]
        page.close()
