"""Nothing unpublished is in any answer that the public can get."""

import random

import pytest

from bench.attacks import canary
from bench.attacks.planted import Secrets, plant, unplanted
from claims.models import Claim
from tests.factories import publish_claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def secrets(shared_reader, shared_reporter):
    secrets = Secrets()
    plant(secrets)
    return secrets


def test_no_token_is_in_any_answer(secrets):
    asked = list(canary.requests(secrets))
    found = canary.attack(secrets, random.Random(1).sample(asked, 150), most_crawled=40)
    assert found.faults == []
    assert found.answers > 190
    assert unplanted(secrets) == []
    assert len(secrets.places) >= 500


def test_the_attack_finds_what_is_published(secrets):
    """A test that cannot fail says nothing."""
    claim = Claim.objects.get(slug=secrets.slugs["claim"][0])
    publish_claim(claim)
    asked = [canary.Request("/en/claims/?q=nobody"), canary.Request("/en/method/")]
    found = canary.attack(secrets, asked, most_crawled=0)
    assert any(fault.startswith("GET /en/claims/?q=nobody: kanari") for fault in found.faults)
    assert not any("method" in fault for fault in found.faults)
