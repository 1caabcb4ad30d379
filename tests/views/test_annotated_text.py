"""Quotes as one running text."""

import random

import pytest

from claims.views.annotated_text import Span, newest_transcript, pieces

TEXT = "The rain fell all day and all night, they said, but nobody saw it fall on the town."


def span(claim, start, end, omissions=()):
    return Span(claim, start, end, TEXT[start:end], omissions)


def told(spans):
    return [(piece.text, piece.claims) for piece in pieces(spans)]


def test_nothing_makes_no_text():
    assert pieces([]) == []


def test_a_nested_span_is_the_innermost():
    assert told([span("outer", 0, 21), span("inner", 9, 13)]) == [
        ("The rain ", ("outer",)),
        ("fell", ("inner", "outer")),
        (" all day", ("outer",)),
    ]


def test_overlapping_spans_are_split_at_their_boundaries():
    assert told([span("first", 0, 13), span("second", 4, 21)]) == [
        ("The ", ("first",)),
        ("rain fell", ("first", "second")),
        (" all day", ("second",)),
    ]


def test_words_in_between_are_left_out_and_said_to_be():
    found = pieces([span("late", 26, 35), span("early", 0, 8)])
    assert [(piece.text, piece.before) for piece in found] == [
        ("The rain", ""),
        ("all night", "gap"),
    ]


def test_a_stop_or_a_space_in_between_is_no_gap():
    found = pieces([span("one", 0, 8), span("two", 9, 13)])
    assert [(piece.text, piece.before) for piece in found] == [
        ("The rain", ""),
        ("fell", "space"),
    ]


def test_an_omission_is_a_gap_within_a_span():
    found = pieces([span("one", 0, 35, [(8, 26)])])
    assert [(piece.text, piece.before) for piece in found] == [
        ("The rain", ""),
        ("all night", "gap"),
    ]


def test_an_omission_that_another_claim_quotes_is_its_words_alone():
    found = told([span("outer", 0, 35, [(8, 26)]), span("inner", 14, 21)])
    assert ("all day", ("inner",)) in found


def test_a_claim_starts_once_however_many_pieces_it_has():
    found = pieces([span("outer", 0, 21), span("inner", 9, 13), span("outer", 26, 35)])
    assert [piece.starting for piece in found] == [("outer",), ("inner",), (), ()]


def test_two_claims_with_the_same_words_share_them():
    assert told([span("b", 0, 8), span("a", 0, 8)]) == [("The rain", ("a", "b"))]


@pytest.mark.parametrize("seed", range(200))
def test_whatever_is_quoted_is_shown_and_nothing_else(seed):
    chance = random.Random(seed)
    spans = []
    for number in range(chance.randint(1, 8)):
        start = chance.randrange(len(TEXT) - 6)
        end = chance.randint(start + 5, len(TEXT))
        cut = sorted(chance.sample(range(1, end - start), 2)) if chance.random() < 0.3 else None
        spans.append(span(f"claim-{number}", start, end, [tuple(cut)] if cut else []))
    quoted = {place for one in spans for start, end in one.kept() for place in range(start, end)}
    found = pieces(spans)
    shown = "".join(piece.text for piece in found)
    expected = "".join(TEXT[place] for place in sorted(quoted))
    assert shown.replace(" ", "") == expected.replace(" ", "")
    lengths = {one.claim: one.end - one.start for one in spans}
    for piece in found:
        assert list(piece.claims) == sorted(piece.claims, key=lambda claim: lengths[claim])
    starting = [claim for piece in found for claim in piece.starting]
    assert sorted(starting) == sorted(one.claim for one in spans)


def test_the_transcript_of_most_quotes_counts():
    assert newest_transcript(["a", "", "b", "b"]) == "b"
    assert newest_transcript(["", ""]) == ""
