"""What waits for whom: each queue holds its claims, oldest first, counted to a limit."""

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.desk import queues, workflow
from claims.desk.queues import COUNT_LIMIT, FIRST_ROWS, QUEUES, queues_of, waiting
from claims.models import Claim, Status
from tests.factories import (
    make_chief_editor,
    make_claim,
    make_editor,
    make_evidence,
    make_link_check,
    make_published,
    make_quote,
    make_rated_claim,
    make_source,
    make_topic,
    make_user,
    publish,
    submit,
    withdraw,
)

pytestmark = pytest.mark.django_db


def queue(name):
    return next(queue for queue in QUEUES if queue.name == name)


def held(name, user):
    """The claims of a queue: the same on the desk as in the list that its name leads to."""
    listed = list(queue(name).claims(user))
    on_desk = {item.queue.name: item for item in waiting(user)}
    if name in on_desk:
        assert on_desk[name].rows == listed[:FIRST_ROWS]
        assert on_desk[name].count == len(listed)
    return listed


def send_back(claim):
    workflow.send_back(claim, by=make_editor(), at=timezone.now(), note="Please look again.")
    return claim


def revise(claim, by=None):
    workflow.revise(claim, by=by or make_user(), at=timezone.now())
    return claim


def written_by(user):
    with pghistory.context(user=user.pk):
        return make_claim()


def test_my_drafts_are_the_drafts_assigned_to_me_that_were_not_sent_back():
    me = make_user()
    mine = make_claim(assigned_to=me)
    make_claim(assigned_to=make_user())
    make_claim()
    submit(make_claim(assigned_to=me))
    send_back(submit(make_claim(assigned_to=me)))
    assert held("my-drafts", me) == [mine]


def test_a_claim_comes_back_to_whom_it_is_assigned():
    me = make_user()
    claim = send_back(submit(make_claim(assigned_to=me)))
    assert held("sent-back", me) == [claim]
    assert held("sent-back", make_user()) == []


def test_a_claim_comes_back_to_who_submitted_it_last():
    first, last = make_user(), make_user()
    claim = send_back(submit(make_claim(), by=first))
    send_back(submit(claim, by=last))
    assert held("sent-back", last) == [claim]
    assert held("sent-back", first) == []


def test_a_claim_that_was_sent_back_and_submitted_again_waits_for_others():
    me = make_user()
    claim = send_back(submit(make_claim(assigned_to=me), by=me))
    submit(claim, by=me)
    assert held("sent-back", me) == []
    assert held("submitted", me) == [claim]


def test_a_revision_is_a_draft_that_was_not_sent_back():
    me = make_user()
    claim = send_back(submit(make_claim(assigned_to=me), by=me))
    workflow.submit(claim, by=me, at=timezone.now())
    published = make_published(assigned_to=me).claim
    revise(published)
    assert held("sent-back", me) == []
    assert held("my-drafts", me) == [published]


def test_what_i_submitted_does_not_wait_for_my_review():
    me = make_editor()
    claim = submit(make_claim())
    submit(make_claim(), by=me)
    make_claim()
    assert held("waiting", me) == [claim]


def test_what_i_changed_does_not_wait_for_my_review():
    me = make_editor()
    sourced, assigned = make_claim(), make_claim()
    worded = written_by(me)
    with pghistory.context(user=me.pk):
        make_evidence(claim=sourced)
    for claim in (sourced, assigned, worded):
        submit(claim)
    with pghistory.context(user=me.pk):
        Claim.objects.filter(pk=assigned.pk).update(assigned_to=me)
    assert held("waiting", me) == [assigned]
    assert held("waiting", make_editor()) == [sourced, assigned, worded]


def test_what_i_changed_before_the_last_publication_waits_for_my_review():
    me = make_editor()
    claim = submit(written_by(me))
    assert held("waiting", me) == []
    publish(claim)
    submit(revise(claim))
    assert held("waiting", me) == [claim]


def test_assigned_to_me_is_in_any_status_but_draft():
    me = make_user()
    make_claim(assigned_to=me)
    in_review = submit(make_claim(assigned_to=me))
    published = make_published(assigned_to=me).claim
    withdrawn = make_published(assigned_to=me).claim
    withdraw(withdrawn)
    make_published()
    assert held("assigned", me) == [in_review, published, withdrawn]


def test_a_revision_is_open_until_it_is_published_or_withdrawn():
    revised, reviewed, withdrawn = (make_published().claim for _count in range(3))
    for claim in (revised, reviewed):
        revise(claim)
    submit(reviewed)
    withdraw(withdrawn)
    revise(withdrawn)
    make_published()
    make_claim()
    assert held("revisions", make_user()) == [revised, reviewed]


def test_open_claims_are_open_in_any_status():
    draft, published = make_claim(is_open=True), make_published(is_open=True).claim
    make_rated_claim()
    assert held("open", make_user()) == [draft, published]


