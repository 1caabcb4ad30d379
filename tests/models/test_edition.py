"""Which editions readers may see."""

from claims.models import Edition
from claims.record.publishing import redact
from tests.factories import (
    at_noon,
    correct,
    make_published,
    make_rated_claim,
    publish_claim,
    withdraw,
)


def numbers(editions):
    return sorted(editions.values_list("claim_slug", "number"))


def test_a_withdrawal_hides_what_was_published_before_and_not_what_comes_after(db):
    claim = make_rated_claim(slug="withdrawn")
    publish_claim(claim)
    correct(claim, rating="true")
    make_published(slug="kept")
    withdraw(claim)
    assert numbers(Edition.objects.readable()) == [("kept", 1)]
    correct(claim, rating="false")
    assert numbers(Edition.objects.readable()) == [("kept", 1), ("withdrawn", 4)]


def test_a_redacted_edition_is_not_readable(db):
    claim = make_rated_claim(slug="redacted")
    edition = publish_claim(claim)
    correct(claim, rating="true")
    redact(edition, reason="A court.", by=None, at=at_noon("2026-01-01"))
    assert numbers(Edition.objects.readable()) == [("redacted", 2)]


def test_reading_costs_one_query(db, django_assert_num_queries):
    make_published()
    with django_assert_num_queries(1):
        assert len(Edition.objects.readable()) == 1
