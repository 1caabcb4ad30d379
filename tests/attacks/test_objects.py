"""Nobody reads or writes across the line by asking for an id."""

import random

import pytest

from bench.attacks import objects

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(shared_reader):
    return objects.World()


@pytest.fixture
def deeds(world):
    nouns = ("report", "transcript", "topic")
    rows = [deed for noun in nouns for deed in world.on_rows(noun)]
    return [*rows, *world.actions(), *world.completions()]


def test_nothing_is_read_or_written_across_the_line(world, deeds):
    tries = random.Random(3).sample(objects.forbidden(deeds), 120)
    found, faults = objects.attack(world, tries)
    assert faults == []
    assert found.total() == 120
    assert set(found) == {*objects.OUTSIDERS, "researcher"}


def test_the_attack_finds_a_door_that_is_open(world, deeds):
    """A test that cannot fail says nothing."""
    world.browsers["stranger"] = world.browsers["editor"]
    by_deed = {deed.what: deed for deed in deeds}
    tries = [("stranger", by_deed[what]) for what in ("read report", "save topic", "completion")]
    _found, faults = objects.attack(world, tries)
    told = [fault.rpartition(": ")[2] for fault in faults]
    assert told.count("a secret came back") >= 2
    assert told.count("a row changed") == 1
