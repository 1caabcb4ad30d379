"""No cell of what we give out is computed by a spreadsheet, and nothing is lost for it."""

import random

import pytest

from bench.attacks import formulas
from bench.attacks.sown import sow
from claims.interchange import tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(shared_reader):
    given = random.Random(7).sample(formulas.formulas(), 12)
    return sow([*given, "a;=1+1", 'a",=1+1', "=1+1"], packed=1, drafts=2)[0]


def test_no_cell_is_computed_and_everything_comes_back(world):
    count, faults = formulas.evaluated(formulas.tables())
    assert faults == []
    assert count > 2_000
    texts, faults = formulas.lost()
    assert faults == []
    assert texts > 500
    rows, faults = formulas.changed(world)
    assert faults == []
    assert rows > 200


def test_the_attack_finds_cells_that_are_not_neutral(world, monkeypatch):
    """A test that cannot fail says nothing."""
    monkeypatch.setattr(tables, "neutral", lambda text: text)
    _count, faults = formulas.evaluated(formulas.tables())
    assert any("'=1+1'" in fault for fault in faults)


def test_the_attack_finds_cells_that_another_separator_makes(world, monkeypatch):
    monkeypatch.setattr(tables.csv, "QUOTE_ALL", tables.csv.QUOTE_MINIMAL)
    _count, faults = formulas.evaluated(formulas.tables())
    assert any("claims.csv by ',;\\t': '=1+1'" in fault for fault in faults)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('a,"b;=1"\r\n"c ""d""",e', ["a", "b;=1", 'c "d"', "e"]),
        ('a;b"c,"d\ne"', ['a;b"c', "d\ne"]),
    ],
)
def test_cells_are_read_as_the_standard_says(text, found):
    assert [cell for cell in formulas.cells(text, ",") if cell] == found
