"""Capturing a document's text at the desk: given, shown, confirmed, and kept letter for letter."""

import hashlib
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims.admin.packing import pack
from claims.desk import workflow
from claims.desk.transcripts import capture
from claims.models import Quote, Section, Transcript
from tests.admin.pages import change_address, fields_of, text_of
from tests.factories import make_claim, make_document, make_quote, make_section, make_user
from tests.markup import markup

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "interview_synthetic.txt"
WHOLE = SAMPLE.read_bytes().decode()
FRENCH, ENGLISH = WHOLE.split("--------\n")
QUOTES = json.loads(SAMPLE.with_suffix(".json").read_text(encoding="utf-8"))["quotes"]


@pytest.fixture
def document(db):
    return make_document()


@pytest.fixture
def claim(document):
    """A draft with every quote of the sample, not yet looked up."""
    claim = make_claim(document=document)
    for quote in QUOTES:
        make_quote(claim=claim, language=quote["language"], exact=quote["exact"])
    return claim


def address(document):
    return reverse("admin:claims_document_capture", args=[document.pk])


def as_typed(words):
    """What a browser sends for a text that was typed or pasted."""
    return words.replace("\r\n", "\n").replace("\n", "\r\n")


def paste(browser, document, words, **given):
    return browser.post(address(document), {"text": as_typed(words), **given})


def upload(browser, document, captured, **given):
    file = SimpleUploadedFile("interview.txt", captured)
    return browser.post(address(document), {"text": "", "file": file, **given})


def confirm(browser, document, shown, **given):
    """Press the button below what was shown."""
    return browser.post(address(document), fields_of(text_of(shown), "capture_form") | given)


def kept(document):
    return dict(document.transcripts.values_list("language", "text"))


def states(document):
    found = Quote.objects.filter(claim__document=document).values_list("state", flat=True)
    return {state: list(found).count(state) for state in set(found)}


# The two steps


@pytest.mark.parametrize("give", [paste, lambda *given: upload(*given[:2], given[2].encode())])
def test_a_text_is_shown_first_and_kept_once_confirmed(editor, document, claim, give):
    shown = give(editor, document, WHOLE)
    assert shown.status_code == 200
    assert not Transcript.objects.exists()
    assert not Section.objects.exists()
    assert states(document) == {"unlocated": len(QUOTES)}

    response = confirm(editor, document, shown)
    assert response.status_code == 302
    assert response["Location"] == change_address(document)
    assert kept(document) == {"fr": FRENCH, "en": ENGLISH}
    assert document.sections.count() == 5
    assert states(document) == {"exact": len(QUOTES)}
    for quote in QUOTES:
        row = Quote.objects.get(language=quote["language"], exact=quote["exact"])
        assert (row.start, row.end) == (quote["start"], quote["end"])
        assert row.transcript_sha256 == quote["transcript_sha256"]


def test_what_was_recognised_is_shown(editor, document, claim):
    page = markup(paste(editor, document, WHOLE))
    assert [heading.text for heading in page.find("h3")] == ["French", "English"]
    text = page.one("div", id="content-main").text
    for words in (
        f"{len(FRENCH)} characters",
        "The desk has no text in this language yet.",
        "It has an introduction.",
        "What do the trade unions say? What do they ask for?",
        "bottom of page",
        "Quotes: Exact",
    ):
        assert words in text
    assert len(page.find("caption")) == 2


def test_a_heading_of_the_desk_stays_and_is_shown_beside_the_new_one(editor, document):
    make_section(document=document, number=1, heading_en="Edited by hand", heading_fr="")
    shown = paste(editor, document, WHOLE)
    assert "other words on the desk" in text_of(shown)
    assert "(“Edited by hand”)" in text_of(shown)
    confirm(editor, document, shown)
    section = document.sections.get(number=1)
    assert section.heading_en == "Edited by hand"
    assert section.heading_fr


def test_a_text_in_one_language_may_be_named(editor, document):
    words = "Xyz abc.\n"
    assert "is not clear" in text_of(paste(editor, document, words))
    shown = paste(editor, document, words, language="fr")
    confirm(editor, document, shown)
    assert kept(document) == {"fr": words}


def test_what_was_done_is_told_and_stands_in_the_history(editor, document, claim):
    response = confirm(editor, document, paste(editor, document, WHOLE))
    page = text_of(editor.get(response["Location"]))
    assert "The text is kept: French. Quotes in it: Exact:" in page
    history = editor.get(change_address(document).replace("/change/", "/history/"))
    assert "Added transcript “French”." in text_of(history)
    event = Transcript.pgh_event_model.objects.first()
    assert event.pgh_context.metadata["user"] == editor.user.pk


