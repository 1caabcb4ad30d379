"""A document's captured texts as they are read: paragraph by paragraph, cut where quotes begin.

Offsets count Unicode code points of the captured text, as the quotes' own do.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from claims.models import Quote, QuoteState, Transcript

from .recognising import Part, UnreadableText, recognise

LINE = re.compile(r"[^\r\n]+")
LOCATED = {QuoteState.EXACT, QuoteState.MOVED}


@dataclass(frozen=True)
class Piece:
    """A run of words that the same quotes cover, the innermost quote first."""

    start: int
    end: int
    words: str
    quotes: tuple[Quote, ...] = ()

    @property
    def quote(self) -> Quote | None:
        return self.quotes[0] if self.quotes else None


@dataclass(frozen=True)
class Block:
    """A heading or a paragraph, without the blank lines around it."""

    start: int
    end: int
    is_heading: bool
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class Coverage:
    """How many letters of the text (headings, debris and spaces aside) some claim quotes."""

    covered: int
    total: int

    @property
    def uncovered_percent(self) -> int:
        """Rounded, but 0 and 100 only where they are exact."""
        if not self.total:
            return 0
        left = self.total - self.covered
        rounded = round(100 * left / self.total)
        return min(max(rounded, left > 0), 100 - (self.covered > 0))


@dataclass(frozen=True)
class Reading:
    """A captured text, its blocks by the number of their section, and how far it is checked."""

    transcript: Transcript
    sections: dict[int, list[Block]]
    coverage: Coverage
    lost: list[Quote]


def read(transcript: Transcript, quotes: Iterable[Quote]) -> Reading:
    """``quotes`` are the document's in this language: those that stand nowhere are kept apart."""
    placed: list[Quote] = []
    lost: list[Quote] = []
    for quote in quotes:
        (placed if is_placed(quote, transcript.sha256) else lost).append(quote)
    part = part_of(transcript)
    sections: dict[int, list[Block]] = {}
    for number, block in _blocks(part):
        cut = pieces(transcript.text, placed, block.start, block.end)
        block.pieces.extend(cut)
        sections.setdefault(number, []).append(block)
    blocks = [block for row in sections.values() for block in row]
    return Reading(transcript, sections, coverage(blocks), lost)


def is_placed(quote: Quote, sha256: str) -> bool:
    """Whether the quote's place in the text with this hash is beyond doubt."""
    return quote.state in LOCATED and quote.transcript_sha256 == sha256


def pieces(words: str, quotes: Sequence[Quote], start: int, end: int) -> list[Piece]:
    """``words[start:end]`` cut wherever a quote, or what a quote omits, begins or ends."""
    spans = [
        (max(first, start), min(last, end), quote)
        for quote in quotes
        for first, last in spans_of(quote)
        if first < end and last > start
    ]
    cuts = sorted({start, end, *(cut for first, last, _ in spans for cut in (first, last))})
    found = []
    for first, last in pairwise(cuts):
        covering = [quote for begin, finish, quote in spans if begin <= first and last <= finish]
        covering.sort(key=_inwards)
        found.append(Piece(first, last, words[first:last], tuple(covering)))
    return found


def spans_of(quote: Quote) -> Iterator[tuple[int, int]]:
    """Where in the text the quote's words stand: its span without what it omits."""
    start = position = quote.start or 0
    for first, last in quote.omissions:
        yield position, start + first
        position = start + last
    yield position, quote.end or 0


def coverage(blocks: Iterable[Block]) -> Coverage:
    covered = total = 0
    for block in blocks:
        if block.is_heading:
            continue
        for piece in block.pieces:
            letters = len("".join(piece.words.split()))
            total += letters
            covered += letters if piece.quotes else 0
    return Coverage(covered, total)


def hidden(blocks: Iterable[Block]) -> dict[int, list[Quote]]:
    """Quotes that are innermost nowhere, by the start of the first piece that covers them."""
    shown: set[int] = set()
    first_covered: dict[int, tuple[int, Quote]] = {}
    for block in blocks:
        for piece in block.pieces:
            shown |= {quote.pk for quote in piece.quotes[:1]}
            for quote in piece.quotes:
                first_covered.setdefault(quote.pk, (piece.start, quote))
    found: dict[int, list[Quote]] = {}
    for key, (start, quote) in first_covered.items():
        if key not in shown:
            found.setdefault(start, []).append(quote)
    return found


def section_at(transcript: Transcript, position: int) -> int:
    """The number of the section in which this place of the text lies; 0 before the first."""
    passed = [head.number for head in part_of(transcript).headings if head.start <= position]
    return passed[-1] if passed else 0


def part_of(transcript: Transcript) -> Part:
    """The build of the text; of one that looks like several files, only that it is a text."""
    whole = Part(transcript.language, transcript.text, headings=[], debris=[])
    try:
        part = recognise(transcript.text, transcript.language)[0]
    except UnreadableText:
        return whole
    return part if part.words == transcript.text else whole


def _inwards(quote: Quote) -> tuple[int, int, int]:
    """Sorts the shortest quote first; of equally long ones the one that begins later."""
    start, end = quote.start or 0, quote.end or 0
    return end - start, -start, quote.pk or 0


def _blocks(part: Part) -> Iterator[tuple[int, Block]]:
    """The headings and paragraphs, each with the number of its section; no debris."""
    number, position = 0, 0
    for heading in part.headings:
        yield from ((number, line) for line in _lines(part, position, heading.start))
        number, position = heading.number, heading.end
        yield number, Block(heading.start, heading.end, is_heading=True)
    yield from ((number, line) for line in _lines(part, position, len(part.words)))


def _lines(part: Part, start: int, end: int) -> Iterator[Block]:
    title = part.title
    for line in LINE.finditer(part.words, start, end):
        words = line[0].strip().strip("\ufeff")
        if not words or any(
            span.start < line.end() and line.start() < span.end for span in part.debris
        ):
            continue
        first = line.start() + line[0].index(words)
        is_title = bool(title) and words == title and start == 0
        yield Block(first, first + len(words), is_heading=is_title)
        title = "" if is_title else title
