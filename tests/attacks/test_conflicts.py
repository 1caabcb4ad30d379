"""Of two saves at the same moment none is lost."""

import pytest

from bench.attacks.conflicts import DONE, REFUSED, Conflicts, Save
from claims.admin import claim_saving


@pytest.fixture
def conflicts(transactional_db):
    made = Conflicts()
    made.prepare()
    return made


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_two_save_at_the_same_moment(conflicts):
    conflicts.run(8)
    assert conflicts.faults == []
    assert conflicts.counts["saved"] >= 8
    assert conflicts.counts["refused"] > 0


@pytest.mark.django_db(transaction=True)
def test_the_attack_finds_a_form_that_overwrites(conflicts, monkeypatch):
    """A test that cannot fail says nothing."""
    monkeypatch.setattr(claim_saving, "comes_late", lambda *given: False)
    conflicts.run(3)
    assert [fault for fault in conflicts.faults if fault.endswith("was acknowledged, and is lost")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ('<form id="claim_form"><input name="summary_en" value="Mine."></form>', "is not shown"),
        ('<form id="claim_form"></form> Theirs.', "is not in the form any more"),
    ],
)
def test_the_attack_finds_a_refusal_that_keeps_something_back(conflicts, told, fault):
    refused = Save({"summary_en": "Mine."}, lambda: (REFUSED, ""), REFUSED, told)
    done = Save({"statement_en": "Theirs."}, lambda: (DONE, ""), DONE)
    conflicts.check("here", [refused, done])
    assert [one for one in conflicts.faults if one.endswith(fault)]
