"""A draft answers like what never was, and nothing public moves when it does."""

import random

import pytest

from bench.attacks import indistinguishable, oracle
from claims.models import Claim
from tests.factories import make_published, publish_claim
from tests.interview import publish_some

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles(shared_reader, shared_reporter):
    return shared_reader, shared_reporter


def test_a_draft_answers_like_what_never_was():
    indistinguishable.prepare()
    asked = random.Random(4).sample(list(indistinguishable.addresses()), 12)
    number, faults = indistinguishable.attack(asked)
    assert faults == []
    assert number == 12 * 4 * 4


def test_what_is_published_is_told_from_what_never_was():
    """A test that cannot fail says nothing."""
    indistinguishable.prepare()
    publish_claim(Claim.objects.get(slug=indistinguishable.NAMES["draft"]))
    _number, faults = indistinguishable.attack(["/en/claims/{}/", "/en/claims/?document={}"])
    assert [fault.partition(": ")[0] for fault in faults] == [
        "GET /en/claims/{}/",
        "HEAD /en/claims/{}/",
        "GET /en/claims/?document={}",
        "HEAD /en/claims/?document={}",
    ]


def test_another_time_tells_apart():
    close = {"never": 0.0100, "draft": 0.0109}
    assert not indistinguishable.is_told_apart(close)
    assert indistinguishable.is_told_apart(close | {"review": 0.0112})


def test_nothing_public_moves_with_a_draft():
    publish_some(3)  # With every rating that a draft will have: the scale is public.
    asked = random.Random(5).sample(list(oracle.addresses()), 15)
    number, faults = oracle.attack(asked)
    assert faults == []
    assert number == 7 * 15


def test_what_moves_is_found(monkeypatch):
    publish_some(2)

    monkeypatch.setattr(oracle, "steps", lambda: [("published", make_published)])
    _number, faults = oracle.attack(["/en/claims/", "/en/method/", "/robots.txt"])
    assert faults == ["published: /en/claims/", "published: /en/method/"]
