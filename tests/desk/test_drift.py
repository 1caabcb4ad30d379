"""Which live editions the desk has overtaken: by shared rows, and by related claims."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.desk import drift, workflow
from claims.desk.drift import compared, drifted
from claims.desk.transcripts import capture
from claims.models import Claim
from claims.record.composing import compose
from tests.factories import (
    make_claim,
    make_claimant,
    make_document,
    make_evidence,
    make_figure,
    make_note,
    make_published,
    make_quote,
    make_rated_claim,
    make_relation,
    make_section,
    make_topic,
    make_user,
    publish,
    publish_claim,
    submit,
    withdraw,
)

pytestmark = pytest.mark.django_db


def make_full_claim():
    section = make_section()
    claim = make_rated_claim(
        section=section,
        topics=[make_topic()],
        reported_claimant=make_claimant(),
    )
    make_quote(claim=claim)
    make_figure(claim=claim, evidence=make_evidence(claim=claim))
    return claim


def rename(row, **columns):
    """Edit a shared row as its own form would: one column or several, others as they are."""
    for name, value in columns.items():
        setattr(row, name, value)
    row.save()


SHARED_ROWS = [
    ("topic", lambda claim: claim.topics.get(), {"label_en": "Renamed"}),
    ("topic's aliases", lambda claim: claim.topics.get(), {"aliases": ["other"]}),
    ("claimant", lambda claim: claim.claimant, {"name_fr": "Renommé"}),
    ("reported claimant", lambda claim: claim.reported_claimant, {"name_en": "Renamed"}),
    ("document", lambda claim: claim.document, {"title_en": "Renamed"}),
    ("section", lambda claim: claim.section, {"heading_fr": "Renommé"}),
    ("source", lambda claim: claim.evidence.first().source, {"title": "Corrected"}),
    ("rating", lambda claim: claim.rating, {"label_en": "Wrong"}),
    ("measure", lambda claim: claim.figures.get().measure, {"label_en": "Renamed"}),
    ("unit", lambda claim: claim.figures.get().measure.unit, {"other_en": "persons"}),
]


@pytest.mark.parametrize(
    ("find", "columns"),
    [pytest.param(find, columns, id=name) for name, find, columns in SHARED_ROWS],
)
def test_a_changed_shared_row_is_a_drift_of_the_live_claims_that_use_it(find, columns):
    claim = make_full_claim()
    publish_claim(claim)
    make_published()
    rename(find(claim), **columns)
    assert compared() == [claim.pk]


def test_where_nothing_was_edited_nothing_has_compared():
    publish_claim(make_full_claim())
    assert compared() == []


def test_what_was_edited_before_the_publication_is_no_drift():
    claim = make_full_claim()
    rename(claim.topics.get(), label_en="Renamed")
    publish_claim(claim)
    assert compared() == []


def test_after_revising_and_publishing_nothing_has_compared():
    claim = make_full_claim()
    publish_claim(claim)
    rename(claim.topics.get(), label_en="Renamed")
    assert compared() == [claim.pk]
    workflow.revise(claim, by=make_user(), at=timezone.now())
    assert compared() == []
    publish_claim(claim)
    assert compared() == []


def test_a_row_that_was_renamed_and_named_back_is_no_drift():
    claim = make_full_claim()
    publish_claim(claim)
    topic = claim.topics.get()
    label = topic.label_en
    rename(topic, label_en="Renamed")
    rename(topic, label_en=label)
    assert claim.pk in [edition.claim_id for edition in drift.candidates()]
    assert compared() == []


def test_what_readers_are_not_told_is_no_drift():
    claim = make_full_claim()
    publish_claim(claim)
    rename(claim.evidence.first().source, description="For the desk only.")
    make_note(claim=claim, text_en="For the desk only.")
    assert compared() == []


def test_quotes_found_elsewhere_in_a_text_captured_anew_are_no_drift():
    document = make_document()
    claim = make_claim(document=document, topics=[make_topic()])
    make_quote(claim=claim, language="fr", exact="Des mots.")
    publish_claim(claim)
    capture(document, "fr", "Encore. Des mots.")
    rename(document, about_en="")
    assert claim.quotes.get().start is not None
    assert compared() == []


def test_a_related_claim_that_goes_live_is_a_drift():
    claim, target = make_claim(), make_claim()
    make_relation(claim=claim, target=target)
    publish_claim(claim)
    assert compared() == []
    publish_claim(target)
    assert compared() == [claim.pk]


def test_a_related_claim_that_is_withdrawn_is_a_drift():
    claim, target = make_claim(), make_claim()
    make_relation(claim=claim, target=target)
    publish(submit(claim), submit(target))
    assert compared() == []
    withdraw(target)
    assert compared() == [claim.pk]


def test_a_related_claim_that_is_published_again_is_no_drift():
    claim, target = make_claim(), make_claim()
    make_relation(claim=claim, target=target)
    publish(submit(claim), submit(target))
    workflow.revise(target, by=make_user(), at=timezone.now())
    publish_claim(target)
    assert compared() == []


def test_those_published_longest_ago_come_first_and_no_more_than_the_cap_are_composed(monkeypatch):
    topic = make_topic()
    claims = [make_published(topics=[topic]).claim for _count in range(3)]
    rename(topic, label_en="Renamed")
    assert compared() == [claim.pk for claim in claims]
    monkeypatch.setattr(drift, "CANDIDATES", 2)
    assert compared() == [claim.pk for claim in claims[:2]]


def test_an_edition_of_an_older_format_has_not_drifted_by_its_format(monkeypatch):
    claim = make_full_claim()
    monkeypatch.setattr(workflow, "compose", in_format_1)
    publish_claim(claim)
    monkeypatch.undo()
    rename(claim.evidence.first().source, description="For the desk only.")
    assert claim.pk in [edition.claim_id for edition in drift.candidates()]
    assert compared() == []
    rename(claim.topics.get(), label_en="Renamed")
    assert compared() == [claim.pk]


def in_format_1(claim, live):
    """What the record's first format said: no replies, and no language that lacks the claim."""
    content = compose(claim, live)
    del content["absent_in"], content["replies"]
    return content


