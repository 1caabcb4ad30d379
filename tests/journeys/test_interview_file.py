"""Quotes stand in the captured text letter for letter, at the offsets that are on file.

The interview itself is not committed. ``INTERVIEW_FILE`` names the file ``interview.txt``;
the research it was checked with stands beside it. Without it the same checks run on an
invented interview with the same quirks.
"""

import hashlib
import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from claims.desk.anchoring import states
from claims.desk.transcripts import capture
from claims.models import Document

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "samples" / "interview_synthetic"
FIXTURE = ROOT / "fixtures" / "interview.json"
EVIDENCE_PARTS = ["events", "economy", "politics"]

Row = dict[str, Any]
Texts = dict[str, str]


def captured_texts(file: Path) -> Texts:
    """The French text, a line of eight hyphens, the English one: nothing stripped."""
    whole = file.read_bytes().decode("utf-8")
    (line,) = re.finditer(r"^-{8}\n", whole, re.MULTILINE)
    return {"fr": whole[: line.start()], "en": whole[line.end() :]}


def misplaced_quotes(texts: Texts, quotes: list[Row]) -> list[str]:
    """The quotes that are not verbatim, in code points, where and in which text they say."""
    return [quote["exact"] for quote in quotes if not is_in_place(texts, quote)]


def is_in_place(texts: Texts, quote: Row) -> bool:
    text = texts[quote["language"]]
    return (
        quote["transcript_sha256"] == hashlib.sha256(text.encode("utf-8")).hexdigest()
        and text[quote["start"] : quote["end"]] == quote["exact"]
        and text.find(quote["exact"]) == quote["start"]
        and text.find(quote["exact"], quote["start"] + 1) == -1
    )


def altered_headings(texts: Texts, sections: list[Row]) -> list[str]:
    """The numbered headings that are not printed as they are on file."""
    return [
        heading
        for section in sections
        for language, text in texts.items()
        if section["number"]
        and f"{section['number']}) {(heading := section[f'heading_{language}'])}\n" not in text
    ]


# The invented interview


@pytest.fixture
def sample_texts() -> Texts:
    return captured_texts(SAMPLE.with_suffix(".txt"))


@pytest.fixture
def sample() -> dict[str, list[Row]]:
    return json.loads(SAMPLE.with_suffix(".json").read_text(encoding="utf-8"))


def test_quotes_of_the_sample_are_in_place(sample_texts, sample):
    assert misplaced_quotes(sample_texts, sample["quotes"]) == []


def test_headings_of_the_sample_are_as_printed(sample_texts, sample):
    assert altered_headings(sample_texts, sample["sections"]) == []


@pytest.mark.parametrize(
    "quirk",
    [
        r"^top of page\n",
        r"(?s)\.\n\n\n\n1\) .*[^\n]\n\n[^\n].*[^\n]\n\n\n[^\n]",
        r"[^\n]\. 4\) [^\n]+\? [^\n]+\?\n",
        r"^2\) [^\n]+\? [^\n]+\?\n",
        r"[^\n.]*d'[^\n.]*l’[^\n.]*d'[^\n.]*\.",
        r"\"Ferro Mital\"[^\n]* « [^\n»]+ » ",
        r"\b8 000\b",
        r"(?s)Toussaint\b.*Toussain\b.*\bMareva\b",
        r"3 – 4",
        r"\n[^\n]+\(1\)\.jpg\n[^\n]+\.jpg\nbottom of page\n\Z",
    ],
)
def test_the_sample_has_the_quirks_of_the_interview(quirk):
    text = SAMPLE.with_suffix(".txt").read_bytes().decode("utf-8")

    assert re.search(quirk, text, re.MULTILINE)


def test_only_the_french_version_of_the_sample_has_an_introduction(sample_texts):
    assert sample_texts["fr"].index("1) ") > sample_texts["fr"].index("Entretien avec")
    assert sample_texts["en"].lstrip().startswith("1) ")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("’", "'"), id="apostrophes made straight"),
        pytest.param(lambda text: text.replace("8 000", "8\u00a0000"), id="no-break space"),
        pytest.param(lambda text: re.sub(r"\n{3,}", "\n\n", text), id="blank lines merged"),
        pytest.param(lambda text: text.strip(), id="stripped"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="line ends"),
    ],
)
def test_a_normalised_text_is_not_the_one_quoted(sample_texts, sample, change):
    changed = {language: change(text) for language, text in sample_texts.items()}

    assert misplaced_quotes(changed, sample["quotes"])


