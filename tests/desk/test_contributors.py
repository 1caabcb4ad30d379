"""Who worked on a claim since it was last published, by the audit trail.

Events carry the time of their transaction, so these tests commit.
"""

import pghistory
import pytest
from django.utils import timezone

from claims.desk import workflow
from claims.desk.contributors import contributors
from claims.desk.roles import create_roles
from claims.desk.workflow import TransitionError
from tests.factories import (
    make_claim,
    make_editor,
    make_evidence,
    make_note,
    make_topic,
    make_user,
    publish,
    submit,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    create_roles()


def acting(user):
    return pghistory.context(user=user.pk)


def test_whoever_created_the_claim_contributed():
    author = make_user()
    with acting(author):
        claim = make_claim()
    assert contributors([claim])[claim.pk] == {author.pk}


def add_evidence(claim):
    make_evidence(claim=claim)


def add_topic(claim):
    claim.topics.add(make_topic())


def change_statement(claim):
    claim.statement_en = "Other words."
    claim.save(update_fields=["statement_en"])


def add_public_note(claim):
    make_note(claim=claim, visibility="public", text_en="Asked.", text_fr="Demandé.")


@pytest.mark.parametrize("change", [add_evidence, add_topic, change_statement, add_public_note])
def test_whoever_changed_what_readers_will_read_contributed(change):
    editor = make_editor()
    claim = make_claim()
    with acting(editor):
        change(claim)
    assert contributors([claim])[claim.pk] == {editor.pk}
    submit(claim)
    with pytest.raises(TransitionError, match="You have changed this claim"):
        publish(claim, by=editor)


def assign(claim):
    claim.assigned_to = make_user()
    claim.priority = 1
    claim.save(update_fields=["assigned_to", "priority"])


def add_internal_note(claim):
    make_note(claim=claim)


@pytest.mark.parametrize("change", [assign, add_internal_note])
def test_desk_work_is_no_contribution(change):
    editor = make_editor()
    claim = make_claim()
    with acting(editor):
        change(claim)
    assert contributors([claim])[claim.pk] == set()


def test_whoever_hides_a_public_note_contributed():
    editor = make_editor()
    claim = make_claim()
    add_public_note(claim)
    with acting(editor):
        claim.notes.update(visibility="internal")
    assert contributors([claim])[claim.pk] == {editor.pk}


def test_moving_a_claim_is_no_contribution():
    editor = make_editor()
    claim = submit(make_claim())
    workflow.send_back(claim, by=editor, at=timezone.now(), note="Once more.")
    submit(claim)
    assert publish(claim, by=editor)[0].approved_by == editor


def test_work_before_the_last_edition_does_not_count():
    author = make_editor()
    with acting(author):
        claim = make_claim()
    publish(submit(claim))
    second = make_user()
    workflow.revise(claim, by=make_user(), at=timezone.now())
    with acting(second):
        change_statement(claim)
    assert contributors([claim])[claim.pk] == {second.pk}
    submit(claim)
    assert publish(claim, by=author)[0].number == 2


def test_many_claims_cost_the_queries_of_one(django_assert_num_queries):
    claims = [make_claim() for _count in range(3)]
    for claim in claims:
        make_evidence(claim=claim)
    with django_assert_num_queries(2):
        contributors(claims[:1])
    with django_assert_num_queries(2):
        contributors(claims)


def test_work_on_another_claim_does_not_count():
    editor = make_editor()
    claim = make_claim()
    with acting(editor):
        make_evidence(claim=make_claim())
    assert contributors([claim])[claim.pk] == set()
