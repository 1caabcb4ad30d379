"""The moves: who may make which, what they need, and what they leave behind."""

import datetime

import pytest
from django.utils import timezone

from claims.desk import workflow
from claims.desk.workflow import MOVES, TransitionError, available_moves
from claims.models import Claim, Edition, Move, Note, Quote, Status
from claims.record.composing import content_sha256
from claims.record.publishing import Correction
from tests.factories import (
    make_chief_editor,
    make_claim,
    make_editor,
    make_evidence,
    make_note,
    make_quote,
    make_rated_claim,
    make_rating,
    make_relation,
    make_user,
    publish,
    publish_claim,
    submit,
    withdraw,
)

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2027, 2, 1, 9, 0, tzinfo=datetime.UTC)
CORRECTION = Correction("changed_verdict", "New figures.", "Nouveaux chiffres.")


def read(claim):
    fresh = Claim.objects.with_content().get(pk=claim.pk)
    return content_sha256(workflow.preview([fresh])[claim.slug])


def move(name, claim, by):
    arguments = {
        "send_back": {"note": "Name the source."},
        "withdraw": {"reason_en": "Wrong.", "reason_fr": "Faux."},
        "publish": {"preview_sha256": read(claim)},
    }
    return getattr(workflow, name)(claim, by=by, at=NOW, **arguments.get(name, {}))


def draft():
    return make_claim()


def in_review():
    return submit(make_claim())


def published():
    claim = make_claim()
    publish_claim(claim)
    return claim


def withdrawn():
    claim = published()
    withdraw(claim)
    return claim


def revision():
    claim = published()
    workflow.revise(claim, by=make_user(), at=timezone.now())
    return claim


STATES = {
    "draft": (draft, {"submit", "drop"}),
    "in_review": (in_review, {"send_back", "publish"}),
    "published": (published, {"revise", "withdraw"}),
    "withdrawn": (withdrawn, {"revise"}),
    "revision": (revision, {"submit", "discard", "withdraw"}),
}
AFTER = {
    "submit": Status.IN_REVIEW,
    "send_back": Status.DRAFT,
    "publish": Status.PUBLISHED,
    "revise": Status.DRAFT,
    "discard": Status.PUBLISHED,
    "withdraw": Status.WITHDRAWN,
}


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", STATES)
def test_a_move_starts_only_where_the_table_says(state, name):
    maker, allowed = STATES[state]
    claim = maker()
    chief = make_chief_editor()
    assert (name in available_moves(claim, by=chief)) is (name in allowed)
    if name not in allowed:
        before = claim.status
        with pytest.raises(TransitionError):
            move(name, claim, chief)
        assert Claim.objects.get(pk=claim.pk).status == before
        return
    move(name, claim, chief)
    if name == "drop":
        assert not Claim.objects.filter(slug=claim.slug).exists()
    else:
        assert claim.status == Claim.objects.get(pk=claim.pk).status == AFTER[name]


RESEARCHERS_MOVES = {"submit", "revise", "discard", "drop"}
EDITORS_MOVES = RESEARCHERS_MOVES | {"send_back", "publish"}
ROLES = {
    "Researcher": RESEARCHERS_MOVES,
    "Editor": EDITORS_MOVES,
    "Chief editor": EDITORS_MOVES | {"withdraw"},
    None: set(),
}


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_makes_its_own_moves(role, name):
    state = next(maker for maker, allowed in STATES.values() if name in allowed)
    claim = state()
    user = make_user(role)
    if name in ROLES[role]:
        move(name, claim, user)
    else:
        assert name not in available_moves(claim, by=user)
        with pytest.raises(TransitionError, match="another role"):
            move(name, claim, user)


def test_a_move_is_logged_with_who_when_and_why():
    claim = in_review()
    editor = make_editor()
    workflow.send_back(claim, by=editor, at=NOW, note="Name the source.")
    last = Move.objects.of_claim(claim.slug).last()
    assert (last.name, last.from_status, last.to_status) == ("send_back", "in_review", "draft")
    assert (last.by, last.at, last.note) == (editor, NOW, "Name the source.")
    assert claim.notes.get().text_en == "Name the source."
    assert claim.notes.get().author == editor


