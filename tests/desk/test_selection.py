"""Several claims at once: done where allowed, refused one by one, never over what was not seen."""

from itertools import product

import pytest
from django.utils import timezone

from claims.desk import selection
from claims.desk.selection import assignable
from claims.models import Claim, Status
from tests.admin.pages import fresh
from tests.factories import (
    make_claim,
    make_editor,
    make_note,
    make_published,
    make_topic,
    make_user,
    submit,
)

pytestmark = pytest.mark.django_db


def seen(*claims):
    """The versions that a page would show now."""
    keys = [claim.pk for claim in claims]
    return dict(Claim.objects.filter(pk__in=keys).values_list("pk", "version"))


def test_claims_are_assigned_in_any_status():
    claims = [make_claim(), submit(make_claim()), make_published().claim]
    anna = make_user()
    outcome = selection.assign(seen(*claims), to=anna, by=make_editor())
    assert outcome.done == claims
    assert {fresh(claim).assigned_to for claim in claims} == {anna}


def test_the_trail_says_who_assigned():
    claim, editor = make_claim(), make_editor()
    selection.assign(seen(claim), to=make_user(), by=editor)
    event = Claim.pgh_event_model.objects.filter(pgh_obj=claim).latest("pgh_id")
    assert event.pgh_context.metadata["user"] == editor.pk


def test_claims_are_assigned_to_staff_who_may_change_them():
    researcher, editor = make_user(username="anna"), make_editor(username="ben")
    chief = make_user(None, username="chloe", is_superuser=True)
    make_user(None)
    make_user(is_staff=False)
    make_user(is_active=False)
    assert list(assignable()) == [researcher, editor, chief]


def test_topics_are_added_to_drafts_and_removed_from_them():
    old, new = make_topic(), make_topic()
    claims = [make_claim(topics=[old]), make_claim()]
    selection.add_topics(seen(*claims), topics=[new], by=make_user())
    assert [set(claim.topics.all()) for claim in claims] == [{old, new}, {new}]
    selection.remove_topics(seen(*claims), topics=[new], by=make_user())
    assert [set(claim.topics.all()) for claim in claims] == [{old}, set()]


@pytest.mark.parametrize("change", ["add_topics", "remove_topics"])
def test_topics_of_what_is_no_draft_are_refused_and_the_rest_is_done(change):
    topic = make_topic()
    draft, reviewed = make_claim(), submit(make_claim(topics=[topic]))
    outcome = getattr(selection, change)(seen(draft, reviewed), topics=[topic], by=make_user())
    assert outcome.done == [draft]
    assert [refusal.claim for refusal in outcome.refused] == [reviewed]
    assert outcome.refused[0].reasons == [
        "It is “In review”: open a revision before changing its content."
    ]
    assert list(reviewed.topics.all()) == [topic]


def test_what_is_not_ready_is_not_submitted_and_the_rest_is():
    ready, unready = make_claim(), make_claim(is_open=False)
    outcome = selection.submit(seen(ready, unready), by=make_user(), at=timezone.now())
    assert outcome.done == [ready]
    assert [refusal.claim for refusal in outcome.refused] == [unready]
    assert [fresh(ready).status, fresh(unready).status] == [Status.IN_REVIEW, Status.DRAFT]


def test_a_claim_that_is_gone_is_counted():
    claim = make_claim()
    versions = seen(claim)
    claim.delete()
    assert selection.assign(versions, to=make_user(), by=make_user()).gone == 1


def test_a_note_written_meanwhile_is_a_change_too():
    claim = make_claim()
    versions = seen(claim)
    make_note(claim=claim)
    was_counted = fresh(claim).version != versions[claim.pk]
    outcome = selection.assign(versions, to=make_user(), by=make_user())
    assert (outcome.stale == [claim]) is was_counted


# Two people who saw the same list

CHANGES = {
    "assign": lambda versions, by, topic: selection.assign(versions, to=by, by=by),
    "release": lambda versions, by, topic: selection.assign(versions, to=None, by=by),
    "add": lambda versions, by, topic: selection.add_topics(versions, topics=[topic], by=by),
    "remove": lambda versions, by, topic: selection.remove_topics(versions, topics=[topic], by=by),
    "submit": lambda versions, by, topic: selection.submit(versions, by=by, at=timezone.now()),
}
REPEATED = 5


def test_of_two_people_who_saw_the_same_the_second_overwrites_nothing():
    """Every pair of changes, five times over: what the first did stands, the second is told."""
    anna, ben, old, added, removed = make_user(), make_user(), *(make_topic() for _ in range(3))
    lost, pairs = [], 0
    for first, second in [*product(CHANGES, CHANGES)] * REPEATED:
        claim = make_claim(topics=[old, removed], assigned_to=make_user() if pairs % 2 else None)
        both_saw = seen(claim)
        done = CHANGES[first](both_saw, anna, added if first == "add" else removed)
        state = state_of(claim)
        changed_nothing = seen(claim) == both_saw
        outcome = CHANGES[second](both_saw, ben, added if second == "add" else removed)
        if not changed_nothing and (outcome.stale != done.done or state_of(claim) != state):
            lost.append((first, second))
        pairs += 1
    assert pairs >= 100
    assert lost == []


def state_of(claim):
    now = fresh(claim)
    return (now.version, now.status, now.assigned_to_id, set(now.topics.values_list("pk")))
