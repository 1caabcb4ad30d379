"""Evidence, notes, sources and captured texts at the desk, in a real browser."""

import pytest
from django.urls import reverse

from claims.models import Claim, Source
from tests.admin.pages import add_address, change_address, list_address
from tests.browser.settled import barriers, follow
from tests.factories import make_evidence, make_note, make_reply, make_source

PAGE = "https://news.example/strike"


@pytest.fixture
def claim(site):
    """A draft with one of everything."""
    claim = make_evidence(key="evidence-1").claim
    make_note(claim=claim, visibility="public", text_fr="Note.")
    make_reply(claim=claim)
    return claim


def capture_address(claim):
    return reverse("admin:claims_document_capture", args=[claim.document_id])


def add_row(page):
    page.get_by_role("button", name="Add another Piece of evidence").or_(
        page.get_by_text("Add another Piece of evidence")
    ).first.click()
    return page.locator("#evidence-1")


def test_an_address_is_recognised_at_once(desk, claim):
    make_source(url=PAGE, publisher="The News", title="Strike")
    page = desk()
    page.goto(change_address(claim))
    row = add_row(page)
    address = row.get_by_label("Or its address")
    address.fill("http://www.news.example/strike/?utm_source=mail")
    address.press("Tab")
    status = row.get_by_role("status")
    status.get_by_text("Known: The News: Strike, used in 0 claims.").wait_for()
    assert not row.get_by_label("Publisher").is_visible()
    address.fill("https://news.example/other")
    address.press("Tab")
    status.get_by_text("New: say").wait_for()
    assert row.get_by_label("Publisher").is_visible()


def test_one_key_chooses_the_stance_and_only_there(desk, claim):
    page = desk()
    page.goto(change_address(claim))
    row = add_row(page)
    first = row.get_by_role("radio").first
    first.focus()
    page.keyboard.press("x")
    assert row.get_by_role("radio", name="Context").is_checked()
    page.keyboard.press("C")
    assert row.get_by_role("radio", name="Contradicts").is_checked()
    page.keyboard.press("Control+s")
    row.get_by_label("Finding (English)").focus()
    page.keyboard.type("sxs")
    assert row.get_by_role("radio", name="Contradicts").is_checked()
    assert row.get_by_label("Finding (English)").input_value() == "sxs"


def test_evidence_is_replaced_and_a_note_added_without_script(desk, claim):
    page = desk(java_script_enabled=False)
    page.goto(change_address(claim))
    row = page.locator("#evidence-0")
    row.get_by_label("Source:", exact=True).select_option("")
    row.get_by_label("Or its address").fill(PAGE)
    row.get_by_text("New source").click()
    row.get_by_label("Publisher").fill("The News")
    row.get_by_role("radio", name="Context").check()
    page.locator("#id_notes-1-text_en").fill("Ask again.")
    follow(page, page.get_by_role("button", name="Save", exact=True))
    page.get_by_text("was changed successfully").wait_for()
    item = claim.evidence.get()
    assert (item.source.url, item.source.publisher, item.stance) == (PAGE, "The News", "context")
    assert claim.notes.filter(text_en="Ask again.").exists()


def test_a_text_is_captured_with_and_without_script(desk, claim):
    words = "  The day began.\n\n\tAnd 8\u202f000 of the people went. \n"
    for script in (True, False):
        page = desk(java_script_enabled=script)
        page.goto(capture_address(claim))
        page.get_by_label("Text").fill(words)
        follow(page, page.get_by_role("button", name="Show what would happen"))
        follow(page, page.get_by_role("button", name="Keep the text"))
        page.get_by_text("The text is kept: English.").wait_for()
        assert claim.document.transcripts.get().text == words
        claim.document.transcripts.all().delete()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_the_desk_has_a_barrier(desk, claim, width, scheme):
    page = desk(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(capture_address(claim))
    look(page, "#content-main")
    page.get_by_label("Text").fill("1) Who was there?\n\nThe men of the town.\ntop of page\n")
    follow(page, page.get_by_role("button", name="Show what would happen"))
    look(page, "#content-main")
    page.goto(change_address(claim))
    add_row(page)
    for part in ("#evidence-group", "#replies-group", "#notes-group"):
        look(page, part)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []


def look(page, part):
    # The fields that search are Django's, and their names are not ours to give.
    context = {"include": [part], "exclude": [".select2-container"]}
    assert barriers(page, context) == {}


@pytest.mark.parametrize("model", [Claim, Source])
def test_forms_and_lists_say_nothing_to_the_console(desk, claim, model):
    page = desk()
    said = []
    page.on("console", lambda message: said.append(message.text))
    for address in (list_address(model), add_address(model)):
        page.goto(address)
    assert said == []
