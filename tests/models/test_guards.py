"""Status moves and content: what the database refuses, whatever the write path."""

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from claims.desk import workflow
from claims.models import Claim, Evidence, Status
from tests.factories import (
    make_claim,
    make_editor,
    make_evidence,
    make_figure,
    make_note,
    make_quote,
    make_relation,
    make_reply,
    make_topic,
    make_user,
    publish,
    publish_claim,
    submit,
)

pytestmark = pytest.mark.django_db


def by_save(claim):
    claim.status = Status.PUBLISHED
    claim.save()


def by_update(claim):
    Claim.objects.filter(pk=claim.pk).update(status=Status.PUBLISHED)


def by_bulk_update(claim):
    claim.status = Status.PUBLISHED
    Claim.objects.bulk_update([claim], ["status"])


def by_sql(claim):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_claim SET status = 'published' WHERE id = %s", [claim.pk])


@pytest.mark.parametrize("write", [by_save, by_update, by_bulk_update, by_sql])
def test_no_write_path_changes_a_status_without_a_move(write):
    claim = make_claim()
    with pytest.raises(IntegrityError, match="by a move of the desk only"):
        write(claim)


def name_move(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('factcheck.move', %s, true)", [name])


@pytest.mark.parametrize(
    ("move", "status"),
    [
        ("submit", "published"),
        ("publish", "published"),
        ("send_back", "in_review"),
        ("revise", "in_review"),
        ("nonsense", "in_review"),
    ],
)
def test_a_named_move_allows_its_own_jump_only(move, status):
    claim = make_claim()
    name_move(move)
    with pytest.raises(IntegrityError, match="by a move of the desk only"):
        Claim.objects.filter(pk=claim.pk).update(status=status, submitted_by=None)


def test_the_name_of_a_move_does_not_outlive_it():
    first, second = make_claim(), make_claim()
    submit(first)
    with pytest.raises(IntegrityError, match="by a move of the desk only"):
        Claim.objects.filter(pk=second.pk).update(status=Status.IN_REVIEW)


def test_a_claim_begins_as_a_draft():
    with pytest.raises(IntegrityError, match="must begin as a draft"):
        make_claim(status=Status.PUBLISHED)


def test_a_slug_never_changes():
    claim = make_claim()
    with pytest.raises(IntegrityError, match="is fixed"):
        Claim.objects.filter(pk=claim.pk).update(slug="another")


def test_the_creation_time_never_changes():
    claim = make_claim()
    claim.refresh_from_db()
    before = claim.created_at
    Claim.objects.filter(pk=claim.pk).update(created_at="2001-01-01T00:00Z")
    claim.refresh_from_db()
    assert claim.created_at == before


def full_claim():
    claim = make_claim(topics=[make_topic()])
    evidence = make_evidence(claim=claim)
    return {
        "claim": claim,
        "evidence": evidence,
        "figure": make_figure(claim=claim),
        "quote": make_quote(claim=claim),
        "relation": make_relation(claim=claim),
        "reply": make_reply(claim=claim),
    }


CONTENT_CHANGES = {
    "statement": lambda rows: Claim.objects.filter(pk=rows["claim"].pk).update(statement_en="x"),
    "new topic": lambda rows: rows["claim"].topics.add(make_topic()),
    "no topics": lambda rows: rows["claim"].topics.clear(),
    "new evidence": lambda rows: make_evidence(claim=rows["claim"]),
    "other finding": lambda rows: Evidence.objects.update(finding_en="x"),
    "no evidence": lambda rows: Evidence.objects.filter(pk=rows["evidence"].pk).delete(),
    "moved evidence": lambda rows: Evidence.objects.update(claim=make_claim()),
    "new figure": lambda rows: make_figure(claim=rows["claim"]),
    "other figure": lambda rows: type(rows["figure"]).objects.update(value=1),
    "no figure": lambda rows: rows["figure"].delete(),
    "new quote": lambda rows: make_quote(claim=rows["claim"]),
    "other quote": lambda rows: type(rows["quote"]).objects.update(exact="x"),
    "no quote": lambda rows: rows["quote"].delete(),
    "new relation": lambda rows: make_relation(claim=rows["claim"]),
    "new reply": lambda rows: make_reply(claim=rows["claim"]),
    "no reply": lambda rows: rows["reply"].delete(),
    "other omissions": lambda rows: type(rows["quote"]).objects.update(omissions=[[1, 2]]),
    "absence": lambda rows: Claim.objects.filter(pk=rows["claim"].pk).update(absent_in="fr"),
    "short form": lambda rows: Claim.objects.update(short_statement_en="Shorter."),
    "no relation": lambda rows: rows["relation"].delete(),
}


@pytest.mark.parametrize("change", CONTENT_CHANGES)
def test_content_changes_in_draft_only(change):
    rows = full_claim()
    submit(rows["claim"])
    with pytest.raises(IntegrityError, match="open a revision before changing its content"):
        CONTENT_CHANGES[change](rows)


@pytest.mark.parametrize("change", CONTENT_CHANGES)
def test_content_changes_freely_in_draft(change):
    CONTENT_CHANGES[change](full_claim())


def test_work_that_is_no_content_goes_on_outside_draft():
    claim = make_claim()
    quote = make_quote(claim=claim)
    publish_claim(claim)
    Claim.objects.filter(pk=claim.pk).update(priority=1)
    make_note(claim=claim)
    digest = "0" * 64
    type(quote).objects.update(start=1, end=8, state="moved", transcript_sha256=digest)
    quote.refresh_from_db()
    assert quote.start == 1


@pytest.mark.parametrize("move_on", [submit, publish_claim])
def test_only_a_draft_can_be_deleted(move_on):
    claim = make_claim()
    move_on(claim)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_claim WHERE id = %s", [claim.pk])


def test_who_submitted_is_not_rewritten():
    claim = submit(make_claim())
    with pytest.raises(IntegrityError, match="Who submitted"):
        Claim.objects.filter(pk=claim.pk).update(submitted_by=None)


def test_a_note_keeps_its_time_and_author():
    note = make_note()
    note.refresh_from_db()
    before = note.created_at
    type(note).objects.update(created_at="2001-01-01T00:00Z", author=None)
    note.refresh_from_db()
    assert note.created_at == before


def test_publishing_frees_nothing_for_later():
    claim = make_claim()
    publish(submit(claim))
    with pytest.raises(IntegrityError, match="by a move of the desk only"):
        Claim.objects.filter(pk=claim.pk).update(status=Status.DRAFT)


@pytest.mark.parametrize("change", CONTENT_CHANGES)
def test_every_change_of_the_content_is_counted(change):
    rows = full_claim()
    before = fresh(rows["claim"]).version
    CONTENT_CHANGES[change](rows)
    assert fresh(rows["claim"]).version > before


def test_who_works_on_it_is_counted_and_where_its_words_stand_is_not():
    rows = full_claim()
    before = fresh(rows["claim"]).version
    rows["quote"].__class__.objects.update(state="broken")
    make_note(claim=rows["claim"])
    assert fresh(rows["claim"]).version == before
    Claim.objects.filter(pk=rows["claim"].pk).update(assigned_to=make_user())
    assert fresh(rows["claim"]).version == before + 1


def test_an_old_row_in_memory_does_not_turn_the_count_back():
    claim = make_claim()
    old = fresh(claim)
    Claim.objects.filter(pk=claim.pk).update(statement_en="One.")
    Claim.objects.filter(pk=claim.pk).update(statement_en="Two.")
    old.statement_en = "Three."
    old.save()
    assert fresh(claim).version == old.version + 3


def test_counting_leaves_no_event_of_the_claim():
    claim = make_claim()
    before = Claim.pgh_event_model.objects.filter(pgh_obj=claim.pk).count()
    make_evidence(claim=claim)
    assert Claim.pgh_event_model.objects.filter(pgh_obj=claim.pk).count() == before


@pytest.mark.parametrize("column", ["text_en", "text_fr", "key"])
def test_a_note_stays_as_it_was_written(column):
    note = make_note()
    with pytest.raises(IntegrityError, match="stays as it was written"):
        type(note).objects.update(**{column: "other"})


def test_a_note_is_not_deleted():
    note = make_note()
    with pytest.raises(IntegrityError, match="never deleted"):
        note.delete()


def test_a_note_goes_with_the_draft_that_is_dropped():
    note = make_note()
    workflow.drop(note.claim, by=make_user(), at=timezone.now())
    assert not type(note).objects.exists()


def fresh(claim):
    return Claim.objects.get(pk=claim.pk)


def test_what_the_queues_ask_for_follows_the_moves_alone():
    claim = make_claim()
    researcher = make_user()
    submit(claim, by=researcher)
    workflow.send_back(claim, by=make_editor(), at=timezone.now(), note="Look again.")
    Claim.objects.filter(pk=claim.pk).update(sent_back_to=None, is_revision=True)
    claim.refresh_from_db()
    assert (claim.sent_back_to, claim.is_revision) == (researcher, False)
    version = claim.version
    Claim.objects.filter(pk=claim.pk).update(is_revision=True)
    claim.refresh_from_db()
    assert claim.version == version
