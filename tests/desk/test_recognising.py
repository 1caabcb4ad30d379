"""The build of a captured file: languages, sections, debris."""

import json
from pathlib import Path

import pytest

from claims.desk.recognising import UnreadableText, recognise

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "interview_synthetic.txt"


@pytest.fixture
def parts():
    return recognise(SAMPLE.read_bytes().decode())


def test_each_part_is_in_its_language(parts):
    assert [part.language for part in parts] == ["fr", "en"]


def test_headings_are_found_even_glued_to_a_paragraph(parts):
    sections = json.loads(SAMPLE.with_suffix(".json").read_text())["sections"]
    for part in parts:
        expected = [section[f"heading_{part.language}"] for section in sections]
        assert [heading.words for heading in part.headings] == expected
        for heading in part.headings:
            assert part.words[heading.start :].startswith(f"{heading.number}) {heading.words}")


def test_only_the_french_part_has_an_introduction(parts):
    assert [part.has_introduction for part in parts] == [True, False]


def test_debris_is_pointed_at_and_left_in_place(parts):
    debris = [span.words for part in parts for span in part.debris]
    assert debris == [
        "top of page",
        "une journal 1_page-0001(1).jpg",
        "abb.jpg",
        "bottom of page",
    ]
    for part in parts:
        for span in part.debris:
            assert part.words[span.start : span.end].strip() == span.words


def test_the_words_are_kept_letter_for_letter(parts):
    whole = SAMPLE.read_bytes().decode()
    assert whole == parts[0].words + "--------\n" + parts[1].words


def test_a_number_in_a_sentence_is_no_heading():
    text = "1) Who was there?\nThe men of group 2) and the women (2) of the town. Was it so?\n"
    (part,) = recognise(text, "en")
    assert [heading.number for heading in part.headings] == [1]


def test_a_text_without_sections_has_none():
    (part,) = recognise("The speech of the president was short, and that is that.")
    assert (part.language, part.headings, part.title) == ("en", [], "")


@pytest.mark.parametrize(
    ("captured", "language", "message"),
    [
        ("", "", "holds no text"),
        ("  \n--------\n \n", "", "holds no text"),
        ("Xyz abc.", "", "is not clear"),
        ("The end of the day.\n---\nThe day of the end.", "", "same language"),
        ("The end of the day.\n---\nLe jour de la fin est une fête.", "en", "2 parts"),
    ],
)
def test_a_file_that_cannot_be_recognised_says_why(captured, language, message):
    with pytest.raises(UnreadableText, match=message):
        recognise(captured, language)