def test_a_text_can_be_changed_before_it_is_kept(editor, document):
    shown = paste(editor, document, WHOLE)
    page = confirm(editor, document, shown, edit="Change the text")
    assert page.status_code == 200
    form = fields_of(text_of(page), "capture_form")
    assert form["text"] == as_typed(WHOLE)
    assert not form.get("shown")
    assert not Transcript.objects.exists()


# Letter for letter


ODD = [
    "  The day\u202fbegan.  \n\n\n\tAnd it is the end of the day. \n",
    "\nThe first line is blank, and that is that.\n",
    "The e\u0301 and the é of the day 🖨 and the “words”.",
    "<b>The</b> &amp; of the day is & that was it &#13; it was \u2028 the end",
]


@pytest.mark.parametrize("words", ODD)
def test_pasted_words_are_kept_letter_for_letter(editor, document, words):
    confirm(editor, document, paste(editor, document, words))
    assert kept(document) == {"en": words}


@pytest.mark.parametrize(
    "words", [*ODD, *(words.replace("\n", "\r\n") for words in ODD), "\ufeff" + ODD[0]]
)
def test_an_uploaded_file_is_kept_byte_for_byte(editor, document, words):
    confirm(editor, document, upload(editor, document, words.encode()))
    digest = hashlib.sha256(words.encode()).hexdigest()
    assert document.transcripts.get().sha256 == digest


def test_a_text_comes_back_letter_for_letter_with_an_error(editor, document):
    words = "\n\n Xyz <abc> & 8\u202f000. \n\n"
    form = fields_of(text_of(paste(editor, document, words)), "capture_form")
    assert form["text"] == as_typed(words)


def test_a_file_waits_in_the_form_until_its_language_is_said(editor, document):
    words = "Xyz\r\nabc."
    shown = upload(editor, document, words.encode())
    assert "The text you gave is kept in this form" in text_of(shown)
    shown = confirm(editor, document, shown, language="en")
    confirm(editor, document, shown)
    assert kept(document) == {"en": words}


# A text that has changed


@pytest.fixture
def captured(document, claim):
    capture(document, "fr", FRENCH)
    capture(document, "en", ENGLISH)
    return claim


def test_after_a_sentence_at_the_top_every_quote_has_moved(editor, document, captured):
    edited = f"Une phrase de plus.\n{FRENCH}--------\nOne more sentence.\n{ENGLISH}"
    shown = paste(editor, document, edited)
    assert "It replaces the text that the desk has." in text_of(shown)
    confirm(editor, document, shown)
    assert states(document) == {"moved": len(QUOTES)}


def test_a_quote_that_stands_twice_is_ambiguous_and_never_guessed(editor, document, captured):
    quote = Quote.objects.filter(language="fr").first()
    place = (quote.start, quote.end, quote.transcript_sha256)
    shown = paste(editor, document, f"{FRENCH}\nOn dit que {quote.exact}.\n--------\n{ENGLISH}")
    page = markup(shown)
    (lost,) = [item for item in page.find("li") if quote.exact[:40] in item.text]
    assert lost.text.startswith("Ambiguous (was: Exact):")
    assert page.one("a", href=change_address(captured))
    response = confirm(editor, document, shown)
    assert "Quotes were lost" in text_of(editor.get(response["Location"]))
    quote.refresh_from_db()
    assert quote.state == "ambiguous"
    assert (quote.start, quote.end, quote.transcript_sha256) == place
    assert states(document) == {"ambiguous": 1, "exact": len(QUOTES) - 1}


def test_a_quote_that_is_gone_is_broken_and_holds_its_claim_back(editor, document, captured):
    quote = Quote.objects.filter(language="fr").first()
    shown = paste(editor, document, FRENCH.replace(quote.exact, "…"), language="fr")
    assert "Broken</strong> (was: Exact)" in text_of(shown)
    confirm(editor, document, shown)
    quote.refresh_from_db()
    assert quote.state == "broken"
    with pytest.raises(workflow.TransitionError, match="is no longer in the text"):
        workflow.submit(captured, by=make_user(), at="2026-11-23T12:00Z")


def test_the_same_text_again_changes_nothing(editor, document, captured):
    confirm(editor, document, paste(editor, document, WHOLE))
    events = Transcript.pgh_event_model.objects.count()
    shown = paste(editor, document, WHOLE)
    assert text_of(shown).count("The same text as the desk has.") == 2
    confirm(editor, document, shown)
    assert Transcript.pgh_event_model.objects.count() == events


