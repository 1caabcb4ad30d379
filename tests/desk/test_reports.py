"""Answering what readers report: by whom, with what, and what is refused."""

import pytest
from django.utils import timezone

from claims.desk import reports
from claims.desk.queues import COUNT_LIMIT, FIRST_ROWS, waiting_reports
from claims.desk.reports import ReportError
from claims.models import Claim, Move, Note, Report
from tests.factories import (
    correct,
    make_claim,
    make_editor,
    make_published,
    make_report,
    make_user,
    publish,
    publish_claim,
    submit,
    withdraw,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    return make_report()


def answer(report, by=None, **given):
    given = {"seen": reports.state(report)} | given
    reports.answer(report, by=by or make_editor(), at=timezone.now(), **given)
    report.refresh_from_db()


def dismiss(report, reason="Not so.", by=None, **given):
    given = {"seen": reports.state(report)} | given
    reports.dismiss(report, by=by or make_editor(), at=timezone.now(), reason=reason, **given)
    report.refresh_from_db()


def claim_of(report):
    return Claim.objects.get(pk=report.edition.claim_id)


def test_an_answer_in_words_names_who_and_when(report):
    editor = make_editor()
    answer(report, by=editor, text=" We asked the ministry. ")
    assert (report.status, report.answer) == ("answered", "We asked the ministry.")
    assert report.handled_by == editor
    assert report.handled_at
    assert claim_of(report).status == "published"


def test_a_dismissal_needs_a_reason(report):
    with pytest.raises(ReportError, match="Say why"):
        dismiss(report, reason=" ")
    dismiss(report)
    assert (report.status, report.answer) == ("dismissed", "Not so.")


def test_an_answer_says_or_does_something(report):
    with pytest.raises(ReportError, match="Write an answer or a public note"):
        answer(report, text=" ")
    assert Report.objects.get().status == "new"


def test_an_answer_may_name_the_edition_that_mends_the_error(report):
    mended = correct(report.edition.claim, statement_en="Mended.")
    assert list(reports.mending_editions(report)) == [mended]
    answer(report, corrected_in=mended)
    assert report.corrected_in == mended


def test_only_later_editions_of_the_same_claim_can_have_mended_it(report):
    correct(make_published().claim, statement_en="Another.")
    assert not reports.mending_editions(report)


def test_a_public_note_opens_a_revision_and_is_published_with_it(report):
    editor = make_editor()
    answer(report, by=editor, note_en="It is 238.", note_fr="C’est 238.")
    note = Note.objects.get()
    assert (report.status, report.note) == ("answered", note)
    assert (note.author, note.visibility, note.key) == (editor, "public", "note-1")
    claim = claim_of(report)
    assert claim.status == "draft"
    assert Move.objects.of_claim(claim.slug).last().name == "revise"
    (edition,) = publish(submit(claim))
    assert [note["text_en"] for note in edition.content["content"]["notes"]] == ["It is 238."]


def test_a_public_note_joins_a_revision_that_is_open_already(report):
    for other in (report, make_report(edition=report.edition)):
        answer(other, note_en="Note.", note_fr="Note.")
    assert [note.key for note in Note.objects.order_by("pk")] == ["note-1", "note-2"]


@pytest.mark.parametrize("missing", ["note_en", "note_fr"])
def test_a_public_note_is_written_in_both_languages(report, missing):
    words = {"note_en": "Note.", "note_fr": "Note."} | {missing: " "}
    with pytest.raises(ReportError, match="both languages"):
        answer(report, **words)
    assert claim_of(report).status == "published"


def test_no_note_is_added_while_the_claim_is_in_review(report):
    answer(make_report(edition=report.edition), note_en="Note.", note_fr="Note.")
    submit(claim_of(report))
    with pytest.raises(ReportError, match="In review"):
        answer(report, note_en="Note.", note_fr="Note.")
    assert Note.objects.count() == 1


def test_no_note_is_added_to_a_claim_that_readers_do_not_see(report):
    withdraw(report.edition.claim)
    with pytest.raises(ReportError, match="Withdrawn"):
        answer(report, note_en="Note.", note_fr="Note.")


@pytest.mark.parametrize("handle", [answer, dismiss])
def test_what_somebody_else_has_answered_meanwhile_is_not_overwritten(report, handle):
    seen = reports.state(report)
    first = make_editor()
    dismiss(report, by=first)
    words = {"text": "Yes."} if handle is answer else {"reason": "No."}
    with pytest.raises(ReportError, match=first.username):
        handle(report, seen=seen, **words)
    assert Report.objects.get().answer == "Not so."


def test_an_answer_can_be_changed_by_who_has_seen_it(report):
    dismiss(report)
    answer(report, text="It was so.")
    assert (report.status, report.answer) == ("answered", "It was so.")


@pytest.mark.parametrize("handle", [answer, dismiss])
def test_a_researcher_may_not_answer(report, handle):
    with pytest.raises(ReportError, match="another role"):
        handle(report, by=make_user(), **({"text": "Yes."} if handle is answer else {}))


def test_a_contact_is_forgotten_and_the_report_stays(report):
    told = make_report(contact="me@b.example")
    assert reports.forget_contacts([told, report], by=make_editor()) == 1
    told.refresh_from_db()
    assert (told.contact, told.status) == ("", "new")
    with pytest.raises(ReportError, match="another role"):
        reports.forget_contacts([told], by=make_user())


# The queue


def test_the_queue_holds_what_is_new_the_oldest_first_for_whoever_may_see_it(report):
    dismiss(make_report())
    newer = make_report()
    found = waiting_reports(make_user())
    assert (found.rows, found.shown_count) == ([report, newer], "2")
    assert waiting_reports(make_user(None)) is None


def test_the_queue_shows_its_first_rows_and_counts_to_a_limit(monkeypatch):
    monkeypatch.setattr("claims.desk.queues.COUNT_LIMIT", 6)
    edition = make_published()
    for _count in range(8):
        make_report(edition=edition)
    found = waiting_reports(make_user())
    assert len(found.rows) == FIRST_ROWS < COUNT_LIMIT
    assert found.shown_count == "6+"


@pytest.mark.parametrize("number", [1, 5])
def test_the_queue_asks_the_same_for_few_and_for_many(django_assert_num_queries, number):
    user = make_user()
    user.has_perm("claims.view_report")
    for _count in range(number):
        make_report(edition=publish_claim(make_claim()))
    with django_assert_num_queries(2):
        for report in waiting_reports(user).rows:
            assert report.edition.statement
