"""What a claim said after each of its changes, and how a draft gets it back.

Events carry the time of their transaction, so these tests commit.
"""

import pghistory
import pytest
from django.core import serializers
from django.db import connection
from django.utils import timezone

from claims.desk import workflow
from claims.desk.bringing_back import VersionError, bring_back
from claims.desk.life import Group, _in_order, changed_since, life
from claims.desk.roles import create_roles
from claims.desk.transcripts import capture
from claims.desk.versions import Bounds, differences, snapshot, state, with_bounds
from claims.models import Claim, Evidence, Figure, Quote, Source
from tests.factories import (
    make_claim,
    make_claimant,
    make_editor,
    make_evidence,
    make_figure,
    make_note,
    make_quote,
    make_rating,
    make_relation,
    make_section,
    make_source,
    make_topic,
    make_user,
    publish,
    submit,
    withdraw,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    create_roles()


@pytest.fixture
def claim():
    return make_full_claim()


def make_full_claim():
    claim = make_claim(
        section=make_section(), reported_claimant=make_claimant(), topics=[make_topic()]
    )
    make_quote(claim=claim, key="words", exact="As it was said.")
    make_figure(claim=claim, key="dead", evidence=make_evidence(claim=claim, key="court"))
    make_relation(claim=claim)
    claim.replies.create(
        key="asked", claimant=claim.claimant, asked_on="2022-01-10", channel="email"
    )
    return claim


def now(claim):
    return Bounds(tuple(with_bounds(Claim.objects.filter(pk=claim.pk)).get().bounds))


def fresh(claim):
    return Claim.objects.get(pk=claim.pk)


def back(claim, at, by=None):
    bring_back(claim, at, by=by or make_editor(), version_seen=fresh(claim).version)


def content(claim):
    """The rows without what bringing back leaves as it is."""
    found = snapshot(claim)
    return {noun: rows for noun, rows in found.items() if noun not in ("claim", "topics")} | {
        "topics": {row["topic_id"] for row in found["topics"].values()},
        "claim": {
            name: value
            for name, value in found["claim"][claim.pk].items()
            if name not in ("assigned_to_id", "priority", "status_since")
        },
    }


# Reading


def test_the_events_say_what_the_rows_say(claim):
    assert state(claim.pk, now(claim)) == snapshot(claim)


def rewrite(claim):
    Claim.objects.filter(pk=claim.pk).update(statement_en="Other words.", rating=None)


def change_parts(claim):
    claim.evidence.update(finding_en="Another finding.")
    claim.quotes.update(exact="Other words.")
    claim.figures.update(value=None, low=1, high=2)
    claim.replies.update(channel="letter")


def delete_parts(claim):
    claim.figures.all().delete()
    claim.evidence.all().delete()
    claim.quotes.all().delete()
    claim.relations.all().delete()
    claim.replies.all().delete()


def delete_evidence_with_its_figures(claim):
    claim.evidence.all().delete()


def add_parts(claim):
    make_figure(claim=claim, evidence=make_evidence(claim=claim))
    make_quote(claim=claim)
    make_relation(claim=claim)


def change_topics(claim):
    claim.topics.set([make_topic(), make_topic()])


def take_keys(claim):
    delete_parts(claim)
    make_quote(claim=claim, key="words")
    make_figure(claim=claim, key="dead", evidence=make_evidence(claim=claim, key="court"))


def load(claim):
    """As ``loaddata`` does."""
    evidence = claim.evidence.get()
    evidence.excerpt = "Loaded."
    text = serializers.serialize(
        "json",
        [evidence],
        use_natural_primary_keys=True,
        use_natural_foreign_keys=True,
    )
    for row in serializers.deserialize("json", text):
        row.save()


def from_outside(claim):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_claim SET summary_en = 'x' WHERE id = %s", [claim.pk])


CHANGES = [
    rewrite,
    change_parts,
    delete_parts,
    delete_evidence_with_its_figures,
    add_parts,
    change_topics,
    take_keys,
    load,
    from_outside,
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_claim_said_before_a_change_can_be_read(claim, change):
    before, at = snapshot(claim), now(claim)
    change(claim)
    assert state(claim.pk, at) == before
    assert state(claim.pk, now(claim)) == snapshot(claim)


@pytest.mark.parametrize("text", ["", "nonsense", "1.2.x", "-1", "1." * 40 + "1", "9" * 40, "²"])
def test_a_moment_that_is_none_is_the_time_before_the_claim(claim, text):
    assert Bounds.read(text) == Bounds()
    assert not any(state(claim.pk, Bounds.read(text)).values())


def test_a_moment_reads_as_it_was_written(claim):
    assert Bounds.read(str(now(claim))) == now(claim)


# The life


def said(changes):
    return [
        (change.by, [(one.noun, one.columns) for one in change.differences]) for change in changes
    ]


def test_every_change_is_told_with_who_and_what():
    author, editor = make_user(), make_editor()
    with pghistory.context(user=author.pk):
        claim = make_claim(statement_en="First.")
    with pghistory.context(user=editor.pk):
        Claim.objects.update(statement_en="Second.")
    from_outside(claim)
    created, *others = life(claim.pk)
    assert created.by == author
    assert created.differences[0].before is None
    assert "statement_en" in created.differences[0].columns
    assert said(others) == [
        (editor, [("claim", ["statement_en"])]),
        (None, [("claim", ["summary_en"])]),
    ]
    assert others[0].differences[0].before["statement_en"] == "First."


def test_changes_of_one_transaction_are_one_change(claim):
    before = len(life(claim.pk))
    with pghistory.context(user=make_user().pk):
        change_topics(claim)
        workflow.transaction.atomic()(change_parts)(claim)
    last = life(claim.pk)[-1]
    assert {one.noun for one in last.differences} == {"quotes", "evidence", "figures", "replies"}
    assert len(life(claim.pk)) > before


def test_moves_and_editions_stand_beside_what_they_did():
    claim, editor = make_claim(), make_editor()
    submit(claim)
    workflow.send_back(claim, by=editor, at=timezone.now(), note="Which day?")
    submit(claim)
    publish(claim)
    workflow.revise(claim, by=make_user(), at=timezone.now())
    withdraw(claim)
    told = [
        (change.move and change.move.name, change.edition and change.edition.number)
        for change in life(claim.pk)
    ]
    assert [line for line in told if line != (None, None)] == [
        ("submit", None),
        ("send_back", None),
        ("submit", None),
        ("publish", 1),
        ("revise", None),
        ("withdraw", 2),
    ]
    sent_back = next(c for c in life(claim.pk) if c.move and c.move.name == "send_back")
    assert (sent_back.by, sent_back.move.note) == (editor, "Which day?")
    assert [one.noun for one in sent_back.differences] == ["notes"]


def test_notes_and_assignments_are_told_and_are_no_content():
    claim = make_claim()
    make_note(claim=claim, text_en="Ask.")
    Claim.objects.update(priority=1)
    note, assignment = life(claim.pk)[-2:]
    assert (note.differences[0].noun, note.is_content) == ("notes", False)
    assert (assignment.differences[0].columns, assignment.is_content) == (["priority"], False)


def test_a_dropped_claim_keeps_its_life_and_its_heir_has_its_own():
    claim = make_claim(slug="same")
    pk = claim.pk
    workflow.drop(claim, by=make_user(), at=timezone.now())
    heir = make_claim(slug="same")
    submit(heir)
    assert life(pk)[-1].move.name == "drop"
    assert [change.move.name for change in life(heir.pk) if change.move] == ["submit"]


def test_a_claim_that_never_was_has_no_life(db):
    assert life(0) == []


def test_a_transaction_that_waited_comes_after_the_one_it_waited_for():
    noon = timezone.now()
    early, late = Group(noon, None, rank=(noon, 0)), Group(timezone.now(), None)
    late.rank = (late.at, 0)
    # The one that began first has the later event.
    assert _in_order([early, late], [[late, early]]) == [late, early]


def test_who_changed_a_claim_since_a_moment_is_known(claim):
    at, editor = now(claim), make_editor()
    with pghistory.context(user=editor.pk):
        change_topics(claim)
    make_note(claim=claim)
    assert {person for person, _at in changed_since(claim.pk, at)} == {editor}
    assert changed_since(claim.pk, now(claim)) == []


def test_a_long_life_costs_the_queries_of_a_short_one(claim, django_assert_num_queries):
    with pghistory.context(user=make_user().pk):
        rewrite(claim)
    with django_assert_num_queries(11):
        life(claim.pk)
    for number in range(5):
        with pghistory.context(user=make_user().pk):
            Claim.objects.filter(pk=claim.pk).update(statement_en=f"Version {number}.")
            make_quote(claim=claim)
    with django_assert_num_queries(11):
        life(claim.pk)


# Bringing back


@pytest.mark.parametrize("change", CHANGES)
def test_an_earlier_version_comes_back_whole(claim, change):
    before, at = content(claim), now(claim)
    change(claim)
    back(claim, at)
    assert content(claim) == before


def test_bringing_back_can_itself_be_taken_back(claim):
    first = now(claim)
    delete_parts(claim)
    second, without = now(claim), content(claim)
    back(claim, first)
    back(claim, second)
    assert content(claim) == without


def test_who_brought_it_back_is_on_record(claim):
    at, editor = now(claim), make_editor()
    rewrite(claim)
    back(claim, at, by=editor)
    assert life(claim.pk)[-1].by == editor


def test_work_and_notes_stay_as_they_are(claim):
    at = now(claim)
    user = make_user()
    Claim.objects.filter(pk=claim.pk).update(assigned_to=user, priority=1, statement_en="New.")
    make_note(claim=claim)
    back(claim, at)
    assert (fresh(claim).assigned_to, fresh(claim).priority) == (user, 1)
    assert claim.notes.count() == 1


def test_words_that_come_back_are_looked_for_in_the_text_as_it_is_now(claim):
    capture(claim.document, "en", "Long ago. As it was said. So it is.")
    at = now(claim)
    claim.quotes.all().delete()
    back(claim, at)
    quote = Quote.objects.get(claim=claim)
    assert (quote.state, quote.start) == ("exact", 10)


def test_words_that_stayed_keep_their_place(claim):
    at = now(claim)
    capture(claim.document, "en", "As it was said.")
    rewrite(claim)
    back(claim, at)
    assert Quote.objects.get(claim=claim).state == "exact"


def refused(claim, at, match, version=None):
    before = snapshot(claim)
    seen = fresh(claim).version if version is None else version
    with pytest.raises(VersionError, match=match):
        bring_back(claim, at, by=make_editor(), version_seen=seen)
    assert snapshot(claim) == before


def test_only_a_draft_gets_an_earlier_version():
    claim = make_claim()
    at = now(claim)
    rewrite(claim)
    submit(claim)
    refused(claim, at, "Only a draft")


def test_what_changed_since_it_was_decided_upon_is_not_overwritten(claim):
    at = now(claim)
    seen = fresh(claim).version
    rewrite(claim)
    refused(claim, at, "someone else has changed", version=seen)


def test_a_version_that_names_a_deleted_source_says_which(claim):
    evidence = make_evidence(claim=claim, source=make_source(publisher="Gone Agency"))
    at = now(claim)
    evidence.delete()
    Source.objects.filter(publisher="Gone Agency").delete()
    refused(claim, at, "source “Gone Agency: Report")


def test_a_version_whose_place_is_taken_says_by_whom(claim):
    at = now(claim)
    Claim.objects.filter(pk=claim.pk).update(position=999)
    make_claim(document=claim.document, position=claim.position, statement_en="I am here.")
    refused(claim, at, "given to another claim: “I am here.”")


def test_a_version_that_never_was_is_refused(claim):
    refused(claim, Bounds(), "no such version")


def test_a_claim_that_is_gone_is_refused():
    claim = make_claim()
    at = now(claim)
    Claim.objects.all().delete()
    with pytest.raises(VersionError, match="is gone"):
        bring_back(claim, at, by=make_editor(), version_seen=0)


def test_differences_are_told_by_column(claim):
    before = snapshot(claim)
    change_parts(claim)
    claim.topics.clear()
    Claim.objects.filter(pk=claim.pk).update(summary_en="New.", priority=1)
    found = {one.noun: one.columns for one in differences(before, snapshot(claim))}
    assert found == {
        "claim": ["summary_en"],
        "topics": ["topic_id"],
        "quotes": ["exact"],
        "evidence": ["finding_en"],
        "figures": ["value", "low", "high"],
        "replies": ["channel"],
    }


def test_a_rating_comes_back():
    claim = make_claim(rating=make_rating())
    at = now(claim)
    Claim.objects.update(rating=None, is_open=True)
    back(claim, at)
    assert (fresh(claim).rating.slug, fresh(claim).is_open) == ("false", False)


def test_rows_keep_their_ids(claim):
    at = now(claim)
    pks = (Evidence.objects.get().pk, Figure.objects.get().pk)
    delete_parts(claim)
    back(claim, at)
    assert (Evidence.objects.get().pk, Figure.objects.get().pk) == pks


def test_a_row_whose_id_another_claim_has_got_comes_back_under_a_new_one(claim):
    before, at = content(claim), now(claim)
    pk = Evidence.objects.get().pk
    delete_parts(claim)
    make_evidence(id=pk)
    back(claim, at)
    evidence = claim.evidence.get()
    assert evidence.pk != pk
    assert claim.figures.get().evidence == evidence
    assert [row["key"] for row in content(claim)["evidence"].values()] == [
        row["key"] for row in before["evidence"].values()
    ]
