"""Files that want what no file may have: every kind of them once, the bombs but for the largest."""

import pytest

from bench.attacks import hostile, markdown
from bench.attacks.memory import Peak
from claims.interchange import arriving
from claims.templatetags import explanations

pytestmark = pytest.mark.django_db


def small():
    return [given for given in hostile.files() if len(given[2]) < 500_000]


def test_no_file_brings_in_what_it_may_not():
    outcome = hostile.attack(iter(small()), hostile.prepare())
    assert outcome.faults == []
    assert outcome.refused == len(small()) > 45


def test_the_attack_finds_a_format_that_is_read(monkeypatch):
    """A test that cannot fail says nothing."""
    monkeypatch.setattr(hostile, "bring", lambda name, content, by: None)
    outcome = hostile.attack(iter(small()[:3]), hostile.prepare())
    assert outcome.faults == [
        f"a row of {model} as x.json: came in" for model in list(hostile.ROWS)[:3]
    ]


def test_the_attack_finds_a_file_that_is_unpacked_too_far(monkeypatch):
    monkeypatch.setattr(arriving, "LARGEST_RATIO", 10**9)
    monkeypatch.setattr(hostile, "LONGEST", 0.2)
    bombs = [("a bomb", "x.json.gz", hostile.bomb(1000))]
    outcome = hostile.attack(iter(bombs), hostile.prepare())
    assert outcome.faults


def test_memory_that_was_taken_before_hides_nothing():
    taken = b"a" * (100 << 20)
    del taken
    peak = Peak()
    taken = b"a" * (60 << 20)
    assert 50 < peak.mebibytes < 80
    assert len(taken) > 0


def test_no_explanation_costs_more_than_it_may():
    given = list(markdown.texts(10_000))
    assert len(given) > 150
    assert markdown.too_dear(given, [markdown.cost(text) for text in given]) == []


def test_the_attack_finds_an_explanation_that_costs_too_much(monkeypatch):
    monkeypatch.setattr(explanations, "is_too_long", lambda text: False)
    given = ["[^" * 100_000]
    [fault] = markdown.too_dear(given, [markdown.cost(text) for text in given])
    assert fault.startswith("'[^[^")


def test_what_is_too_long_costs_next_to_nothing():
    seconds, memory = markdown.cost("[^" * 1_000_000)
    assert seconds < 1
    assert memory < markdown.MOST
