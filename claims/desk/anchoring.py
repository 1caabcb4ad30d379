"""Finds quotes in captured texts: letter for letter, never by likeness.

Offsets count Unicode code points, as a W3C TextPositionSelector does. Where a quote's place
is not beyond doubt it is called broken or ambiguous, and a person decides.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from claims.models import Document, Quote, QuoteState, Transcript

CONTEXT = 32
LOST = {QuoteState.BROKEN, QuoteState.AMBIGUOUS}
ANCHOR_COLUMNS = ["state", "start", "end", "prefix", "suffix", "transcript_sha256"]


@dataclass(frozen=True)
class Text:
    """A captured text and its SHA-256."""

    words: str
    sha256: str

    @classmethod
    def of(cls, words: str) -> "Text":
        return cls(words, hashlib.sha256(words.encode()).hexdigest())


@dataclass(frozen=True)
class Anchored:
    """What became of one quote."""

    quote: Quote
    was: str
    state: str


def anchor(quote: Quote, text: Text) -> None:
    """Set the quote's state, and its place in ``text`` if that is beyond doubt.

    Words that stand where they were on file are exact. Words that stand once, next to at least
    one of their old neighbours, have moved (or are exact where no place was on file). Words
    that stand nowhere are broken, all others ambiguous: a look-alike is not taken for the
    quote. What was on file of a lost place is kept, with the hash of the text it belongs to.
    """
    if _stands_as_on_file(quote, text):
        _place(quote, text, quote.start or 0, QuoteState.EXACT)
        return
    places = list(_places(quote.exact, text.words))
    if not places:
        quote.state = QuoteState.BROKEN
    elif len(places) > 1 or not _has_old_neighbour(quote, text, places[0]):
        quote.state = QuoteState.AMBIGUOUS
    else:
        is_where_it_was = quote.start in (None, places[0])
        _place(quote, text, places[0], QuoteState.EXACT if is_where_it_was else QuoteState.MOVED)


def anchor_new_words(quote: Quote) -> None:
    """For a quote whose words were written or changed: forget the old place, look for a new one.

    Does not save. Without a captured text in the quote's language the quote is unlocated.
    """
    quote.state, quote.start, quote.end = QuoteState.UNLOCATED, None, None
    quote.prefix = quote.suffix = quote.transcript_sha256 = ""
    transcript = Transcript.objects.filter(
        document__claims=quote.claim_id, language=quote.language
    ).first()
    if transcript:
        anchor(quote, Text(transcript.text, transcript.sha256))


def anchor_all(document: Document, language: str, text: Text) -> list[Anchored]:
    """Anchor every quote of the document in this language, whatever its claim's status."""
    quotes = Quote.objects.filter(claim__document=document, language=language)
    quotes = quotes.select_related("claim")
    found = [_anchored(quote, text) for quote in quotes.order_by("start", "pk")]
    Quote.objects.bulk_update([row.quote for row in found], ANCHOR_COLUMNS)
    return found


def states(rows: Iterable[Anchored]) -> dict[str, int]:
    """How many quotes came out in each state, every state named."""
    counts = dict.fromkeys(QuoteState.values, 0)
    for row in rows:
        counts[row.state] += 1
    return counts


def _anchored(quote: Quote, text: Text) -> Anchored:
    was = quote.state
    anchor(quote, text)
    return Anchored(quote, was, quote.state)


def _stands_as_on_file(quote: Quote, text: Text) -> bool:
    """So a person's choice among several like places holds as long as the text is the same."""
    return (
        quote.start is not None
        and quote.transcript_sha256 == text.sha256
        and text.words[quote.start : quote.end] == quote.exact
    )


def _places(exact: str, words: str) -> Iterator[int]:
    start = words.find(exact)
    while start != -1:
        yield start
        start = words.find(exact, start + 1)


def _has_old_neighbour(quote: Quote, text: Text, start: int) -> bool:
    if not (quote.prefix or quote.suffix):
        return True
    prefix, suffix = _context(text.words, start, start + len(quote.exact))
    return prefix == quote.prefix or suffix == quote.suffix


def _place(quote: Quote, text: Text, start: int, state: str) -> None:
    quote.state, quote.start, quote.end = state, start, start + len(quote.exact)
    quote.prefix, quote.suffix = _context(text.words, quote.start, quote.end)
    quote.transcript_sha256 = text.sha256


def _context(words: str, start: int, end: int) -> tuple[str, str]:
    return words[max(0, start - CONTEXT) : start], words[end : end + CONTEXT]
