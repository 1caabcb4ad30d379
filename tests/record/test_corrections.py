"""What counts as a correction, and what of it may still be read."""

from claims.record.corrections import corrections, in_history, with_what_they_replaced
from claims.record.publishing import redact
from tests.factories import at_noon, correct, make_claim, publish_claim, withdraw


def all_corrections():
    return with_what_they_replaced(corrections().order_by("-sequence"))


def test_a_first_edition_corrects_nothing(db):
    publish_claim(make_claim())
    assert all_corrections() == []


def test_a_correction_comes_with_the_edition_it_replaced(db):
    claim = make_claim()
    first = publish_claim(claim)
    second = correct(claim, statement_en="Better.")
    [found] = all_corrections()
    assert (found.edition, found.before) == (second, first)
    assert found.is_readable
    assert not found.changes_the_verdict
    assert not found.is_withdrawal


def test_another_rating_or_being_outdated_changes_the_verdict(db):
    claim = make_claim()
    publish_claim(claim)
    correct(claim, rating="not_checkable", is_open=False)
    assert [one.changes_the_verdict for one in all_corrections()] == [True]


def test_the_words_of_what_was_withdrawn_since_are_not_given(db):
    claim = make_claim()
    publish_claim(claim, at=at_noon("2026-01-01"))
    correct(claim, statement_en="Better.", at=at_noon("2026-01-02"))
    withdraw(claim, at=at_noon("2026-01-03"))
    withdrawal, correction = all_corrections()
    assert withdrawal.is_withdrawal
    assert withdrawal.is_readable
    assert not correction.is_readable
    assert correction.before is None
    assert not correction.changes_the_verdict


def test_a_blanked_edition_is_not_readable(db):
    claim = make_claim()
    publish_claim(claim)
    second = correct(claim, statement_en="Better.")
    correct(claim, statement_en="Best.")
    redact(second, reason="A court order.", by=None, at=at_noon("2027-01-01"))
    newest, blanked = all_corrections()
    assert not blanked.is_readable
    assert newest.is_readable


def test_history_agrees_with_the_list_of_corrections(db):
    claim = make_claim()
    publish_claim(claim, at=at_noon("2026-01-01"))
    correct(claim, statement_en="Better.", at=at_noon("2026-01-02"))
    withdraw(claim, at=at_noon("2026-01-03"))
    told = in_history(claim.editions.all())
    assert [one.edition.number for one in told] == [3, 2, 1]
    assert [one.is_readable for one in told] == [True, False, False]
    assert told[:2] == all_corrections()


def test_the_pairs_are_found_in_one_query(db, django_assert_num_queries):
    for _number in range(3):
        claim = make_claim()
        publish_claim(claim)
        correct(claim, statement_en="Better.")
    with django_assert_num_queries(2):
        assert len(all_corrections()) == 3
