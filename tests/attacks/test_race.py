"""Readers see one version or none while a claim is published and withdrawn."""

import pytest

from bench.attacks.race import Answer, Race


@pytest.mark.django_db(transaction=True, databases=["default", "reader"])
def test_no_answer_mixes_versions_or_outlives_a_withdrawal():
    race = Race()
    race.run(count=6, readers=2, pause=0.1)
    assert race.faults() == []
    assert any(answer.versions for answer in race.answers)
    assert len(race.silences) == 3


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Answer("/", 5.0, 200, frozenset({1, 2})), "/: mixes versions [1, 2]"),
        (Answer("/", 1.5, 200, frozenset({1})), "/: shows a text that was withdrawn before"),
        (Answer("/", 5.0, 500, frozenset()), "/: status 500"),
    ],
)
def test_the_attack_finds_what_must_not_be(answer, fault):
    """A test that cannot fail says nothing."""
    race = Race(answers=[answer, Answer("/", 0.5, 200, frozenset({1}))], silences=[(1.0, 2.0)])
    assert race.faults() == [fault]
