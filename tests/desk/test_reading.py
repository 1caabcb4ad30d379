"""Captured texts as they are read: sections, paragraphs, cuts where quotes begin, coverage."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from claims.desk.reading import Block, coverage, hidden, part_of, pieces, read, section_at, spans_of
from claims.desk.recognising import recognise
from claims.models import Quote, Transcript

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "interview_synthetic.txt"
SHA = "a" * 64


def transcript(language="fr", text=None):
    parts = {part.language: part.words for part in recognise(SAMPLE.read_bytes().decode())}
    return Transcript(language=language, text=text or parts[language], sha256=SHA)


def quote(start, end, pk=1, **columns):
    located = {"state": "exact", "transcript_sha256": SHA, "omissions": []} | columns
    return Quote(pk=pk, start=start, end=end, exact="x" * (end - start), **located)


def cut(words, *quotes):
    """The pieces as pairs of words and the keys of the quotes that cover them, innermost first."""
    found = pieces(words, quotes, 0, len(words))
    return [(piece.words, [quote.pk for quote in piece.quotes]) for piece in found]


def test_a_text_without_quotes_is_one_piece():
    assert cut("abc") == [("abc", [])]


def test_a_nested_quote_is_shown_and_the_outer_one_around_it():
    outer, inner = quote(0, 9, pk=1), quote(3, 6, pk=2)
    assert cut("abcdefghij", outer, inner) == [
        ("abc", [1]),
        ("def", [2, 1]),
        ("ghi", [1]),
        ("j", []),
    ]


def test_overlapping_quotes_are_split_at_the_boundaries():
    assert cut("abcdefgh", quote(0, 5, pk=1), quote(3, 8, pk=2)) == [
        ("abc", [1]),
        ("de", [2, 1]),
        ("fgh", [2]),
    ]


def test_touching_quotes_stay_apart():
    assert cut("abcdef", quote(0, 3, pk=1), quote(3, 6, pk=2)) == [("abc", [1]), ("def", [2])]


def test_a_quote_is_cut_where_the_stretch_ends():
    found = pieces("abcdef", [quote(0, 6)], 2, 4)
    assert [(piece.start, piece.end, piece.words) for piece in found] == [(2, 4, "cd")]


def test_what_a_quote_omits_is_not_covered():
    assert cut("abcdefgh", quote(1, 7, omissions=[[2, 4]])) == [
        ("a", []),
        ("bc", [1]),
        ("de", []),
        ("fg", [1]),
        ("h", []),
    ]


def test_the_spans_of_a_quote_stand_around_its_omissions():
    omitting = quote(10, 30, omissions=[[3, 5], [10, 12]])
    assert list(spans_of(omitting)) == [(10, 13), (15, 20), (22, 30)]
    assert list(spans_of(quote(10, 30))) == [(10, 30)]


@some.composite
def texts_with_quotes(draw):
    words = draw(some.text(min_size=1, max_size=40))
    places = some.integers(0, len(words))
    pairs = draw(some.lists(some.tuples(places, places), max_size=8))
    ordered = [sorted(pair) for pair in pairs if pair[0] != pair[1]]
    return words, [quote(*pair, pk=number) for number, pair in enumerate(ordered)]


@given(texts_with_quotes())
def test_pieces_add_up_to_the_text_and_know_who_covers_them(given_text):
    words, quotes = given_text
    found = pieces(words, quotes, 0, len(words))
    assert "".join(piece.words for piece in found) == words
    for piece in found:
        covering = {row.pk for row in quotes if row.start <= piece.start and piece.end <= row.end}
        touching = {row.pk for row in quotes if row.start < piece.end and piece.start < row.end}
        assert {row.pk for row in piece.quotes} == covering == touching
        lengths = [row.end - row.start for row in piece.quotes]
        assert lengths == sorted(lengths)


@given(texts_with_quotes())
def test_coverage_counts_each_letter_once(given_text):
    words, quotes = given_text
    block = Block(0, len(words), is_heading=False, pieces=pieces(words, quotes, 0, len(words)))
    counted = coverage([block])
    under = {place for row in quotes for place in range(row.start, row.end)}
    letters = [place for place, letter in enumerate(words) if not letter.isspace()]
    assert counted.total == len(letters)
    assert counted.covered == len([place for place in letters if place in under])
    assert 0 <= counted.uncovered_percent <= 100


@pytest.mark.parametrize(
    ("covered", "percent"), [(0, 100), (1, 99), (500, 50), (999, 1), (1000, 0)]
)
def test_nothing_and_all_are_said_only_where_they_are_exact(covered, percent):
    words = "x" * 1000
    quotes = [quote(0, covered)] if covered else []
    block = Block(0, 1000, is_heading=False, pieces=pieces(words, quotes, 0, 1000))
    assert coverage([block]).uncovered_percent == percent


def test_headings_do_not_count():
    heading = Block(0, 3, is_heading=True, pieces=pieces("abc", [], 0, 3))
    assert coverage([heading]).total == 0
    assert coverage([heading]).uncovered_percent == 0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_sections_hold_the_text_as_captured_without_debris(language):
    text = transcript(language)
    reading = read(text, [])
    assert list(reading.sections) == ([0, 1, 2, 3, 4] if language == "fr" else [1, 2, 3, 4])
    blocks = [block for row in reading.sections.values() for block in row]
    for block in blocks:
        words = "".join(piece.words for piece in block.pieces)
        assert words == text.text[block.start : block.end] == words.strip() != ""
    starts = [block.start for block in blocks]
    assert starts == sorted(starts)
    shown = "".join(text.text[block.start : block.end] for block in blocks)
    left_out = part_of(text).debris
    assert left_out
    assert not any(span.words in shown for span in left_out)
    outside = len("".join(text.text.split())) - len("".join(shown.split()))
    assert outside == sum(len("".join(span.words.split())) for span in left_out)


def test_title_and_questions_are_headings():
    reading = read(transcript(), [])
    headings = [block.is_heading for block in reading.sections[0]]
    assert headings == [True, False, False]
    assert [block.is_heading for block in reading.sections[2]] == [True, False]


def test_a_heading_glued_to_a_paragraph_stands_by_itself():
    text = transcript("en")
    glued = read(text, []).sections[3][-1]
    assert text.text[glued.start : glued.end].endswith("nobody was laid off.")


@pytest.mark.parametrize("text", ["First.\r\n\r\nSecond.\r\n", "First.\n---\nSecond.\n"])
def test_any_text_can_be_read(text):
    reading = read(transcript("en", text), [])
    words = ["".join(piece.words for piece in block.pieces) for block in reading.sections[0]]
    assert [line for line in words if line != "---"] == ["First.", "Second."]


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "broken"},
        {"state": "ambiguous"},
        {"state": "unlocated", "transcript_sha256": ""},
        {"transcript_sha256": "b" * 64},
    ],
    ids=["broken", "ambiguous", "unlocated", "of another text"],
)
def test_quotes_that_stand_nowhere_are_kept_apart(columns):
    lost, placed = quote(100, 110, pk=1, **columns), quote(150, 160, pk=2)
    reading = read(transcript(), [lost, placed])
    assert reading.lost == [lost]
    covering = {
        row.pk
        for blocks in reading.sections.values()
        for block in blocks
        for piece in block.pieces
        for row in piece.quotes
    }
    assert covering == {2}


def test_quotes_that_are_innermost_nowhere_are_named_where_they_begin():
    words = "abcdef"
    twins = [quote(1, 4, pk=1), quote(1, 4, pk=2), quote(0, 6, pk=3)]
    block = Block(0, 6, is_heading=False, pieces=pieces(words, twins, 0, 6))
    assert {start: [row.pk for row in rows] for start, rows in hidden([block]).items()} == {1: [2]}


def test_the_section_of_a_place():
    text = transcript()
    assert section_at(text, 0) == 0
    assert section_at(text, text.text.index("Ils demandent")) == 2
    assert section_at(text, text.text.index("La grève reprendra")) == 4
