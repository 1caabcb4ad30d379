"""A clock that steps back and forth: one edition of each claim at every moment."""

import datetime

import pytest

from bench.attacks import clock
from tests.factories import correct, make_published

pytestmark = pytest.mark.django_db


def test_the_order_of_the_record_survives_a_clock_that_steps():
    told, faults = clock.attack(25, seed=1)
    assert faults == []
    assert told.startswith("25 editions")


def test_the_attack_finds_time_that_runs_back(monkeypatch):
    from claims.record import publishing

    first = make_published()
    later = first.published_at - datetime.timedelta(days=1)
    monkeypatch.setattr(publishing, "max", lambda at, _grown: at, raising=False)
    monkeypatch.setattr(publishing, "_close", lambda current, _successor: current)
    make_published(at=later)
    assert any("not later" in fault for fault in clock.disorder())


def test_the_attack_finds_a_moment_without_an_edition():
    claim = make_published().claim
    correct(claim)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE claims_edition DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE claims_edition SET superseded_at = published_at + interval '1 microsecond' "
            "WHERE number = 1"
        )
        cursor.execute("ALTER TABLE claims_edition ENABLE TRIGGER USER")
    assert any("instead of" in fault for fault in clock.disorder())