def test_a_refused_move_leaves_nothing_behind():
    claim = make_claim(is_open=False)
    with pytest.raises(TransitionError):
        submit(claim)
    assert not Move.objects.exists()


def test_the_events_of_a_move_name_its_actor():
    researcher = make_user()
    claim = submit(make_claim(), by=researcher)
    event = Claim.pgh_event_model.objects.filter(pgh_obj_id=claim.pk).order_by("pgh_id").last()
    assert event.status == Status.IN_REVIEW
    assert event.pgh_context.metadata["user"] == researcher.pk


def test_a_dropped_claim_leaves_its_log():
    claim = make_claim()
    slug = claim.slug
    workflow.drop(claim, by=make_user(), at=NOW)
    assert [entry.name for entry in Move.objects.of_claim(slug)] == ["drop"]


def test_a_draft_that_a_published_claim_points_to_can_be_dropped():
    claim, target = make_claim(), make_claim()
    make_relation(claim=claim, target=target)
    publish_claim(claim)
    workflow.drop(target, by=make_user(), at=NOW)
    assert not claim.relations.exists()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: make_claim(is_open=False), "Choose a rating"),
        (lambda: make_claim(rating=make_rating("false")), "Add evidence"),
        (lambda: with_quote("broken"), "no longer in the text"),
        (lambda: with_quote("ambiguous"), "more than once"),
        (lambda: make_claim(explanation_fr="Voir[^nowhere]."), r"cites \[\^nowhere\]"),
    ],
)
def test_a_claim_that_is_not_ready_is_not_submitted(make, message):
    with pytest.raises(TransitionError, match=message):
        submit(make())


def with_quote(state):
    quote = make_quote()
    Quote.objects.filter(pk=quote.pk).update(state=state)
    return quote.claim


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_claim(is_open=True),
        lambda: make_claim(rating=make_rating("not_checkable")),
        lambda: make_claim(rating=make_rating("true"), rests_on_document=True),
        lambda: make_rated_claim("true"),
    ],
)
def test_a_claim_that_is_ready_is_submitted(make):
    assert submit(make()).status == Status.IN_REVIEW


@pytest.mark.parametrize(
    "text", [{"statement_fr": ""}, {"summary_en": ""}, {"explanation_en": "Only here."}]
)
def test_readers_get_both_languages_or_nothing(text):
    claim = submit(make_claim(**text))
    with pytest.raises(TransitionError, match="in both languages"):
        publish(claim)


def test_nobody_publishes_what_they_submitted():
    editor = make_editor()
    claim = submit(make_claim(), by=editor)
    assert "publish" not in available_moves(claim, by=editor)
    with pytest.raises(TransitionError, match="You submitted this claim"):
        publish(claim, by=editor)
    assert not Edition.objects.exists()


def test_what_changed_since_it_was_read_is_not_published():
    claim = submit(make_claim())
    read_sha256 = read(claim)
    type(claim.document).objects.update(title_en="Renamed.")
    with pytest.raises(TransitionError, match="has changed since you read it"):
        workflow.publish(claim, by=make_editor(), at=NOW, preview_sha256=read_sha256)
    assert not Edition.objects.exists()


def rerated():
    claim = make_rated_claim("false")
    publish_claim(claim)
    workflow.revise(claim, by=make_user(), at=timezone.now())
    Claim.objects.filter(pk=claim.pk).update(rating=make_rating("true"))
    claim.refresh_from_db()
    return submit(claim)


def test_a_changed_rating_needs_a_correction():
    claim = rerated()
    with pytest.raises(TransitionError, match="The rating changes"):
        publish(claim)
    edition = workflow.publish(
        claim,
        by=make_editor(),
        at=timezone.now(),
        preview_sha256=read(claim),
        correction=CORRECTION,
    )
    assert edition.correction_class == "changed_verdict"
    assert edition.content["correction"] == {
        "class": "changed_verdict",
        "note_en": "New figures.",
        "note_fr": "Nouveaux chiffres.",
    }


def test_a_rating_changed_after_a_withdrawal_needs_a_correction_too():
    claim = make_rated_claim("false")
    publish_claim(claim)
    withdraw(claim)
    workflow.revise(claim, by=make_user(), at=timezone.now())
    Claim.objects.filter(pk=claim.pk).update(rating=make_rating("true"))
    claim.refresh_from_db()
    with pytest.raises(TransitionError, match="The rating changes"):
        publish(submit(claim))


