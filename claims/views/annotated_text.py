"""The quoted words of a text as one running text, each word with the claims that it makes.

Only what is quoted is there: the text in between is not ours to publish, and never known here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

# Between two quotes that stand this close there is a space or a stop, and no word.
NO_WORD = 2
SPACE, GAP = "space", "gap"


@dataclass(frozen=True)
class Span:
    """The words of one claim: a quote with its place in the transcript, in code points.

    ``omissions`` are pairs of start and end within ``exact`` whose words are not the claim's.
    """

    claim: str
    start: int
    end: int
    exact: str
    omissions: Sequence[Sequence[int]] = ()

    def kept(self) -> list[tuple[int, int]]:
        """The places in the transcript that are quoted, in order."""
        inner = [self.start, *(self.start + end for pair in self.omissions for end in pair)]
        ends = [*inner, self.end]
        return [(ends[i], ends[i + 1]) for i in range(0, len(ends), 2) if ends[i] < ends[i + 1]]


@dataclass(frozen=True)
class Piece:
    """Words that the same claims cover. ``claims`` stand innermost first.

    ``starting`` are those whose words begin here. ``before`` says what stands between it and the
    piece before: nothing, a ``SPACE`` or a ``GAP``, where words are left out.
    """

    text: str
    claims: tuple[str, ...]
    starting: tuple[str, ...]
    before: str


def pieces(spans: Iterable[Span]) -> list[Piece]:
    """The text cut at every boundary of a span; overlapping spans share the pieces they share.

    The innermost claim is the one with the shortest span. All spans must be of one transcript.
    """
    spans = sorted(spans, key=lambda span: (span.end - span.start, span.start, span.claim))
    parts = [(start, end, span) for span in spans for start, end in span.kept()]
    boundaries = sorted({edge for start, end, _span in parts for edge in (start, end)})
    found: list[Piece] = []
    seen: set[str] = set()
    last = boundaries[0] if boundaries else 0
    for start, end in pairwise(boundaries):
        covering = [span for first, after, span in parts if first <= start and end <= after]
        if not covering:
            continue
        claims = tuple(dict.fromkeys(span.claim for span in covering))
        starting = tuple(claim for claim in claims if claim not in seen)
        seen.update(starting)
        text = covering[0].exact[start - covering[0].start : end - covering[0].start]
        before = GAP if start - last > NO_WORD else SPACE if start > last else ""
        found.append(Piece(text, claims, starting, before))
        last = end
    return found


def newest_transcript(hashes: Iterable[str]) -> str:
    """The hash of the transcript that most quotes are located in; blank for none."""
    counted = Counter(filter(None, hashes)).most_common(1)
    return counted[0][0] if counted else ""
