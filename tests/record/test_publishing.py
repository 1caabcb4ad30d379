"""Editions: what they say, how they follow each other, and what they are filed under."""

import datetime
from decimal import Decimal
from importlib import import_module

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from claims.desk import workflow
from claims.models import Claim, Edition, Term
from claims.record.chain import canonical
from claims.record.publishing import append, publication
from claims.record.vocabulary import live_by_rating
from tests.factories import (
    make_claim,
    make_claimant,
    make_document,
    make_editor,
    make_evidence,
    make_figure,
    make_note,
    make_published,
    make_quote,
    make_rated_claim,
    make_relation,
    make_section,
    make_source,
    make_topic,
    make_user,
    publish,
    publish_claim,
    submit,
    withdraw,
)

pytestmark = pytest.mark.django_db
MIGRATION = import_module("claims.migrations.0021_lists")


def republish(claim, **changes):
    workflow.revise(claim, by=make_user(), at=timezone.now())
    Claim.objects.filter(pk=claim.pk).update(**changes)
    claim.refresh_from_db()
    return publish(submit(claim))[0]


def test_an_edition_says_all_that_hangs_on_the_claim():
    section = make_section(number=3, heading_en="Who owns it?", heading_fr="À qui est-ce ?")
    claim = make_rated_claim(
        "false",
        section=section,
        position=12,
        statement_en="It was so.",
        statement_fr="Ce fut ainsi.",
        divergence_en="French says more.",
        divergence_fr="Le français en dit plus.",
        reported_claimant=make_claimant(slug="the-president", aliases=["Tokaïev"]),
        topics=[make_topic(slug="deaths"), make_topic(slug="almaty")],
        event_date="2022-01-02/2022-01-03",
        is_outdated=True,
        explanation_en="Because.",
        explanation_fr="Parce que.",
    )
    claim.evidence.all().delete()
    source = make_source(url="https://news.example/toll", published="2022-01", author="A. B.")
    evidence = make_evidence(claim=claim, source=source, key="events-1", stance="supports")
    make_figure(claim=claim, key="claim-1", value=Decimal("20.700000"), as_of="2022-01-09")
    make_figure(claim=claim, key="events-1-1", evidence=evidence, low=1, high=2)
    make_quote(claim=claim, key="fr", language="fr", exact="ce fut")
    make_note(claim=claim, key="public", visibility="public", text_en="Asked.", text_fr="Demandé.")
    make_note(claim=claim, key="secret", text_en="The source is X.")

    payload = publish_claim(claim).content

    assert {name: payload[name] for name in ("format", "kind", "claim", "number")} == {
        "format": 3,
        "kind": "publication",
        "claim": claim.slug,
        "number": 1,
    }
    content = payload["content"]
    assert content["section"] == {
        "number": 3,
        "heading_en": "Who owns it?",
        "heading_fr": "À qui est-ce ?",
    }
    assert content["statement_fr"] == "Ce fut ainsi."
    assert content["divergence_en"] == "French says more."
    assert content["reported_claimant"]["aliases"] == ["Tokaïev"]
    assert [topic["slug"] for topic in content["topics"]] == ["almaty", "deaths"]
    assert content["event_date"] == "2022-01-02/2022-01-03"
    assert content["verdict"]["rating"]["slug"] == "false"
    assert content["verdict"]["rating"]["label_fr"] == "false (fr)"
    assert content["verdict"]["is_outdated"] is True
    assert content["evidence"][0]["source"]["url"] == "https://news.example/toll"
    assert content["evidence"][0]["source"]["published"] == "2022-01"
    assert [figure["value"] for figure in content["figures"]] == ["20.7", None]
    assert [figure["low"] for figure in content["figures"]] == [None, "1"]
    assert content["figures"][1]["evidence"] == "events-1"
    assert content["quotes"][0]["exact"] == "ce fut"
    assert [note["key"] for note in content["notes"]] == ["public"]
    assert "The source is X." not in canonical(payload)


def test_the_payload_is_canonical():
    edition = make_published()
    assert canonical(edition.content) == edition.payload


@pytest.mark.parametrize("is_demo", [True, False])
def test_a_demonstration_marks_its_payloads(is_demo, settings):
    settings.FACTCHECK = settings.FACTCHECK | {"demo": is_demo}
    assert make_published().content["is_demonstration"] is is_demo


def test_the_suite_does_not_run_as_a_demonstration():
    assert settings.FACTCHECK["demo"] is False


def test_a_new_edition_closes_the_one_before():
    claim = make_claim()
    first = publish_claim(claim)
    second = republish(claim, summary_en="Better words.")
    first.refresh_from_db()
    assert (first.number, second.number) == (1, 2)
    assert first.superseded_at == second.published_at
    assert second.superseded_at is None
    assert [edition.pk for edition in Edition.objects.live()] == [second.pk]
    assert second.previous_hash == first.chain_hash


def test_the_records_time_grows_though_the_clock_stands_back():
    claim = make_claim()
    first = publish_claim(claim)
    past = first.published_at - datetime.timedelta(days=1)
    body = {"verdict": {}, **first.content["content"]}
    draft = publication(claim, body, submitted_by=make_user().pk, approved_by=make_editor().pk)
    second = append([draft], at=past)[0]
    assert second.published_at == first.published_at + datetime.timedelta(microseconds=1)