@pytest.mark.parametrize(
    "correction",
    [
        Correction("whim", "Why.", "Pourquoi."),
        Correction("typo", " ", "Pourquoi."),
        Correction("typo", "Why.", ""),
    ],
)
def test_a_correction_has_a_class_and_a_note_in_each_language(correction):
    claim = rerated()
    with pytest.raises(TransitionError):
        workflow.publish(
            claim,
            by=make_editor(),
            at=NOW,
            preview_sha256=read(claim),
            correction=correction,
        )


@pytest.mark.parametrize("text", ["", "  "])
def test_send_back_needs_a_note(text):
    claim = in_review()
    with pytest.raises(TransitionError, match="Say why"):
        workflow.send_back(claim, by=make_editor(), at=NOW, note=text)


@pytest.mark.parametrize("reasons", [("", "Faux."), ("Wrong.", " ")])
def test_a_withdrawal_needs_its_reason_in_each_language(reasons):
    claim = published()
    with pytest.raises(TransitionError, match="Say why"):
        workflow.withdraw(
            claim, by=make_chief_editor(), at=NOW, reason_en=reasons[0], reason_fr=reasons[1]
        )


def test_publishing_many_is_all_or_nothing():
    good, bad = submit(make_claim()), submit(make_claim(summary_fr=""))
    with pytest.raises(TransitionError):
        publish(good, bad)
    assert not Edition.objects.exists()
    assert Claim.objects.get(pk=good.pk).status == Status.IN_REVIEW


def test_publishing_what_does_not_exist_is_refused():
    with pytest.raises(TransitionError, match="no claim “nowhere”"):
        workflow.publish_many({"nowhere": "0" * 64}, by=make_editor(), at=NOW)


def test_a_claim_that_is_gone_is_said_to_be_gone():
    claim = make_claim()
    Claim.objects.filter(pk=claim.pk).delete()
    with pytest.raises(TransitionError, match="is gone"):
        submit(claim)


def test_the_live_edition_stays_live_during_a_revision():
    claim = revision()
    assert Edition.objects.live().get().claim == claim


def test_discarding_restores_the_desk_from_the_live_edition():
    claim = make_rated_claim("false", statement_en="Before.")
    quote = make_quote(claim=claim, exact="the very words")
    kept = claim.evidence.get()
    publish_claim(claim)
    live = content_sha256(Edition.objects.live().get().content["content"])
    workflow.revise(claim, by=make_user(), at=timezone.now())
    Claim.objects.filter(pk=claim.pk).update(statement_en="After.", rating=make_rating("true"))
    kept.delete()
    make_evidence(claim=claim)
    quote.exact = "other words"
    quote.save()
    make_relation(claim=claim, target=published())

    workflow.discard(claim, by=make_user(), at=timezone.now())

    assert claim.status == Status.PUBLISHED
    assert read(claim) == live


def test_discarding_keeps_relations_that_the_record_does_not_know():
    claim, unpublished = make_claim(), make_claim()
    make_relation(claim=claim, target=unpublished)
    publish_claim(claim)
    workflow.revise(claim, by=make_user(), at=timezone.now())
    workflow.discard(claim, by=make_user(), at=timezone.now())
    assert claim.relations.get().target == unpublished


def test_discarding_shows_and_hides_notes_as_they_were_published():
    claim = make_claim()
    words = {"claim": claim, "text_en": "Words.", "text_fr": "Mots."}
    public = make_note(**words, visibility="public")
    publish_claim(claim)
    live = content_sha256(Edition.objects.live().get().content["content"])
    workflow.revise(claim, by=make_user(), at=timezone.now())
    Note.objects.filter(pk=public.pk).update(visibility="internal")
    added = make_note(**words, visibility="public")

    workflow.discard(claim, by=make_user(), at=timezone.now())

    assert read(claim) == live
    added.refresh_from_db()
    assert added.visibility == "internal"


def test_a_revision_in_review_can_be_discarded():
    claim = revision()
    submit(claim)
    workflow.discard(claim, by=make_user(), at=timezone.now())
    assert claim.status == Status.PUBLISHED
    assert claim.submitted_by is None
