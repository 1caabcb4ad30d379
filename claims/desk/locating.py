"""Words that somebody marked in a captured text, found again letter for letter.

Where they stand in several places a person says which; a place that was read in a text which
has changed since counts for nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _

from claims.models import Language, Quote, Transcript

from .anchoring import CONTEXT, Text, anchor

ELLIPSIS = re.compile(r"\[(?:…|\.\.\.)\]")
LINE_END = re.compile(r"[\r\n]+")
MOST_PLACES = 12


@dataclass(frozen=True)
class Mark:
    """Words marked in the text of one language, each line or part between “[…]” by itself.

    ``starts`` says where parts stand, by their number, in the text with the hash ``sha256``.
    """

    language: str
    words: str
    starts: Mapping[int, int] = field(default_factory=dict)
    sha256: str = ""


@dataclass(frozen=True)
class Passage:
    """Where a mark stands: one span of the text, and what the quote omits within it."""

    start: int
    end: int
    omissions: list[list[int]]


@dataclass(frozen=True)
class Place:
    """One of the places where words stand, with the words around it."""

    start: int
    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Choice:
    """Words that stand in several places: a person says which is meant."""

    part: int
    words: str
    places: list[Place]


class WordsError(Exception):
    """Marked words whose place is not beyond doubt, with the places to choose from."""

    def __init__(self, language: str, message: str, choices: Sequence[Choice] = ()) -> None:
        super().__init__(message)
        self.language = language
        self.choices = list(choices)


class LocatingError(Exception):
    """Marks that could not be located: a WordsError for each."""

    def __init__(self, refusals: Sequence[WordsError]) -> None:
        super().__init__(" ".join(str(refusal) for refusal in refusals))
        self.refusals = list(refusals)


def located_all(marks: Iterable[Mark], transcripts: Mapping[str, Transcript]) -> list[Quote]:
    """Quotes of all the marks, or a LocatingError that names each one in doubt."""
    quotes, refusals = [], []
    for mark in marks:
        try:
            quotes.append(located(mark, transcripts))
        except WordsError as refusal:
            refusals.append(refusal)
    if refusals:
        raise LocatingError(refusals)
    return quotes


def located(mark: Mark, transcripts: Mapping[str, Transcript]) -> Quote:
    """A quote of the marked words, placed in its text; not saved. Raises WordsError."""
    transcript = transcripts.get(mark.language)
    if transcript is None:
        raise WordsError(
            mark.language,
            _("There is no captured text in this language: %(language)s.")
            % {"language": Language(mark.language).label},
        )
    passage = locate(mark, Text(transcript.text, transcript.sha256))
    quote = Quote(
        language=mark.language,
        exact=transcript.text[passage.start : passage.end],
        omissions=passage.omissions,
        start=passage.start,
        end=passage.end,
        transcript_sha256=transcript.sha256,
    )
    anchor(quote, Text(transcript.text, transcript.sha256))
    return quote


def locate(mark: Mark, text: Text) -> Passage:
    """Where the mark's parts stand, as one passage. Raises WordsError where that is in doubt."""
    language = Language(mark.language).label
    parts = parts_of(mark.words, text.words)
    is_same_text = mark.sha256 == text.sha256
    spans, choices = [], []
    for number, words in enumerate(parts):
        start = mark.starts.get(number)
        if is_same_text and start is not None and text.words.startswith(words, start):
            spans.append((start, start + len(words)))
            continue
        places = places_of(words, text.words)
        if not places:
            raise WordsError(
                mark.language,
                _(
                    "These words do not stand in the text (%(language)s): “%(words)s”. Copy them "
                    "from the text, letter for letter."
                )
                % {"language": language, "words": words[:80]},
            )
        spans.append((places[0], places[0] + len(words)))
        if len(places) > 1:
            choices.append(_choice(number, words, places, text.words))
    if not parts:
        raise WordsError(
            mark.language, _("No words are marked (%(language)s).") % {"language": language}
        )
    if choices:
        raise _several_places(mark.language, choices)
    return joined(spans, text.words, mark.language)


def parts_of(words: str, text: str) -> list[str]:
    """The words line by line, and cut at “[…]” where the text itself does not have it."""
    parts = []
    for line in LINE_END.split(words):
        is_verbatim = line.strip() in text
        parts += [line] if is_verbatim else ELLIPSIS.split(line)
    return [part.strip() for part in parts if part.strip()]


def places_of(words: str, text: str) -> list[int]:
    """Every place where the words stand, letter for letter."""
    return [found.start() for found in re.finditer(f"(?={re.escape(words)})", text)]


def joined(spans: Sequence[tuple[int, int]], text: str, language: str) -> Passage:
    """One passage from the first span to the last; what lies between, spaces aside, is omitted."""
    start, end = spans[0][0], spans[-1][1]
    omissions = []
    for (_first, last), (following, _end) in pairwise(spans):
        if following < last:
            raise WordsError(
                language,
                _("Give the parts of a quote in the order of the text (%(language)s).")
                % {"language": Language(language).label},
            )
        if text[last:following].strip():
            omissions.append([last - start, following - start])
    return Passage(start, end, omissions)


def _choice(number: int, words: str, places: Sequence[int], text: str) -> Choice:
    return Choice(number, words, [_place(start, words, text) for start in places[:MOST_PLACES]])


def _place(start: int, words: str, text: str) -> Place:
    end = start + len(words)
    return Place(start, text[max(0, start - CONTEXT) : start], words, text[end : end + CONTEXT])


def _several_places(language: str, choices: Sequence[Choice]) -> WordsError:
    message = _(
        "These words stand in the text more than once (%(language)s): “%(words)s”. Choose the "
        "place, or mark more words."
    )
    label = Language(language).label
    words = "”, “".join(choice.words[:80] for choice in choices)
    return WordsError(language, message % {"language": label, "words": words}, choices)
