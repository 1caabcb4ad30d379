"""Each move through its page: what is asked, what happens, and how a refusal reads."""

import pytest
from django.utils import timezone

from claims.desk import workflow
from claims.models import Claim, Edition, Move, Status
from tests.admin.pages import (
    change_address,
    fields_of,
    fresh,
    list_address,
    move_address,
    text_of,
)
from tests.factories import (
    make_claim,
    make_published,
    make_quote,
    make_rated_claim,
    make_rating,
    make_user,
    submit,
)

REASONS = {"reason_en": "The source is gone.", "reason_fr": "La source a disparu."}


def open_page(browser, claim, name):
    """What the page of a move would send."""
    response = browser.get(move_address(claim, name))
    assert response.status_code == 200
    return fields_of(text_of(response))


def revised(status=Status.DRAFT, **changes):
    """A claim that is live and being revised."""
    claim = make_published(rating=make_rating("not_checkable")).claim
    researcher = make_user()
    workflow.revise(claim, by=researcher, at=timezone.now())
    for name, value in changes.items():
        setattr(claim, name, value)
    claim.save()
    if status == Status.IN_REVIEW:
        submit(claim, by=researcher)
    return fresh(claim)


@pytest.mark.parametrize(
    ("name", "make", "typed", "after"),
    [
        ("submit", make_claim, {}, Status.IN_REVIEW),
        ("send_back", lambda: submit(make_claim()), {"note": "Which day?"}, Status.DRAFT),
        ("publish", lambda: submit(make_claim()), {}, Status.PUBLISHED),
        ("revise", lambda: make_published().claim, {}, Status.DRAFT),
        ("discard", lambda: revised(), {}, Status.PUBLISHED),
        ("withdraw", lambda: make_published().claim, REASONS, Status.WITHDRAWN),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_move_is_confirmed_on_its_page(chief_editor, name, make, typed, after):
    claim = fresh(make())
    before = claim.status
    form = open_page(chief_editor, claim, name)
    assert fresh(claim).status == before
    response = chief_editor.post(move_address(claim, name), form | typed, follow=True)
    assert response.redirect_chain == [(change_address(claim), 302)]
    assert len(response.context["messages"]) == 1
    assert fresh(claim).status == after
    move = Move.objects.of_claim(claim.slug).last()
    assert (move.name, move.by) == (name, chief_editor.user)


def test_drop_deletes_the_draft_and_leads_back_to_the_list(researcher):
    claim = make_claim()
    open_page(researcher, claim, "drop")
    response = researcher.post(move_address(claim, "drop"), follow=True)
    assert response.redirect_chain == [(list_address(Claim), 302)]
    assert not Claim.objects.filter(pk=claim.pk).exists()


def test_the_form_offers_the_moves_that_are_open(editor):
    claim = submit(make_claim())
    page = text_of(editor.get(change_address(claim)))
    offered = [name for name in workflow.MOVES if move_address(claim, name) in page]
    assert offered == workflow.available_moves(claim, by=editor.user) == ["send_back", "publish"]


@pytest.mark.parametrize("name", ["nonsense", "submit_claim"])
def test_a_move_that_does_not_exist_is_not_found(chief_editor, name):
    assert chief_editor.get(move_address(make_claim(), name)).status_code == 404


def test_a_claim_that_does_not_exist_is_not_found(chief_editor):
    claim = make_claim()
    address = move_address(claim, "drop")
    claim.delete()
    assert chief_editor.get(address).status_code == 404


def test_a_move_that_is_not_open_now_says_why_and_has_no_button(editor):
    claim = make_claim()
    response = editor.get(move_address(claim, "send_back"))
    assert response.status_code == 409
    assert "“Send back” is not possible now: the claim is “Draft”." in text_of(response)
    assert '<input type="submit"' not in text_of(response)


def test_submit_lists_what_is_missing_and_has_no_button(researcher):
    claim = make_claim(is_open=False)
    page = text_of(researcher.get(move_address(claim, "submit")))
    assert "Choose a rating, or mark the claim as open." in page
    assert '<input type="submit"' not in page


def test_what_the_desk_refuses_is_said_on_the_page(researcher):
    claim = make_claim(is_open=False)
    response = researcher.post(move_address(claim, "submit"))
    assert response.status_code == 409
    assert "Choose a rating" in text_of(response)
    assert fresh(claim).status == Status.DRAFT


def test_a_move_that_came_too_late_keeps_what_was_typed(editor):
    claim = submit(make_claim())
    workflow.send_back(claim, by=make_user("Editor"), at=timezone.now(), note="First.")
    response = editor.post(move_address(claim, "send_back"), {"note": "Second: which day?"})
    assert response.status_code == 409
    assert "is now “Draft”" in text_of(response)
    assert "Second: which day?" in text_of(response)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("send_back", {"note": " "}), ("withdraw", {"reason_en": "Only in English."})],
)
def test_a_move_asks_for_its_words(chief_editor, name, typed):
    claim = submit(revised(Status.DRAFT)) if name == "send_back" else make_published().claim
    before = fresh(claim).status
    response = chief_editor.post(move_address(claim, name), typed)
    assert response.status_code == 200
    assert "This field is required." in text_of(response)
    assert fresh(claim).status == before


