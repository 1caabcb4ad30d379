"""A document is read and claims are marked in it, by mouse and by keys, with a stop-watch."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from claims.desk.recognising import recognise
from claims.desk.transcripts import capture, capture_parts
from claims.models import Claim, Quote, Status
from tests.browser.settled import barriers, follow
from tests.factories import make_claim, make_document, make_quote, make_rating, make_user, submit

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "interview_synthetic.txt"
DESK = {"width": 1280, "height": 800}
MOST_INTERACTIONS = 12
# What the console says of a form that comes back with what is wrong.
REFUSED = "status of 409"

# Where on the screen the words begin and end: from before the first letter to after the last.
PLACE_OF_WORDS = """([language, words, number]) => {
  const blocks = document.querySelectorAll(`[data-language=${language}] [data-start]`);
  for (const block of blocks) {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      let start = node.data.indexOf(words);
      while (start !== -1 && number > 0) {
        number -= 1;
        start = node.data.indexOf(words, start + 1);
      }
      if (start !== -1) {
        const range = document.createRange();
        range.setStart(node, start);
        range.setEnd(node, start + words.length);
        const lines = [...range.getClientRects()];
        const [first, last] = [lines[0], lines.at(-1)];
        return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
      }
    }
  }
}"""


@pytest.fixture
def document(site):
    """The invented interview, with a claim by somebody in its first section."""
    document = make_document(slug="orvale")
    capture_parts(document, recognise(SAMPLE.read_bytes().decode()))
    claim = make_claim(document=document, position=1, kind="legal")
    for language, words in (("fr", "sur ordre de la préfète"), ("en", "by order of the prefect")):
        transcript = document.transcripts.get(language=language)
        start = transcript.text.index(words)
        make_quote(
            claim=claim,
            language=language,
            exact=words,
            start=start,
            end=start + len(words),
            state="exact",
            transcript_sha256=transcript.sha256,
        )
    make_rating("true")
    return document


@pytest.fixture
def open_desk(open_page, site, document):
    """Opens the page of the document as a researcher; whatever the console says fails the test."""
    said = []

    def open_window(**options):
        page = open_page(**{"viewport": DESK} | options)
        browser = Client()
        browser.force_login(make_user())
        cookie = {"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": site}
        page.context.add_cookies([cookie])
        page.on("console", lambda message: REFUSED in message.text or said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(reverse("admin:claims_document_read", args=[document.pk]))
        return page

    yield open_window
    assert said == []


class Hand:
    """A person at the page who does one thing at a time, and counts."""

    def __init__(self, page):
        self.page = page
        self.interactions = 0

    def do(self, control, act):
        """The control must be in sight, whole, on a page that was never scrolled."""
        box = control.bounding_box()
        width, height = (self.page.viewport_size[name] for name in ("width", "height"))
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
        assert self.page.evaluate("scrollY") == 0
        self.interactions += 1
        act(control)

    def fill(self, label, words):
        self.do(self.page.get_by_label(label, exact=True), lambda control: control.fill(words))

    def choose(self, label, option):
        control = self.page.get_by_label(label, exact=True)
        self.do(control, lambda control: control.select_option(label=option))

    def press(self, name):
        self.do(self.page.get_by_role("button", name=name), lambda control: control.click())

    def tick(self, label):
        self.do(self.page.get_by_label(label, exact=True), lambda control: control.check())

    def select(self, language, words, number=0):
        """Drag the mouse over the words."""
        self.interactions += 1
        place = self.page.evaluate(PLACE_OF_WORDS, [language, words, number])
        left, top, right, bottom = place
        assert 0 <= top <= bottom <= self.page.viewport_size["height"]
        self.page.mouse.move(left, top)
        self.page.mouse.down()
        self.page.mouse.move(right, bottom, steps=5)
        self.page.mouse.up()
        expect(field(self.page, language)).to_have_value(re.compile(re.escape(words)))


def field(page, language):
    return page.locator(f"#id_exact_{language}")


def text_of(document, language):
    return document.transcripts.get(language=language).text


def test_a_claim_is_marked_rated_and_submitted_in_a_dozen_steps(open_desk, document):
    page = open_desk()
    hand = Hand(page)
    hand.select("fr", "8 000 passagers sont restés à quai")
    hand.select("en", "8,000 passengers stayed on the quay")
    hand.fill("Statement (French)", "Huit mille passagers sont restés à quai.")
    hand.fill("Statement (English)", "Eight thousand passengers stayed on the quay.")
    hand.choose("Rating", "True")
    hand.fill("Address of the evidence", "https://stats.example/passengers")
    hand.choose("Kind of source", "Official body")
    hand.tick("Supports")
    hand.fill("Finding (French)", "Le port en compte 8 000.")
    hand.fill("Finding (English)", "The port counts 8,000.")
    hand.press("Save and submit")
    assert hand.interactions <= MOST_INTERACTIONS
    page.wait_for_url(re.compile(r"/read/#quote-\d+$"))

    before, claim = Claim.objects.filter(document=document).order_by("position")
    assert claim.status == Status.IN_REVIEW
    assert (claim.claimant, claim.kind) == (before.claimant, "legal")
    assert claim.evidence.get().source.url == "https://stats.example/passengers"
    assert claim.quotes.count() == 2
    for quote in claim.quotes.all():
        text = text_of(document, quote.language)
        assert text[quote.start : quote.end] == quote.exact
    link = page.locator(".messagelist a")
    assert link.is_visible()
    assert link.get_attribute("href") == f"/admin/claims/claim/{claim.pk}/change/"
    assert page.locator(":target").is_visible()
    assert "is-in_review has-true" in page.locator(":target").get_attribute("class")


def test_the_whole_panel_is_in_sight_from_the_start(open_desk):
    page = open_desk()
    hand = Hand(page)
    controls = page.locator("#panel").locator("textarea, select, input:visible, button:visible")
    for control in controls.all():
        if control.is_visible():
            hand.do(control, lambda _control: None)
    assert hand.interactions > 20
    assert page.evaluate("panel.scrollHeight <= panel.clientHeight")


def tab_to(page, selector):
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"The keyboard does not reach {selector}")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_a_claim_is_marked_and_submitted_by_keyboard_alone(open_desk, document):
    page = open_desk()
    tab_to(page, "[data-language=fr] [data-start]")
    # Title and introduction; then the question and the answer of the first section.
    press(page, *["ArrowDown"] * 5)
    press(page, *["Shift+ArrowRight"] * 3, "Enter")
    assert field(page, "fr").input_value().startswith("La compagnie")
    assert page.evaluate("document.activeElement.closest('[data-language]').lang") == "en"
    press(page, "ArrowRight", *["Shift+ArrowRight"] * 4, "Enter")
    assert field(page, "en").input_value().startswith("The company")
    assert page.evaluate("document.activeElement.id") == "id_statement_fr"
    page.keyboard.type("La compagnie parle d’ajustement.")
    press(page, "Tab")
    page.keyboard.type("The company speaks of an adjustment.")
    tab_to(page, "#id_verdict")
    page.keyboard.type("Open")
    tab_to(page, "[name=do][value=submit]")
    press(page, "Enter")
    page.wait_for_url(re.compile(r"/read/#quote-\d+$"))
    claim = Claim.objects.get(document=document, position=2)
    assert (claim.status, claim.kind, claim.is_open) == (Status.IN_REVIEW, "legal", True)
    assert claim.quotes.count() == 2
    for quote in claim.quotes.all():
        text = text_of(document, quote.language)
        assert text[quote.start : quote.end] == quote.exact


def test_keys_go_by_letter_and_by_paragraph_too(open_desk):
    page = open_desk()
    tab_to(page, "[data-language=fr] [data-start]")
    press(page, *["ArrowDown"] * 4, "Control+Shift+ArrowRight", "Control+Shift+ArrowRight")
    assert page.evaluate("getSelection().toString()") == "Le p"
    press(page, "ArrowUp", "ArrowLeft")
    assert page.evaluate("getSelection().toString()") == "l'indifférence"
    press(page, "ArrowRight", "ArrowRight", "ArrowLeft")
    assert page.evaluate("getSelection().toString()") == "1"


def test_the_mark_under_the_keys_leads_to_its_claim(open_desk, document):
    page = open_desk()
    tab_to(page, "[data-language=fr] [data-start]")
    press(page, *["ArrowDown"] * 4)
    press(page, *["ArrowRight"] * 8, "Control+Enter")
    claim = Claim.objects.get(document=document)
    page.wait_for_url(f"**/admin/claims/claim/{claim.pk}/change/")


def test_two_spans_become_one_quote_that_omits_what_is_between(open_desk, document):
    page = open_desk()
    hand = Hand(page)
    hand.select("fr", "8 000 passagers")
    page.locator("[data-words=fr] [data-add]").click()
    hand.select("fr", "à quai")
    assert field(page, "fr").input_value() == "8 000 passagers […] à quai"
    page.get_by_label("Statement (French)").fill("Huit mille.")
    hand.press("Save the draft")
    page.wait_for_url(re.compile(r"/read/#quote-\d+$"))
    quote = Quote.objects.get(claim__document=document, claim__position=2)
    assert quote.exact == "8 000 passagers sont restés à quai"
    assert [quote.exact[start:end] for start, end in quote.omissions] == [" sont restés "]


def test_places_are_told_in_code_points_whatever_letters_stand_before(open_desk, document):
    """A ship is one code point, and two units of what browsers count in."""
    text = text_of(document, "fr") + "\n🚢🚢 le tarif, puis le tarif, encore le tarif."
    capture(document, "fr", text)
    second = [found.start() for found in re.finditer("le tarif", text)][1]
    page = open_desk(viewport={"width": 1280, "height": 2000})
    hand = Hand(page)
    hand.select("fr", "le tarif", 1)
    page.get_by_label("Statement (French)").fill("Le tarif.")
    hand.press("Save the draft")
    page.wait_for_url(re.compile(r"/read/#quote-\d+$"))
    assert Quote.objects.get(claim__document=document, claim__position=2).start == second


def test_a_selection_stays_in_its_language(open_desk):
    page = open_desk(viewport={"width": 1280, "height": 1600})
    first, last = (
        page.evaluate(PLACE_OF_WORDS, ["fr", words, 0]) for words in ("Le port est", "Ils deman")
    )
    page.mouse.move(*first[:2])
    page.mouse.down()
    page.mouse.move(*last[2:], steps=8)
    page.mouse.up()
    expect(field(page, "fr")).not_to_have_value("")
    taken = field(page, "fr").input_value()
    assert taken.startswith("Le port est fermé")
    assert taken.endswith("Ils deman")
    assert "closed" not in taken
    assert field(page, "en").input_value() == ""


def test_what_was_taken_can_be_removed_or_said_to_be_absent(open_desk):
    page = open_desk()
    hand = Hand(page)
    hand.select("fr", "remorqueur")
    page.locator("[data-words=fr] [data-remove]").click()
    assert field(page, "fr").input_value() == ""
    hand.select("fr", "remorqueur")
    page.locator("#id_absent_fr").check()
    assert field(page, "fr").input_value() == ""
    assert page.locator("[name^=place_]").count() == 0
    hand.select("fr", "remorqueur")
    assert not page.locator("#id_absent_fr").is_checked()


def test_what_was_taken_survives_a_refusal(open_desk, document):
    page = open_desk()
    hand = Hand(page)
    hand.select("fr", "préfète", 1)
    hand.press("Save the draft")
    assert page.get_by_text("Write the statement.").is_visible()
    assert field(page, "fr").input_value() == "préfète"
    page.get_by_label("Statement (French)").fill("La préfète.")
    follow(page, page.get_by_role("button", name="Save the draft"))
    page.wait_for_url(re.compile(r"/read/#quote-\d+$"))
    assert Claim.objects.filter(document=document).count() == 2


def test_without_script_words_are_pasted_and_the_place_is_chosen(open_desk, document):
    page = open_desk(java_script_enabled=False)
    page.get_by_label("Exact words (French)").fill("préfète")
    page.get_by_label("Statement (French)").fill("La préfète.")
    follow(page, page.get_by_role("button", name="Save the draft"))
    page.get_by_label("et la préfète Toussain").check()
    follow(page, page.get_by_role("button", name="Save the draft"))
    claim = Claim.objects.get(document=document, position=2)
    text = text_of(document, "fr")
    assert claim.quotes.get().start == text.index("préfète Toussain d'un")


def test_without_script_quotes_are_added_to_a_draft(open_desk, document):
    page = open_desk(java_script_enabled=False)
    page.get_by_label("Exact words (French)").fill("chaque quai a son comité")
    page.get_by_text("Or add the quotes to a draft").click()
    page.get_by_label("Number or words of a draft").fill("1")
    follow(page, page.get_by_role("button", name="Add the quotes"))
    assert Claim.objects.get(document=document).quotes.count() == 3


def test_a_narrow_screen_shows_one_language_at_a_time(open_desk):
    page = open_desk(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    french, english = (page.locator(f".column[lang={code}] p").last for code in ("fr", "en"))
    assert french.is_visible()
    assert not english.is_visible()
    page.get_by_label("English", exact=True).check()
    assert english.is_visible()
    assert not french.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_has_no_barrier(open_desk, document, width, scheme):
    reviewed = Claim.objects.get(document=document)
    submit(reviewed)
    page = open_desk(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.locator(".legend summary").click()
    for state in ("as opened", "refused"):
        assert barriers(page) == {}, state
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        follow(page, page.locator("[name=do][value=save]"))


def test_what_is_clicked_alone_is_large_enough(open_desk):
    page = open_desk(viewport={"width": 390, "height": 800})
    small = page.evaluate(
        """() => [...document.querySelectorAll(".reading button, .reading select, .reading summary,"
            + " .to-panel a, .panel label:has(input)")]
            .map(element => [element.outerHTML.slice(0, 90), element.getBoundingClientRect()])
            .filter(([, box]) => box.width && box.height && box.height < 24)
            .map(([html]) => html)"""
    )
    assert small == []
