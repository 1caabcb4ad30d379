"""Readers' reports at the desk: the queue, the list, the page that answers, the claim's form."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from claims.desk import workflow
from claims.models import Note, Report
from tests.admin.pages import (
    change_address,
    fresh,
    list_address,
    open_form,
    query_count,
    text_of,
)
from tests.factories import correct, make_claim, make_published, make_report, make_user, withdraw
from tests.markup import markup

INDEX = reverse("admin:index")
LIST = list_address(Report)


def open_report(browser, report):
    return open_form(browser, change_address(report), "report_form")


def save(browser, report, **changes):
    return browser.post(change_address(report), open_report(browser, report) | changes)


def act(browser, action, *reports, **typed):
    chosen = {"action": action, "_selected_action": [report.pk for report in reports]}
    return browser.post(LIST, chosen | typed)


# The desk


def test_the_first_page_says_how_many_reports_wait_and_leads_to_each(researcher):
    report = make_report(body="The number is 238.")
    section = markup(researcher.get(INDEX)).one(class_="queue", aria_labelledby="queue-reports")
    assert section.text.startswith("Errors reported by readers 1")
    assert "The number is 238." in section.text
    page = markup(researcher.get(INDEX))
    assert page.find("a", href=change_address(report))
    address = page.one("a", href=f"{LIST}?status__exact=new")["href"]
    assert list(researcher.get(address).context["cl"].result_list) == [report]


def test_whoever_may_not_see_reports_has_no_such_queue(stranger):
    make_report()
    assert "queue-reports" not in text_of(stranger.get(INDEX))


def test_the_first_page_asks_the_same_for_few_reports_and_for_many(editor):
    make_report()
    few = query_count(editor, INDEX)
    for _count in range(6):
        make_report()
    assert query_count(editor, INDEX) == few


# The list


def test_the_list_shows_status_claim_edition_and_time(researcher):
    report = make_report(body="It is 238.")
    page = text_of(researcher.get(LIST))
    for words in ("It is 238.", "New", report.edition.statement, "field-received_at"):
        assert words in page


def test_the_list_asks_the_same_for_one_row_and_for_ten(researcher):
    make_report()
    one = query_count(researcher, LIST)
    for _count in range(9):
        make_report()
    assert query_count(researcher, LIST) == one


def test_several_are_dismissed_for_one_reason(editor):
    reports = [make_report(), make_report()]
    page = act(editor, "dismiss_selected", *reports)
    assert "for one reason?" in text_of(page)
    refused = act(editor, "dismiss_selected", *reports, confirmed="1", reason=" ")
    assert "This field is required." in text_of(refused)
    assert Report.objects.new().count() == 2
    act(editor, "dismiss_selected", *reports, confirmed="1", reason="Advertising.")
    assert set(Report.objects.values_list("status", "answer", "handled_by")) == {
        ("dismissed", "Advertising.", editor.user.pk)
    }


def test_what_has_an_answer_is_not_dismissed_with_the_rest(editor):
    answered = make_report()
    save(editor, answered, answer="It was so.")
    act(editor, "dismiss_selected", answered, make_report(), confirmed="1", reason="No.")
    assert Report.objects.get(pk=answered.pk).status == "answered"
    assert not Report.objects.new().exists()


def test_how_to_reach_a_reader_can_be_deleted(editor):
    report = make_report(contact="me@b.example")
    response = act(editor, "forget_contacts", report)
    assert response.status_code == 302
    assert Report.objects.get().contact == ""


@pytest.mark.parametrize("action", ["dismiss_selected", "forget_contacts"])
def test_a_researcher_is_offered_no_action(researcher, action):
    report = make_report(contact="me@b.example")
    assert action not in text_of(researcher.get(LIST))
    act(researcher, action, report, confirmed="1", reason="No.")
    assert (Report.objects.get().status, Report.objects.get().contact) == ("new", "me@b.example")


# The page of one


def test_what_the_reader_wrote_is_shown_as_text_and_cannot_be_changed(editor):
    report = make_report(
        body="<script>x</script>\nTwo lines", link="https://a.example/?a=1&b=2", contact="<me>"
    )
    page = text_of(editor.get(change_address(report)))
    assert "<script>x" not in page
    assert "&lt;script&gt;x&lt;/script&gt;<br>Two lines" in page
    assert 'href="https://a.example/?a=1&amp;b=2"' in page
    assert "noopener noreferrer nofollow" in page
    assert "&lt;me&gt;" in page
    names = set(open_report(editor, report))
    assert not names & {"body", "link", "contact", "edition", "language", "handled_by"}


def test_an_editor_answers(editor):
    report = make_report()
    response = save(editor, report, answer="We asked again: it stands.")
    assert response.status_code == 302
    report.refresh_from_db()
    assert (report.status, report.answer) == ("answered", "We asked again: it stands.")
    assert report.handled_by == editor.user


def test_an_editor_dismisses_and_must_say_why(editor):
    report = make_report()
    refused = save(editor, report, status="dismissed")
    assert refused.status_code == 409
    assert "Say why the report is dismissed." in text_of(refused)
    save(editor, report, status="dismissed", answer="Advertising.")
    assert Report.objects.get().status == "dismissed"


def test_an_editor_answers_with_a_public_note(editor):
    report = make_report()
    save(editor, report, note_en="It is 238.", note_fr="C’est 238.")
    report.refresh_from_db()
    assert report.note == Note.objects.get(visibility="public", author=editor.user)
    assert fresh(report.edition.claim).status == "draft"
    assert "It is 238." in text_of(editor.get(change_address(report)))


def test_what_is_refused_keeps_what_was_typed(editor):
    report = make_report()
    refused = save(editor, report, note_en="Only here.", answer="Mine.")
    assert refused.status_code == 409
    assert "both languages" in text_of(refused)
    assert "Only here." in text_of(refused)
    assert "Mine." in text_of(refused)
    assert fresh(report.edition.claim).status == "published"


def test_an_editor_names_the_edition_that_mended_it(editor):
    report = make_report()
    mended = correct(report.edition.claim, statement_en="Mended.")
    save(editor, report, corrected_in=mended.pk)
    assert Report.objects.get().corrected_in == mended


def test_an_edition_of_another_claim_is_no_choice(editor):
    report = make_report()
    correct(report.edition.claim, statement_en="Mended.")
    other = correct(make_published().claim, statement_en="Another.")
    assert save(editor, report, corrected_in=other.pk).status_code == 200
    assert Report.objects.get().status == "new"


def test_two_editors_do_not_overwrite_each_other(editor, chief_editor):
    report = make_report()
    form = open_report(editor, report)
    save(chief_editor, report, answer="First.")
    refused = editor.post(change_address(report), form | {"answer": "Second."})
    assert refused.status_code == 409
    assert f"{chief_editor.user.username} has answered" in text_of(refused)
    assert Report.objects.get().answer == "First."


def test_a_researcher_sees_all_of_it_and_no_form(researcher):
    report = make_report(body="It is 238.", contact="me@b.example")
    page = researcher.get(change_address(report))
    assert "It is 238." in text_of(page)
    assert "me@b.example" in text_of(page)
    assert not set(open_report(researcher, report)) & {"status", "answer", "note_en", "seen"}


def test_the_page_leads_to_the_claim_and_to_its_revision(editor):
    report = make_report()
    claim = report.edition.claim
    revise = reverse("admin:claims_claim_move", args=[claim.pk, "revise"])
    page = text_of(editor.get(change_address(report)))
    assert f'href="{change_address(claim)}"' in page
    assert f'href="{revise}"' in page
    editor.post(revise)
    assert revise not in text_of(editor.get(change_address(report)))


# The claim


def test_the_claims_form_shows_the_reports_on_it(researcher):
    report = make_report(body="It is 238.")
    other = make_report(body="Elsewhere.")
    page = markup(researcher.get(change_address(report.edition.claim)))
    (box,) = page.find("details", class_="reports-of-claim")
    assert "1 new" in box.text
    assert "It is 238." in box.text
    assert other.body not in box.text
    link = page.one("a", href=f"{LIST}?edition__claim={report.edition.claim_id}")
    assert list(researcher.get(link["href"]).context["cl"].result_list) == [report]


def test_they_stay_in_sight_while_the_claim_is_revised_or_withdrawn(editor):
    report = make_report()
    claim = report.edition.claim
    workflow.revise(claim, by=editor.user, at=timezone.now())
    assert "reports-of-claim" in text_of(editor.get(change_address(claim)))
    withdraw(claim)
    assert "reports-of-claim" in text_of(editor.get(change_address(claim)))


def test_a_claim_without_reports_says_nothing_of_them(researcher):
    assert "reports-of-claim" not in text_of(researcher.get(change_address(make_claim())))


def test_whoever_may_not_see_reports_sees_none_on_the_claim(db, client):
    person = make_user(None)
    person.user_permissions.add(Permission.objects.get(codename="view_claim"))
    client.force_login(person)
    report = make_report()
    assert "reports-of-claim" not in text_of(client.get(change_address(report.edition.claim)))