def test_the_note_of_send_back_is_on_the_claim(editor):
    claim = submit(make_claim())
    editor.post(move_address(claim, "send_back"), {"note": "Which day?"})
    note = claim.notes.get()
    assert (note.text_en, note.author) == ("Which day?", editor.user)


# Publishing


def test_the_preview_reads_as_what_readers_will_get(editor):
    claim = make_rated_claim("false", statement_en="The army <fired>.")
    make_quote(claim=claim, exact="ont tiré")
    submit(claim)
    page = text_of(editor.get(move_address(claim, "publish")))
    evidence = claim.evidence.get()
    for text in ("The army &lt;fired&gt;.", "False", "ont tiré", evidence.source.publisher):
        assert text in page
    assert evidence.finding_fr in page
    assert "What changes against" not in page


def test_a_first_publication_asks_for_no_correction(editor):
    form = open_page(editor, submit(make_claim()), "publish")
    assert "correction_class" not in form
    assert len(form["preview_sha256"]) == 64


def test_what_changes_is_shown_text_by_text(editor):
    claim = revised(Status.IN_REVIEW, summary_en="Another reason.")
    response = editor.get(move_address(claim, "publish"))
    assert "What changes from edition 1" in text_of(response)
    change = response.context["changes"][0]
    assert (len(response.context["changes"]), change.label) == (
        1,
        "Verdict and reasons – Summary (English)",
    )
    assert (change.before, change.after) == (Edition.objects.get().summary_en, "Another reason.")


def test_a_small_change_is_published_without_a_correction(editor):
    claim = revised(Status.IN_REVIEW, summary_en="Another reason.")
    editor.post(move_address(claim, "publish"), open_page(editor, claim, "publish"))
    assert Edition.objects.live().get().summary_en == "Another reason."


def changed_verdict():
    return revised(
        Status.IN_REVIEW, rating=make_rating("unproven", needs_evidence=False), summary_en="Why."
    )


def test_a_changed_rating_demands_a_correction(editor):
    claim = changed_verdict()
    form = open_page(editor, claim, "publish")
    response = editor.post(move_address(claim, "publish"), form)
    assert response.status_code == 409
    assert "The rating changes: say why in a correction note" in text_of(response)
    assert Edition.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"correction_class": "changed_verdict", "note_en": "Typed note."},
        {"note_en": "Typed note.", "note_fr": "Note tapée."},
    ],
)
def test_half_a_correction_is_refused_and_kept(editor, typed):
    claim = changed_verdict()
    form = open_page(editor, claim, "publish")
    response = editor.post(move_address(claim, "publish"), form | typed)
    assert "Typed note." in text_of(response)
    assert Edition.objects.count() == 1


def test_a_changed_rating_is_published_with_its_correction(editor):
    claim = changed_verdict()
    correction = {"correction_class": "changed_verdict", "note_en": "We erred.", "note_fr": "Non."}
    form = open_page(editor, claim, "publish")
    assert editor.post(move_address(claim, "publish"), form | correction).status_code == 302
    edition = Edition.objects.live().get()
    assert edition.correction_class == "changed_verdict"
    assert edition.content["correction"]["note_en"] == "We erred."


def test_a_preview_that_is_no_longer_true_is_refused_and_shown_anew(editor):
    claim = revised(Status.IN_REVIEW)
    form = open_page(editor, claim, "publish")
    claimant = claim.claimant
    claimant.name_en = "A corrected name"
    claimant.save()
    note = {"correction_class": "typo", "note_en": "Typed note.", "note_fr": "Note."}
    response = editor.post(move_address(claim, "publish"), form | note)
    assert response.status_code == 409
    page = text_of(response)
    for text in ("has changed since you read it", "A corrected name", "Typed note."):
        assert text in page
    again = fields_of(page)
    assert again["preview_sha256"] != form["preview_sha256"]
    assert again["note_en"] == "Typed note."
    assert editor.post(move_address(claim, "publish"), again).status_code == 302


def test_nobody_publishes_what_they_submitted(editor):
    claim = submit(make_claim(), by=editor.user)
    response = editor.get(move_address(claim, "publish"))
    assert response.status_code == 409
    assert "You submitted this claim" in text_of(response)
    form = fields_of(text_of(response))
    assert editor.post(move_address(claim, "publish"), form).status_code == 409
    assert not Edition.objects.exists()


def test_a_claim_that_lacks_a_language_cannot_be_published_and_says_so(editor):
    claim = submit(make_claim(summary_fr=""))
    page = text_of(editor.get(move_address(claim, "publish")))
    assert "Write the summary in both languages." in page
    assert '<input type="submit"' not in page


def test_after_a_move_the_work_goes_on_in_the_list_it_came_from(editor):
    claim, other = submit(make_claim()), submit(make_claim())
    filters = {"_changelist_filters": "queue=waiting"}
    form = text_of(editor.get(change_address(claim), filters))
    address = move_address(claim, "send_back") + "?_changelist_filters=queue%3Dwaiting"
    assert address in form
    response = editor.post(address, {"note": "Look again."})
    assert response.url == change_address(claim) + "?_changelist_filters=queue%3Dwaiting"
    assert change_address(other) in text_of(editor.get(response.url))
