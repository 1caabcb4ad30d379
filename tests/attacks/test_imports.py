"""Mutated files: all of a file comes in, or nothing, and every refusal says where."""

import pytest

from bench.attacks import imports

pytestmark = pytest.mark.django_db


def test_no_mutated_file_leaves_anything_behind():
    imports.load_the_desk()
    found, faults = imports.attack(imports.cases(250, seed=1))
    assert faults == []
    assert sum(found.values()) == 250
    assert min(found.values()) > 10


def test_the_attack_finds_what_is_half_written(monkeypatch):
    """A test that cannot fail says nothing."""
    from claims.interchange import importer
    from claims.models import Topic

    def half_write(*_given, **_options):
        Topic.objects.create(slug="half", label_en="Half", label_fr="Moitié")
        raise importer.UnreadableFile("Line 1: no.")

    monkeypatch.setattr(importer, "import_files", half_write)
    _found, faults = imports.attack([("flip", "desk.json", b"[]")])
    assert faults == ["0 flip desk.json: something was written"]
