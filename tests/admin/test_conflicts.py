"""Two saves of one claim that meet: the second is shown both versions, and nothing is lost."""

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.desk import workflow
from claims.models import Claim, Quote, Status
from tests.admin.conflicting import again, change, is_saved, lines, post, texts
from tests.admin.pages import (
    add_address,
    change_address,
    fields_of,
    fresh,
    new_row,
    open_claim,
    save_claim,
    text_of,
)
from tests.factories import (
    make_claim,
    make_editor,
    make_evidence,
    make_quote,
    make_topic,
    submit,
)


@pytest.fixture
def claim(db):
    return make_claim(statement_en="As it was.", summary_en="Summary.", explanation_en="Because.")


# The page


def test_a_late_save_is_refused_and_shows_both_versions(editor, claim):
    form = open_claim(editor, claim)
    other = make_editor()
    with pghistory.context(user=other.pk):
        change(claim, statement_en="As they say.")
    response = post(editor, claim, form, statement_en="As I say.")
    assert response.status_code == 409
    assert fresh(claim).statement_en == "As they say."
    line = lines(response)["Statement (English)"]
    assert texts(line) == ("As it was.", "As they say.", "As I say.")
    assert line.choice == ""
    page = text_of(response)
    assert "As I say.</textarea>" in page
    assert other.username in page
    assert "nothing was saved yet" in page.lower()


def test_what_was_typed_is_still_in_the_form(editor, claim):
    form = open_claim(editor, claim)
    change(claim, summary_en="Their summary.")
    typed = new_row("quotes", exact="typed words", language="en", key="")
    response = post(editor, claim, form, statement_en="My statement.", **typed)
    again_typed = fields_of(text_of(response), "claim_form")
    assert again_typed["statement_en"] == "My statement."
    assert again_typed["quotes-0-exact"] == "typed words"
    assert not Quote.objects.exists()


def test_what_only_one_side_has_changed_is_proposed(editor, claim):
    form = open_claim(editor, claim)
    change(claim, summary_en="Their summary.")
    response = post(editor, claim, form, statement_en="My statement.")
    assert lines(response)["Summary (English)"].choice == "theirs"
    assert lines(response)["Statement (English)"].choice == "mine"
    assert is_saved(again(editor, claim, response))
    saved = fresh(claim)
    assert (saved.summary_en, saved.statement_en) == ("Their summary.", "My statement.")


def test_what_both_have_changed_must_be_chosen(editor, claim):
    form = open_claim(editor, claim)
    change(claim, statement_en="Theirs.")
    response = post(editor, claim, form, statement_en="Mine.")
    refused = again(editor, claim, response)
    assert refused.status_code == 409
    assert "choose which to keep for “Statement (English)”" in text_of(refused)
    assert fresh(claim).statement_en == "Theirs."
    assert fields_of(text_of(refused), "claim_form")["statement_en"] == "Mine."


@pytest.mark.parametrize(("side", "kept"), [("mine", "Mine."), ("theirs", "Theirs.")])
def test_the_choice_is_kept(editor, claim, side, kept):
    form = open_claim(editor, claim)
    change(claim, statement_en="Theirs.", summary_en="Theirs, too.")
    response = post(editor, claim, form, statement_en="Mine.")
    assert is_saved(again(editor, claim, response, {"Statement (English)": side}))
    assert fresh(claim).statement_en == kept
    assert fresh(claim).summary_en == "Theirs, too."


def test_what_only_they_have_changed_can_be_set_back(editor, claim):
    form = open_claim(editor, claim)
    change(claim, summary_en="Theirs.")
    response = post(editor, claim, form, statement_en="Mine.")
    assert is_saved(again(editor, claim, response, {"Summary (English)": "mine"}))
    assert fresh(claim).summary_en == "Summary."


