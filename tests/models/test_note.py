"""Notes are added and stay as they were written: only who sees them changes."""

import io

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from claims.models import Note
from tests.factories import make_claim, make_note, make_user, submit

pytestmark = pytest.mark.django_db


def make_public_note(**overrides):
    return make_note(**{"visibility": "public", "text_fr": "Note."} | overrides)


def test_a_note_is_hidden_and_shown_with_a_trace():
    note = make_public_note()
    Note.objects.update(visibility="internal")
    Note.objects.update(visibility="public")
    events = Note.pgh_event_model.objects.filter(pgh_obj=note.pk).order_by("pgh_id")
    assert [event.visibility for event in events] == ["public", "internal", "public"]


def test_a_note_does_not_move_to_another_claim():
    make_note()
    with pytest.raises(IntegrityError, match="stays as it was written"):
        Note.objects.update(claim=make_claim())


def test_a_note_that_names_its_author_keeps_them():
    author = make_user()
    note = make_note(author=author)
    Note.objects.update(author=make_user())
    note.refresh_from_db()
    assert note.author == author


@pytest.mark.parametrize("move_on", [lambda claim: None, submit])
def test_no_statement_deletes_a_note(move_on):
    note = make_note()
    move_on(note.claim)
    with (
        pytest.raises(IntegrityError, match="never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM claims_note")
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        note.claim.delete()
    note.refresh_from_db()


def test_the_same_note_is_loaded_again_and_other_words_are_refused(tmp_path):
    make_public_note(text_en="As written.")
    file = tmp_path / "notes.json"
    written = io.StringIO()
    natural = {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}
    call_command("dumpdata", "claims.note", **natural, stdout=written)
    file.write_text(written.getvalue())
    call_command("loaddata", str(file), verbosity=0)
    assert Note.objects.get().text_en == "As written."
    file.write_text(written.getvalue().replace("As written.", "Forged."))
    with pytest.raises(IntegrityError, match="stays as it was written"):
        call_command("loaddata", str(file), verbosity=0)


@pytest.mark.parametrize(
    "change",
    [
        lambda note: make_public_note(claim=note.claim),
        lambda note: Note.objects.filter(pk=note.pk).update(visibility="internal"),
    ],
)
def test_what_readers_see_of_the_notes_changes_in_draft_only(change):
    note = make_public_note()
    change(note)
    note = make_public_note()
    submit(note.claim)
    with pytest.raises(IntegrityError, match="changes in draft only"):
        change(note)


def test_a_note_for_the_desk_is_added_at_any_time():
    claim = submit(make_claim())
    make_note(claim=claim)
    assert claim.notes.count() == 1
