"""Rows in by everyone's rights, and never over what is in review or published."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from pghistory.models import Events

from claims.desk import workflow
from claims.interchange.exporter import fixture
from claims.models import Claim, Edition, Move
from tests.factories import (
    make_chief_editor,
    make_claim,
    make_claimant,
    make_document,
    make_editor,
    make_rated_claim,
    make_topic,
    make_user,
    publish_claim,
    submit,
)
from tests.interchange.arrivals import (
    bring,
    claim_row,
    counts,
    new_claim,
    row,
    told,
)
from tests.journeys.test_fixtures import FILES

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim():
    return make_claim(slug="rain", statement_en="It rains.")


@pytest.fixture
def researcher():
    return make_user()


# By whose rights


def test_a_researcher_adds_and_does_not_change_what_claims_share(claim, researcher):
    make_topic(slug="old", label_en="Old")
    rows = [
        row("topic", slug="new", label_en="New", label_fr="Nouveau"),
        row("topic", slug="old", label_en="Other"),
        claim_row(claim, statement_en="It pours."),
    ]
    report = bring(rows, researcher)
    assert counts(report) == {"new": 1, "invalid": 1, "changed": 1}
    assert "You may not change rows of this kind: topics." in told(report)
    assert not bring([rows[0], rows[2]], researcher).problems


def test_what_stays_as_it_is_needs_no_rights(researcher):
    make_topic(slug="old", label_en="Old", label_fr="Vieux")
    assert not bring(
        [row("topic", slug="old", label_en="Old", label_fr="Vieux")], researcher
    ).problems


def test_ratings_are_for_the_chief_editor():
    rows = json.loads(FILES[0].read_text(encoding="utf-8"))
    assert "You may not add rows of this kind: ratings." in told(bring(rows, make_editor()))
    assert counts(bring(rows, make_chief_editor())) == {"new": 7}


def test_who_may_not_write_claims_may_not_import():
    with pytest.raises(PermissionDenied):
        bring([], make_user(None))


def test_the_history_says_who(claim, researcher):
    bring([claim_row(claim, statement_en="It pours.")], researcher)
    event = Events.objects.filter(pgh_model="claims.ClaimEvent").order_by("-pgh_id").first()
    assert event.pgh_context["user"] == researcher.pk


@pytest.mark.parametrize(
    "name", ["status", "submitted_by", "status_since", "created_at", "version"]
)
def test_where_the_work_stands_cannot_come_in(claim, name):
    report = bring([claim_row(claim, **{name: "published"})])
    assert f"{name}: This field cannot come in." in told(report)


# Over what is under way


def test_a_claim_in_review_is_a_conflict(claim, researcher):
    rated = make_rated_claim()
    submit(rated)
    rows = [
        row("claim", slug=rated.slug, statement_en="Else."),
        row("quote", claim=[rated.slug], key="q", language="en", exact="Else"),
    ]
    report = bring(rows, researcher)
    assert counts(report) == {"conflict": 2}
    assert "The claim is in review: it must be sent back first." in told(report)
    assert not bring([row("claim", slug=rated.slug, kind=rated.kind)], researcher).problems


def test_a_published_claim_gets_a_revision_and_readers_see_no_change(researcher):
    published = publish_claim(make_rated_claim())
    edition = Edition.objects.get()
    claim = Claim.objects.get()
    report = bring([claim_row(claim, statement_en="Else.")], researcher)
    claim.refresh_from_db()
    assert (claim.status, claim.statement_en) == ("draft", "Else.")
    assert report.revised == [claim.slug]
    assert Edition.objects.get() == edition
    assert Move.objects.latest("pk").name == "revise"
    assert published


def test_a_part_of_a_published_claim_opens_a_revision_once(researcher):
    publish_claim(make_rated_claim())
    claim = Claim.objects.get()
    parts = [
        row("quote", claim=[claim.slug], key=key, language="en", exact="It rains.")
        for key in ("a", "b")
    ]
    report = bring(parts, researcher)
    assert report.revised == [claim.slug]
    assert claim.quotes.filter(key__in=["a", "b"]).count() == 2


def test_what_is_as_published_opens_nothing(researcher):
    publish_claim(make_rated_claim())
    report = bring("".join(fixture(None, is_internal=True)), researcher)
    assert set(counts(report)) == {"unchanged"}
    assert Claim.objects.get().status == "published"


def test_without_a_name_no_revision_is_opened():
    publish_claim(make_rated_claim())
    report = bring([claim_row(Claim.objects.get(), statement_en="Else.")])
    assert "The claim is published: say with --by who opens a revision." in told(report)


def test_a_withdrawn_claim_is_a_conflict(researcher):
    publish_claim(make_rated_claim())
    claim = Claim.objects.get()
    workflow.withdraw(
        claim, by=make_chief_editor(), at=claim.status_since, reason_en="No.", reason_fr="Non."
    )
    report = bring([claim_row(claim, statement_en="Else.")], researcher)
    assert "The claim was withdrawn: open a revision first." in told(report)


def test_a_new_claim_begins_as_a_draft(researcher):
    bring([new_claim(make_document(), make_claimant())], researcher)
    assert Claim.objects.get().status == "draft"


def test_a_claim_without_a_place_comes_last(claim):
    first = new_claim(claim.document, claim.claimant, slug="a")
    second = new_claim(claim.document, claim.claimant, slug="b")
    for one in (first, second):
        del one["fields"]["position"]
    bring([first, second])
    places = list(Claim.objects.order_by("position").values_list("slug", flat=True))
    assert places == ["rain", "a", "b"]
