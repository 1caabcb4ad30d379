"""Every forgery of the record is found where it was made, and nothing else is."""

import random

import pytest
from django.db import connection

from bench.attacks import tampering

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _record():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    tampering.prepare()


def test_forgeries_are_found_and_located():
    found, faults = tampering.attack(25, random.Random(2))
    assert faults == []
    assert set(found) == {forge.__name__ for forge in tampering.FORGERIES}


def test_a_record_that_is_used_as_it_may_be_raises_no_alarm():
    assert tampering.alarms(8) == []


def test_the_attack_finds_who_notices_nothing(monkeypatch):
    """A test that cannot fail says nothing."""
    monkeypatch.setattr(tampering, "notice", lambda heads: iter(()))
    _found, faults = tampering.attack(3, random.Random(1))
    assert len(faults) == 3
    assert all("found None" in fault for fault in faults)


def test_a_longer_record_is_true():
    tampering.lengthen(60)
    assert list(tampering.notice(tampering.signed())) == []
    assert tampering.last() == 60