def test_as_of_gives_what_was_published_at_that_moment():
    claim = make_claim()
    first = publish_claim(claim)
    second = republish(claim, summary_en="Better words.")
    just_before = second.published_at - datetime.timedelta(microseconds=1)
    assert list(Edition.objects.as_of(just_before)) == [first]
    assert list(Edition.objects.as_of(second.published_at)) == [second]
    before_all = first.published_at - datetime.timedelta(microseconds=1)
    assert not Edition.objects.as_of(before_all).exists()


def test_relations_lead_to_live_claims_only():
    claim, live, hidden = make_claim(), make_claim(), make_claim()
    publish_claim(live)
    make_relation(claim=claim, target=live, kind="repeats")
    make_relation(claim=claim, target=hidden, kind="refines")
    edition = publish_claim(claim)
    assert edition.content["content"]["relations"] == [{"kind": "repeats", "target": live.slug}]
    assert hidden.slug not in edition.payload


def test_claims_published_together_may_refer_to_each_other():
    one, other = make_claim(), make_claim()
    make_relation(claim=one, target=other, kind="contradicts")
    make_relation(claim=other, target=one, kind="contradicts")
    editions = publish(submit(one), submit(other))
    assert [edition.content["content"]["relations"][0]["kind"] for edition in editions] == [
        "contradicts",
        "contradicts",
    ]


def test_a_withdrawal_is_an_edition_without_content():
    claim = make_claim(statement_en="Something wrong.")
    publish_claim(claim)
    edition = withdraw(claim)
    assert edition.kind == "withdrawal"
    assert edition.number == 2
    assert edition.content["reason_fr"] == "La source est revenue sur son article."
    assert "Something wrong." not in edition.payload
    assert not Edition.objects.live().exists()


def test_a_withdrawn_claim_can_be_published_again():
    claim = make_claim()
    publish_claim(claim)
    withdraw(claim)
    edition = republish(claim, summary_en="Checked anew.")
    assert edition.number == 3
    assert list(Edition.objects.live()) == [edition]


def counts():
    return {(term.kind, term.slug): term.live_count for term in Term.objects.all()}


def test_terms_count_live_editions():
    section = make_section(number=2)
    speaker, president = make_claimant(), make_claimant()
    topic = make_topic()
    shared = {"section": section, "claimant": speaker, "topics": [topic]}
    publish_claim(make_claim(**shared, reported_claimant=president))
    publish_claim(make_claim(**shared))
    slug = section.document.slug
    assert counts() == {
        ("document", slug): 2,
        ("section", f"{slug}/2"): 2,
        ("claimant", speaker.slug): 2,
        ("claimant", president.slug): 1,
        ("topic", topic.slug): 2,
        ("rating", "open"): 2,
    }


def test_live_claims_are_counted_by_rating():
    claim = make_rated_claim("false")
    publish_claim(claim)
    publish_claim(make_rated_claim("true"))
    publish_claim(make_claim())
    assert live_by_rating() == {"false": 1, "true": 1, "": 1}
    withdraw(claim)
    assert live_by_rating() == {"true": 1, "": 1}
    assert Term.objects.get(kind="rating", slug="true").label_fr == "true (fr)"


def test_a_record_from_before_is_filed_by_rating_as_publishing_does():
    publish_claim(make_rated_claim("false"))
    publish_claim(make_rated_claim("false"))
    publish_claim(make_claim())
    columns = ["slug", "label_en", "label_fr", "position", "details", "live_count"]
    ratings = Term.objects.filter(kind="rating").order_by("slug").values(*columns)
    as_published = list(ratings)
    assert len(as_published) == 2
    with connection.cursor() as cursor:
        cursor.execute(MIGRATION.FORGET)
        assert not ratings.all()
        cursor.execute(MIGRATION.FILE)
    assert list(ratings.all()) == as_published


def test_one_who_reports_themselves_is_counted_once():
    speaker = make_claimant()
    publish_claim(make_claim(claimant=speaker, reported_claimant=speaker))
    assert counts()["claimant", speaker.slug] == 1


def test_terms_follow_a_claim_that_is_filed_anew():
    old, new = make_topic(), make_topic()
    claim = make_claim(topics=[old])
    publish_claim(claim)
    workflow.revise(claim, by=make_user(), at=timezone.now())
    claim.topics.set([new])
    publish(submit(claim))
    assert ("topic", old.slug) not in counts()
    assert counts()["topic", new.slug] == 1


def test_a_term_without_live_editions_is_gone():
    claim = make_claim(topics=[make_topic()])
    publish_claim(claim)
    withdraw(claim)
    assert not Term.objects.exists()


def test_terms_carry_the_label_as_published():
    document = make_document(title_en="Old title")
    publish_claim(make_claim(document=document))
    document.title_en = "New title"
    document.save()
    term = Term.objects.get(kind="document")
    assert term.label_en == "Old title"
    publish_claim(make_claim(document=document))
    term.refresh_from_db()
    assert (term.label_en, term.details["title_en"]) == ("New title", "New title")


def test_nothing_of_a_draft_is_on_record():
    make_claim(topics=[make_topic()])
    submit(make_claim())
    assert not Edition.objects.exists()
    assert not Term.objects.exists()