def change_a_text(document):
    capture(document, "fr", "Autre chose.")


def add_a_quote(document):
    make_quote(claim=make_claim(document=document), language="fr", exact="Rien de tel.")


def edit_a_heading(document):
    make_section(document=document, number=1, heading_fr="Tapé à la main")


@pytest.mark.parametrize("meanwhile", [change_a_text, add_a_quote, edit_a_heading])
def test_what_has_changed_meanwhile_is_shown_again(editor, document, claim, meanwhile):
    shown = paste(editor, document, WHOLE)
    meanwhile(document)
    before = kept(document)
    again = confirm(editor, document, shown)
    assert again.status_code == 409
    assert "Nothing was written: the desk has changed" in text_of(again)
    assert kept(document) == before
    assert confirm(editor, document, again).status_code == 302
    assert kept(document) == {"fr": FRENCH, "en": ENGLISH}


def test_another_text_than_the_one_shown_is_shown_again(editor, document):
    shown = paste(editor, document, WHOLE)
    forged = pack(WHOLE.encode() + b"And the end.")
    assert confirm(editor, document, shown, packed=forged).status_code == 409
    assert not Transcript.objects.exists()


# What is refused


REFUSED = [
    (b"", "This holds no text."),
    ("Été".encode("latin-1"), "The file is not in UTF-8 (byte 0)"),
    ("Le jour".encode("utf-16"), "The file is not in UTF-8"),
    (b"one\ntwo\0", "NUL character in line 2"),
    (b"The end of the day.\n---\nThe day of the end.", "are in the same language"),
    (b"x" * 2_000_001, "longer than 2000000 bytes"),
]


@pytest.mark.parametrize(("content", "message"), REFUSED, ids=[row[1] for row in REFUSED])
def test_a_file_that_cannot_be_used_is_refused(editor, document, content, message):
    response = upload(editor, document, content)
    assert response.status_code == 200
    assert message in text_of(response)
    assert not Transcript.objects.exists()


def test_nothing_and_too_much_are_refused(editor, document):
    assert "This holds no text." in text_of(paste(editor, document, ""))
    both = {"text": "The end.", "file": SimpleUploadedFile("a.txt", b"The end.")}
    assert "not both" in text_of(editor.post(address(document), both))


@pytest.mark.parametrize("packed", ["nonsense", "====", "é", pack(b"x")[:-4]])
def test_a_packed_text_that_was_damaged_is_refused(editor, document, packed):
    response = editor.post(address(document), {"packed": packed, "shown": "x"})
    assert response.status_code == 200
    assert "lost on its way" in text_of(response)


def test_a_packed_text_that_would_fill_the_memory_is_refused(editor, document):
    response = editor.post(address(document), {"packed": pack(b"x" * 50_000_000)})
    assert "longer than 2000000 bytes" in text_of(response)


# Who may


def test_the_page_is_for_those_who_may_capture(stranger, researcher, editor, document):
    assert stranger.get(address(document)).status_code == 403
    assert researcher.get(address(document)).status_code == 200
    assert editor.get(address(document)).status_code == 200
    assert editor.get(reverse("admin:claims_document_capture", args=[0])).status_code == 404
    assert 'href="' + address(document) in text_of(editor.get(change_address(document)))


def test_a_researcher_adds_a_text_and_replaces_none(researcher, document):
    confirm(researcher, document, paste(researcher, document, FRENCH))
    assert set(kept(document)) == {"fr"}
    response = paste(researcher, document, WHOLE)
    assert "you may not replace it: French" in text_of(response)
    assert confirm(researcher, document, paste(researcher, document, ENGLISH)).status_code == 302
    assert set(kept(document)) == {"fr", "en"}


def test_headings_are_written_by_those_who_may(researcher, document):
    section = make_section(document=document, number=1, heading_en="", heading_fr="")
    shown = paste(researcher, document, WHOLE)
    assert text_of(shown).count("not written: this asks for another role") == 2
    confirm(researcher, document, shown)
    section.refresh_from_db()
    assert section.heading_en == section.heading_fr == ""
    assert document.sections.get(number=2).heading_fr
    assert document.sections.get(number=2).heading_en


def test_without_leave_to_add_sections_none_is_made(researcher, document):
    researcher.user.groups.get().permissions.get(codename="add_section").delete()
    confirm(researcher, document, paste(researcher, document, WHOLE))
    assert set(kept(document)) == {"fr", "en"}
    assert not document.sections.exists()
