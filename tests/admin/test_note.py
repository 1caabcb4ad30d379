"""Notes in a claim's form: quick to add, told apart in words, left as they were written."""

import pytest

from claims.models import Note
from tests.admin.pages import change_address, new_row, open_claim, save_claim, text_of
from tests.factories import make_claim, make_note, make_published, make_user, submit
from tests.markup import markup

WORDS = {"text_en": "Ask the ministry.", "text_fr": "Demander au ministère."}


def make_public_note(**overrides):
    return make_note(**{"visibility": "public", **WORDS} | overrides)


def closed(status):
    return make_published().claim if status == "published" else submit(make_claim())


def test_a_note_is_written_without_another_click(researcher):
    claim = make_claim()
    assert "notes-0-text_en" in open_claim(researcher, claim)
    assert save_claim(researcher, claim, **{"notes-0-text_en": "Ask."}).status_code == 302
    note = claim.notes.get()
    assert (note.key, note.visibility, note.author) == ("note-1", "internal", researcher.user)


def test_a_claim_that_is_saved_without_a_note_gets_none(researcher):
    claim = make_claim()
    save_claim(researcher, claim, statement_en="Other words.")
    assert not Note.objects.exists()


def test_a_public_note_is_added_in_draft(researcher):
    claim = make_claim()
    row = new_row("notes", **WORDS, visibility="public")
    assert save_claim(researcher, claim, **row).status_code == 302
    assert claim.notes.get().visibility == "public"


def test_a_public_note_needs_both_languages(researcher):
    row = new_row("notes", text_en="Ask.", visibility="public")
    response = save_claim(researcher, make_claim(), **row)
    assert "A public note needs its text in both languages." in text_of(response)


@pytest.mark.parametrize("status", ["in_review", "published"])
def test_outside_draft_a_note_is_for_the_desk_alone(editor, status):
    claim = closed(status)
    page = text_of(editor.get(change_address(claim)))
    assert "A note for readers can be added in draft: open a revision." in page
    response = save_claim(editor, claim, **new_row("notes", **WORDS, visibility="public"))
    assert response.status_code == 200
    assert not Note.objects.exists()
    row = new_row("notes", text_en="Ask.", visibility="internal")
    assert save_claim(editor, claim, **row).status_code == 302
    assert claim.notes.get().visibility == "internal"


def test_who_wrote_a_note_and_who_sees_it_is_said_in_words(editor):
    claim = make_claim()
    make_note(claim=claim, author=make_user(username="ada"), text_en="First.\n\nSecond.")
    make_public_note(claim=claim)
    page = markup(editor.get(change_address(claim)))
    heads = [head.text for head in page.find("p", class_="note-head")]
    assert "Internal: the desk alone sees it" in heads[0]
    assert "ada" in heads[0]
    assert "Public: readers see it" in heads[1]
    assert "without a name" in heads[1]
    assert len(page.find("time")) >= 2
    assert "First." in [part.text for part in page.find("p")]


def test_words_in_a_note_are_shown_and_not_run(editor):
    claim = make_note(text_en="<script>alert(1)</script>").claim
    assert "<script>alert" not in text_of(editor.get(change_address(claim)))


def test_a_public_note_is_hidden_from_readers_in_draft(editor):
    note = make_public_note()
    assert save_claim(editor, note.claim, **{"notes-0-hide": "on"}).status_code == 302
    note.refresh_from_db()
    assert (note.visibility, note.text_en) == ("internal", WORDS["text_en"])
    assert "notes-0-hide" not in text_of(editor.get(change_address(note.claim)))


def test_a_note_of_the_desk_is_not_shown_to_readers_by_a_forged_form(editor):
    note = make_note(**WORDS)
    save_claim(editor, note.claim, **{"notes-0-visibility": "public", "notes-0-hide": "on"})
    note.refresh_from_db()
    assert note.visibility == "internal"


def test_outside_draft_a_public_note_stays_public(editor):
    claim = make_claim()
    note = make_public_note(claim=claim)
    submit(claim)
    assert "notes-0-hide" not in text_of(editor.get(change_address(claim)))
    save_claim(editor, claim, **{"notes-0-id": note.pk, "notes-0-hide": "on"})
    note.refresh_from_db()
    assert note.visibility == "public"
