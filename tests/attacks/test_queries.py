"""No question to the public lists is answered by an error of ours."""

import random

import pytest

from bench.attacks import queries
from claims.filters import ClaimFilterSet
from tests.interview import publish_some

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _record(shared_reader):
    publish_some(3)


def test_odd_questions_are_answered_or_refused():
    asked = random.Random(6).sample(list(queries.addresses()), 120)
    found, _clock, faults = queries.attack(asked)
    assert faults == []
    assert found.total() == 120
    assert found[400] > 40


def test_the_attack_finds_an_error_of_ours(monkeypatch):
    """A test that cannot fail says nothing."""

    def fail(self):
        raise ZeroDivisionError

    monkeypatch.setattr(ClaimFilterSet, "page", fail)
    _found, _clock, faults = queries.attack(["/en/claims/?q=rain", "/en/claims/?rating=nonsense"])
    assert faults == ["/en/claims/?q=rain: status 500"]
