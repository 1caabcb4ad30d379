"""Marked words found again: letter for letter, with what they leave out, never by guess."""

import hashlib

import pytest

from claims.desk.anchoring import Text
from claims.desk.locating import LocatingError, Mark, Passage, WordsError, locate, located_all
from claims.models import Transcript

WORDS = "🖨 The port is closed.\n\n\nThe fare is high. Photo.jpg\nThe port is closed to all."
TEXT = Text.of(WORDS)


def at(words, start=0):
    return WORDS.index(words, start)


def place(words, **columns):
    return locate(Mark("en", words, **columns), TEXT)


def words_of(passage):
    return WORDS[passage.start : passage.end]


def test_words_that_stand_once_are_found_in_code_points():
    assert place("The fare") == Passage(at("The fare"), at("The fare") + 8, [])
    assert place("🖨 The") == Passage(0, 5, [])


def test_spaces_and_line_ends_around_the_words_do_not_matter():
    assert place("\r\n The fare \r\n") == place("The fare")


def test_what_is_between_two_spans_is_omitted():
    passage = place("The fare […] high")
    assert words_of(passage) == "The fare is high"
    (omitted,) = passage.omissions
    assert words_of(passage)[slice(*omitted)] == " is "


@pytest.mark.parametrize("words", ["The fare […] high", "The fare [...] high", "The fare\nhigh"])
def test_spans_are_separated_by_an_ellipsis_or_by_a_line_end(words):
    assert place(words) == place("The fare […] high")


def test_only_blank_lines_between_two_paragraphs_omit_nothing():
    assert words_of(place("closed.\r\nThe fare")) == "closed.\n\n\nThe fare"
    assert place("closed.\r\nThe fare").omissions == []


def test_debris_between_two_paragraphs_is_omitted():
    passage = place("high.\nThe port is closed to")
    (omitted,) = passage.omissions
    assert words_of(passage)[slice(*omitted)].strip() == "Photo.jpg"


def test_an_ellipsis_of_the_text_itself_is_no_omission():
    text = Text.of("He said […] that much.")
    assert locate(Mark("en", "said […] that"), text) == Passage(3, 16, [])


def test_words_that_stand_nowhere_are_refused_naming_the_language():
    with pytest.raises(WordsError, match=r"English.*“the port”") as refusal:
        place("the port")
    assert (refusal.value.language, refusal.value.choices) == ("en", [])


def test_words_that_stand_twice_come_back_with_the_places_to_choose_from():
    with pytest.raises(WordsError, match="more than once") as refusal:
        place("The fare\nThe port is closed")
    (choice,) = refusal.value.choices
    assert (choice.part, choice.words) == (1, "The port is closed")
    first, second = choice.places
    assert (first.start, second.start) == (at("The port"), at("The port", 10))
    assert (first.before, first.after) == ("🖨 ", WORDS[20:52])
    assert second.after == " to all."


def test_a_chosen_place_settles_it():
    second = at("The port", 10)
    passage = place("The port is closed", starts={0: second}, sha256=TEXT.sha256)
    assert passage.start == second


@pytest.mark.parametrize(
    ("start", "sha256"),
    [(3, TEXT.sha256), (99999, TEXT.sha256), (at("The port", 10), "b" * 64)],
    ids=["other words stand there", "after the end", "read in another text"],
)
def test_a_place_that_does_not_hold_counts_for_nothing(start, sha256):
    with pytest.raises(WordsError, match="more than once"):
        place("The port is closed", starts={0: start}, sha256=sha256)
    assert place("The fare", starts={0: start}, sha256=sha256) == place("The fare")


def test_parts_in_another_order_than_the_text_are_refused():
    with pytest.raises(WordsError, match="order of the text"):
        place("high […] The fare")


@pytest.mark.parametrize("words", ["", " \n ", "[…]"])
def test_no_words_are_refused(words):
    with pytest.raises(WordsError, match="No words are marked"):
        place(words)


def transcripts():
    sha256 = hashlib.sha256(WORDS.encode()).hexdigest()
    return {"en": Transcript(language="en", text=WORDS, sha256=sha256)}


def test_a_quote_is_placed_with_its_context():
    (quote,) = located_all([Mark("en", "fare […] high")], transcripts())
    assert (quote.exact, quote.omissions) == ("fare is high", [[4, 8]])
    assert WORDS[quote.start : quote.end] == quote.exact
    assert (quote.state, quote.transcript_sha256) == ("exact", TEXT.sha256)
    assert quote.prefix.endswith("\nThe ")
    assert quote.suffix.startswith(". Photo")


def test_every_mark_in_doubt_is_named():
    marks = [Mark("fr", "Le port"), Mark("en", "No such words"), Mark("en", "The fare")]
    with pytest.raises(LocatingError, match=r"no captured text.*French") as refusal:
        located_all(marks, transcripts())
    assert [error.language for error in refusal.value.refusals] == ["fr", "en"]