def test_what_is_typed_after_the_choice_is_not_given_up_for_it(editor, claim):
    form = open_claim(editor, claim)
    change(claim, statement_en="Theirs.")
    response = post(editor, claim, form, statement_en="Mine.")
    keep = {"Statement (English)": "theirs"}
    refused = again(editor, claim, response, keep, statement_en="Theirs and mine.")
    assert refused.status_code == 409
    assert "Theirs and mine." in text_of(refused)
    assert is_saved(again(editor, claim, refused, {"Statement (English)": "mine"}))
    assert fresh(claim).statement_en == "Theirs and mine."


def test_a_claim_that_moves_on_once_more_is_shown_once_more(editor, claim):
    form = open_claim(editor, claim)
    change(claim, statement_en="Theirs.")
    response = post(editor, claim, form, statement_en="Mine.")
    change(claim, statement_en="Theirs, again.")
    second = again(editor, claim, response, {"Statement (English)": "mine"})
    assert second.status_code == 409
    assert texts(lines(second)["Statement (English)"])[1] == "Theirs, again."
    assert fresh(claim).statement_en == "Theirs, again."
    assert is_saved(again(editor, claim, second, {"Statement (English)": "mine"}))
    assert fresh(claim).statement_en == "Mine."


def test_an_error_in_the_form_does_not_lose_the_choice(editor, claim):
    form = open_claim(editor, claim)
    change(claim, statement_en="Theirs.")
    response = post(editor, claim, form, statement_en="Mine.")
    keep = {"Statement (English)": "mine"}
    refused = again(editor, claim, response, keep, event_date="yesterday")
    assert refused.status_code == 200
    assert lines(refused)["Statement (English)"].choice == "mine"
    assert is_saved(again(editor, claim, refused, event_date=""))
    assert fresh(claim).statement_en == "Mine."


def test_a_form_that_does_not_say_when_it_was_opened_is_asked_about_everything(editor, claim):
    form = open_claim(editor, claim) | {"base": "nonsense", "version_seen": ""}
    change(claim, statement_en="Theirs.")
    response = post(editor, claim, form)
    assert response.status_code == 409
    assert lines(response)["Statement (English)"].choice == ""


@pytest.mark.parametrize(
    ("column", "label"), [("topics", "Topics"), ("rating", "Rating"), ("is_open", "Open")]
)
def test_every_kind_of_field_is_compared(editor, claim, column, label):
    topic = make_topic(label_en="Their topic")
    form = open_claim(editor, claim)
    if column == "topics":
        claim.topics.add(topic)
    else:
        change(claim, is_open=False)
    mine = {"topics": [make_topic(label_en="My topic").pk]} if column == "topics" else {}
    response = post(editor, claim, form, statement_en="Mine.", **mine)
    assert response.status_code == 409
    if column == "topics":
        assert texts(lines(response)[label]) == ("", "Their topic", "My topic")
        assert is_saved(again(editor, claim, response, {label: "theirs"}))
        assert [row.label_en for row in claim.topics.all()] == ["Their topic"]


# When there is nothing to ask


def test_a_save_in_time_is_not_asked_anything(editor, claim):
    assert is_saved(save_claim(editor, claim, statement_en="Mine."))


def test_the_same_change_twice_is_no_conflict(editor, claim):
    form = open_claim(editor, claim)
    change(claim, statement_en="The same.")
    assert is_saved(post(editor, claim, form, statement_en="The same."))


def test_who_changed_nothing_leaves_theirs_as_it_is(editor, claim):
    form = open_claim(editor, claim)
    change(claim, statement_en="Theirs.")
    note = new_row("notes", key="", text_en="Look.", visibility="internal")
    response = editor.post(change_address(claim), form | note, follow=True)
    assert fresh(claim).statement_en == "Theirs."
    assert claim.notes.count() == 1
    assert "their changes stand" in text_of(response)


def test_an_assignment_meanwhile_is_no_reason_to_refuse_and_stays(editor, claim):
    form = open_claim(editor, claim)
    other = make_editor()
    change(claim, assigned_to=other, priority=1)
    assert is_saved(post(editor, claim, form, statement_en="Mine."))
    saved = fresh(claim)
    assert (saved.statement_en, saved.assigned_to, saved.priority) == ("Mine.", other, 1)