@pytest.mark.parametrize("state", ["broken", "ambiguous"])
def test_a_quote_is_lost_where_its_words_are_not_found(state):
    claim = make_claim()
    make_quote(claim=claim, state=state)
    make_quote(claim=claim, state=state)
    make_quote(claim=make_claim())
    assert held("lost-quotes", make_user()) == [claim]


def test_links_are_broken_where_a_page_that_is_cited_is_gone():
    claim, fine = make_claim(), make_claim()
    for _count in range(2):
        evidence = make_evidence(claim=claim)
        make_link_check(evidence.source, "broken")
    for state in ("ok", "moved", "unreachable", "refused"):
        make_link_check(make_evidence(claim=fine).source, state)
    make_evidence(claim=fine)
    make_link_check(make_source(), "broken")
    assert held("broken-links", make_user()) == [claim]


def test_a_live_edition_that_was_overtaken_is_in_its_queue():
    topic = make_topic()
    claim = make_published(topics=[topic]).claim
    make_published()
    topic.label_en = "Renamed"
    topic.save()
    assert held("drifted", make_user()) == [claim]


ROLES = [
    ("stranger", lambda: make_user(None), set()),
    (
        "researcher",
        make_user,
        {
            "my-drafts",
            "sent-back",
            "assigned",
            "submitted",
            "revisions",
            "open",
            "drifted",
            "lost-quotes",
            "broken-links",
        },
    ),
    (
        "editor",
        make_editor,
        {
            "my-drafts",
            "sent-back",
            "waiting",
            "assigned",
            "submitted",
            "revisions",
            "open",
            "drifted",
            "lost-quotes",
            "broken-links",
        },
    ),
    ("chief editor", make_chief_editor, {queue.name for queue in QUEUES}),
]


@pytest.mark.parametrize(("role", "make", "expected"), ROLES, ids=[role for role, *_rest in ROLES])
def test_a_desk_has_the_queues_that_a_person_has_a_use_for(role, make, expected):
    user = make()
    assert {item.queue.name for item in waiting(user)} == expected
    assert {queue.name for queue in queues_of(user)} == expected


def test_the_oldest_stands_first_whatever_its_status():
    me = make_user()
    old = submit(make_claim(assigned_to=me))
    older = make_published(assigned_to=me).claim
    moments = {old: "2026-02-01T00:00Z", older: "2026-01-01T00:00Z"}
    for claim, moment in moments.items():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "UPDATE claims_claim SET status_since = %s WHERE id = %s", [moment, claim.pk]
            )
            cursor.execute("SET LOCAL session_replication_role = origin")
    assert held("assigned", me) == [older, old]


def test_a_queue_shows_its_first_rows_and_counts_to_a_limit(monkeypatch):
    monkeypatch.setattr(queues, "COUNT_LIMIT", 7)
    me = make_user()
    claims = [make_claim(assigned_to=me, is_open=False) for _count in range(9)]
    item = next(item for item in waiting(me) if item.queue.name == "my-drafts")
    assert item.rows == claims[:FIRST_ROWS]
    assert item.is_more
    assert item.shown_count == "7+"


def test_a_queue_that_is_not_longer_than_the_limit_is_counted_exactly():
    me = make_user()
    make_claim(assigned_to=me)
    item = next(item for item in waiting(me) if item.queue.name == "my-drafts")
    assert (item.shown_count, item.is_more) == ("1", False)
    assert COUNT_LIMIT == 100


def test_the_desk_asks_the_same_for_few_rows_and_for_many():
    me = make_editor()
    fill(me)
    few = desk_queries(me)
    for _count in range(6):
        fill(me)
    assert desk_queries(me) == few <= 30


def fill(me):
    """A claim for every queue, drifted and changed by the editor among them."""
    topic = make_topic()
    make_claim(assigned_to=me)
    send_back(submit(make_claim(assigned_to=me)))
    submit(written_by(me))
    submit(make_claim(), by=me)
    revise(make_published().claim)
    make_published(topics=[topic], assigned_to=me)
    topic.label_en = f"{topic.label_en}, renamed"
    topic.save()


def desk_queries(user):
    with CaptureQueriesContext(connection) as captured:
        waiting(user)
    return len(captured)


def test_nothing_of_the_desk_is_counted_over_the_whole_table():
    with CaptureQueriesContext(connection) as captured:
        waiting(make_editor())
    statements = [query["sql"] for query in captured]
    assert not any("COUNT(" in statement for statement in statements)
    union = next(statement for statement in statements if "'my-drafts'" in statement)
    assert union.count(f"LIMIT {COUNT_LIMIT + 1}") == union.count(' AS "queue"')


def test_every_queue_has_a_name_of_its_own():
    names = [queue.name for queue in QUEUES]
    assert len(set(names)) == len(names)
    assert {status for queue in QUEUES for status in queue.statuses} <= set(Status.values)