def test_looking_for_drift_takes_the_same_number_of_queries_for_one_claim_and_for_many():
    one = queries_of_drift(1)
    assert queries_of_drift(9) == one


def queries_of_drift(number):
    for _count in range(number):
        claim = make_full_claim()
        publish_claim(claim)
        rename(claim.topics.get(), label_en="Renamed")
    assert Claim.objects.filter(pk__in=compared()).exists()
    with CaptureQueriesContext(connection) as captured:
        compared()
    return len(captured)


# Bounds


def queries_of(function):
    with CaptureQueriesContext(connection) as captured:
        function()
    return len(captured)


def test_what_has_drifted_is_found_once_for_each_state_of_the_desk():
    claim = make_rated_claim(topics=[make_topic()])
    publish_claim(claim)
    assert drifted() == []
    rename(claim.topics.get(), label_en="Renamed")
    assert drifted() == [claim.pk]
    assert queries_of(drifted) == 1
    workflow.revise(claim, by=make_user(), at=timezone.now())
    assert drifted() == []


def test_what_was_found_is_not_kept_for_long(monkeypatch):
    publish_claim(make_rated_claim(topics=[make_topic()]))
    monkeypatch.setattr(drift, "LONGEST_KEPT", -1)
    assert queries_of(drifted) > 1
    assert queries_of(drifted) > 1


def test_of_what_very_many_claims_share_the_oldest_are_compared(monkeypatch):
    topic = make_topic()
    claims = [make_rated_claim(topics=[topic]) for _number in range(3)]
    for claim in claims:
        publish_claim(claim)
    rename(topic, label_en="Renamed")
    assert compared() == [claim.pk for claim in claims]
    monkeypatch.setattr(drift, "MOST_SHARING", 2)
    assert compared() == [claim.pk for claim in claims[:2]]


def test_the_newest_edits_of_each_noun_are_looked_at(monkeypatch):
    monkeypatch.setattr(drift, "NEWEST_EDITS", 1)
    claims = [make_rated_claim(topics=[make_topic()]) for _number in range(2)]
    for claim in claims:
        publish_claim(claim)
        rename(claim.topics.get(), label_en="Renamed")
    assert compared() == [claims[1].pk]