def test_an_assignment_that_both_have_changed_must_be_chosen(editor, claim):
    form = open_claim(editor, claim)
    other = make_editor()
    change(claim, assigned_to=other)
    response = post(editor, claim, form, assigned_to=editor.user.pk)
    assert response.status_code == 409
    assert texts(lines(response)["Assigned to"]) == ("", str(other), str(editor.user))
    assert is_saved(again(editor, claim, response, {"Assigned to": "mine"}))
    assert fresh(claim).assigned_to == editor.user


def test_an_assignment_of_a_claim_in_review_is_not_overwritten_either(editor, claim):
    submit(claim)
    form = open_claim(editor, claim)
    other = make_editor()
    change(claim, assigned_to=other)
    assert is_saved(post(editor, claim, form, priority=1))
    assert (fresh(claim).assigned_to, fresh(claim).priority) == (other, 1)


# The claim itself has gone on


def test_a_claim_that_was_moved_cannot_be_merged_and_what_was_typed_stays(editor, claim):
    form = open_claim(editor, claim)
    change(claim, statement_en="Theirs.")
    submit(claim)
    response = post(editor, claim, form, statement_en="Mine.")
    assert response.status_code == 409
    assert "moved to “In review”" in text_of(response)
    assert "Mine." in text_of(response)
    assert "meeting" not in response.context


def test_a_claim_that_came_back_to_draft_is_no_conflict(editor, claim):
    form = open_claim(editor, claim)
    submit(claim)
    workflow.send_back(claim, by=editor.user, at=timezone.now(), note="Again.")
    assert is_saved(post(editor, claim, form, statement_en="Mine."))


def test_what_was_typed_for_a_claim_that_was_dropped_is_shown(editor, claim):
    make_quote(claim=claim)
    form = open_claim(editor, claim)
    workflow.drop(claim, by=editor.user, at=timezone.now())
    topic = make_topic(label_en="Energy")
    typed = {"statement_en": "Mine.", "quotes-0-exact": "my words", "topics": [topic.pk]}
    response = editor.post(f"/admin/claims/claim/{form_key(form)}/change/", form | typed)
    assert response.status_code == 410
    page = text_of(response)
    for text in ("Mine.", "my words", "Energy", add_address(Claim)):
        assert text in page


def form_key(form):
    return form["quotes-0-claim"]


def test_a_stranger_is_not_shown_what_a_form_would_say(stranger, claim):
    form = {"status_seen": "draft", "statement_en": "Mine."}
    pk = claim.pk
    claim.delete()
    assert stranger.post(f"/admin/claims/claim/{pk}/change/", form).status_code == 403


def test_nothing_is_restored_in_a_status_that_is_closed(editor, claim):
    make_quote(claim=claim)
    form = open_claim(editor, claim)
    claim.quotes.all().delete()
    submit(claim)
    response = post(editor, claim, form, **{"quotes-0-exact": "forged"}, status_seen="in_review")
    assert response.status_code in (302, 409)
    assert not Quote.objects.exists()
    assert fresh(claim).status == Status.IN_REVIEW


def queries_of_lateness(editor, count):
    """What a late save asks more than one that comes in time, and is refused for another reason."""
    claim = make_claim()
    for _number in range(count):
        make_evidence(claim=claim)
    late = open_claim(editor, claim)
    claim.evidence.update(excerpt="Theirs.")
    in_time = open_claim(editor, claim) | {"event_date": "yesterday"}
    mine = {f"evidence-{number}-finding_en": "Mine." for number in range(count)}
    counts = []
    for form, status in ((in_time, 200), (late, 409)):
        with CaptureQueriesContext(connection) as queries:
            assert post(editor, claim, form, **mine).status_code == status
        counts.append(len(queries))
    return counts[1] - counts[0]


def test_comparing_asks_as_many_queries_for_many_rows_as_for_few(editor):
    queries_of_lateness(editor, 1)  # Fills Django's caches.
    assert queries_of_lateness(editor, 8) == queries_of_lateness(editor, 2) <= 20
