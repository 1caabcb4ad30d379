"""Several editors publish at the same time: everything comes out, in one unbroken chain."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.desk import workflow
from claims.models import Claim, Edition, Term
from claims.record.composing import content_sha256
from tests.factories import (
    make_claimant,
    make_document,
    make_editor,
    make_published,
    make_rated_claim,
    make_section,
    make_topic,
    make_user,
    submit,
)

EDITORS = 4


def publish(slugs, editor):
    claims = list(Claim.objects.with_content().filter(slug__in=slugs))
    read = {slug: content_sha256(content) for slug, content in workflow.preview(claims).items()}
    return workflow.publish_many(read, by=editor, at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_editors_who_publish_together_do_not_stop_each_other():
    document, claimant, topic = make_document(), make_claimant(), make_topic()
    shared = {"document": document, "claimant": claimant, "topics": [topic]}
    researcher, editors = make_user(), [make_editor() for _number in range(EDITORS)]
    slugs = [
        submit(make_rated_claim(**shared), by=researcher).slug for _number in range(EDITORS * 4)
    ]

    def work(place):
        # Pairs that cross those of the others, in either order.
        mine = slugs[place::EDITORS]
        try:
            return [publish(pair, editors[place]) for pair in (mine[2:], mine[1::-1])]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(EDITORS) as people:
        list(people.map(work, range(EDITORS)))
    chain = list(Edition.objects.order_by("sequence").values_list("previous_hash", "chain_hash"))
    assert len(chain) == len(slugs)
    assert [previous for previous, _own in chain] == ["", *(own for _previous, own in chain[:-1])]
    counts = set(Term.objects.values_list("slug", "live_count"))
    assert {(topic.slug, len(slugs)), (claimant.slug, len(slugs))} <= counts


@pytest.mark.django_db
def test_a_revision_that_is_filed_as_before_writes_no_term():
    claim = make_published(topics=[make_topic()], section=make_section()).claim
    workflow.revise(claim, by=make_user(), at=timezone.now())
    submit(claim)
    editor = make_editor()
    with CaptureQueriesContext(connection) as captured:
        publish([claim.slug], editor)
    written = [query["sql"] for query in captured if '"claims_term"' in query["sql"]]
    assert all(statement.startswith("SELECT") for statement in written)
    assert len(captured) <= 38


@pytest.mark.django_db
def test_publishing_does_not_read_the_texts_of_the_edition_before():
    claim = make_published().claim
    workflow.revise(claim, by=make_user(), at=timezone.now())
    submit(claim)
    with CaptureQueriesContext(connection) as captured:
        publish([claim.slug], make_editor())
    heavy = [q["sql"] for q in captured if '"claims_edition"."words_en"' in q["sql"]]
    assert not [statement for statement in heavy if statement.startswith("SELECT")]