@pytest.mark.parametrize("unit", ["utf-8", "utf-16-le"])
def test_offsets_count_code_points_and_not_bytes(sample_texts, sample, unit):
    quote = next(quote for quote in sample["quotes"] if quote["language"] == "fr")
    before = sample_texts["fr"][: quote["start"]].encode(unit)
    shift = len(before) // (2 if unit == "utf-16-le" else 1) - quote["start"]
    shifted = quote | {"start": quote["start"] + shift, "end": quote["end"] + shift}

    assert misplaced_quotes(sample_texts, [shifted]) == [quote["exact"]]


def test_words_that_stand_twice_are_not_in_place(sample_texts, sample):
    quote = next(quote for quote in sample["quotes"] if quote["language"] == "en")
    start = sample_texts["en"].index("Ferro Mital")
    twice = quote | {"exact": "Ferro Mital", "start": start, "end": start + len("Ferro Mital")}

    assert misplaced_quotes(sample_texts, [twice]) == ["Ferro Mital"]


# The interview itself


@pytest.fixture
def interview_file() -> Path:
    named = os.environ.get("INTERVIEW_FILE", "")
    if not named:
        pytest.skip(
            "THE REAL INTERVIEW WAS NOT CHECKED: set INTERVIEW_FILE to the path of interview.txt "
            "(the research's .jsonl files stand beside it) and run this test again."
        )
    file = Path(named)
    assert file.is_file(), f"INTERVIEW_FILE names no file: {named}"
    return file


def research(interview_file: Path, name: str) -> list[Row]:
    text = interview_file.with_name(f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def fixture_fields(model: str) -> list[Row]:
    rows = json.loads(FIXTURE.read_text(encoding="utf-8"))
    return [row["fields"] for row in rows if row["model"] == f"claims.{model}"]


def test_quotes_of_the_interview_are_in_place(interview_file):
    quotes = fixture_fields("quote")

    assert Counter(quote["language"] for quote in quotes) == {"en": 226, "fr": 225}
    assert misplaced_quotes(captured_texts(interview_file), quotes) == []


@pytest.mark.django_db
def test_captured_texts_of_the_interview_hold_every_quote(interview_file):
    call_command("loaddata", "scale", "interview", verbosity=0)
    document = Document.objects.get()
    texts = captured_texts(interview_file)
    found = {language: states(capture(document, language, texts[language])) for language in texts}
    assert {language: found[language]["exact"] for language in found} == {"fr": 225, "en": 226}
    moved = capture(document, "fr", "Une phrase de plus.\n" + texts["fr"])
    assert states(moved)["moved"] == 225


def test_quotes_of_the_interview_are_those_of_the_research(interview_file):
    assert {
        (quote["claim"][0], quote["key"]): quote["exact"] for quote in fixture_fields("quote")
    } == {
        (assertion["id"], language): assertion[f"quote_{language}"]
        for assertion in research(interview_file, "assertions")
        for language in ("en", "fr")
        if assertion[f"quote_{language}"]
    }


def test_headings_of_the_interview_are_as_printed(interview_file):
    assert altered_headings(captured_texts(interview_file), fixture_fields("section")) == []


def test_claims_are_rated_as_the_research_rates_them(interview_file):
    assert {
        claim["slug"]: claim["rating"] and claim["rating"][1] for claim in fixture_fields("claim")
    } == {
        verdict["assertion"]: verdict["rating"] for verdict in research(interview_file, "verdicts")
    }


def test_every_source_stands_in_the_research(interview_file):
    found = {
        item["url"]
        for part in EVIDENCE_PARTS
        for item in research(interview_file, f"evidence-{part}")
    }

    assert {source["url"] for source in fixture_fields("source")} - found == set()


def test_evidence_says_what_the_research_says(interview_file):
    items = {
        item["id"]: item
        for part in EVIDENCE_PARTS
        for item in research(interview_file, f"evidence-{part}")
    }
    findings_fr = {
        finding["id"]: finding["finding_fr"]
        for part in EVIDENCE_PARTS
        for finding in research(interview_file, f"findings-fr-{part}")
    }
    expected = {
        (verdict["assertion"], link["id"]): {
            "position": position,
            "stance": link["stance"],
            "source": [items[link["id"]]["url"]],
            "finding_en": items[link["id"]]["finding"],
            "finding_fr": findings_fr[link["id"]],
            "excerpt": items[link["id"]]["excerpt"] or "",
        }
        for verdict in research(interview_file, "verdicts")
        for position, link in enumerate(verdict["evidence"], 1)
    }

    assert {
        (evidence["claim"][0], evidence["key"]): {
            name: value for name, value in evidence.items() if name not in ("claim", "key")
        }
        for evidence in fixture_fields("evidence")
    } == expected
