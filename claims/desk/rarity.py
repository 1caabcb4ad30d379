"""How rare words are among the claims, and so how much it says that two texts share one."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

# A word counts by its beginnings and as a whole: "strike" and "striker" share three of four.
BEGINNINGS = (4, 5, 6, None)
SHORTEST = 4
STEM = 6  # letters of a word that the index is asked for
FEW = 200  # claims that may come along with other endings of a word

type Beginning = tuple[int | None, str]  # of so many letters; of all without a number


@dataclass(frozen=True)
class Term:
    """A word as the index is asked for it, and about how many claims have it."""

    query: str
    rows: float


class Rarity:
    """What a word weighs, from the share of claims that have it."""

    def __init__(self, rows: float, shares: Mapping[str, float], least: float) -> None:
        self.rows = rows
        self.shares = shares
        self.least = least
        self._of_beginnings: dict[str, float] = defaultdict(float)
        self._weights: dict[Beginning, float] = {}
        self._greatest = weight_of_share(least)
        for word, share in shares.items():
            for beginning in {text for _length, text in beginnings(word)}:
                self._of_beginnings[beginning] += share

    @classmethod
    def counted(cls, texts: Sequence[list[str]]) -> "Rarity":
        """From some texts' words, where nothing is known of the whole table yet."""
        each = 1 / max(len(texts), 1)
        counts = Counter(word for text in texts for word in text)
        return cls(len(texts), {word: count * each for word, count in counts.items()}, each)

    def weight(self, beginning: Beginning) -> float:
        share = self._of_beginnings.get(beginning[1], 0)
        if share <= self.least:
            return self._greatest
        if beginning not in self._weights:
            self._weights[beginning] = weight_of_share(min(1, share))
        return self._weights[beginning]

    def weight_of_word(self, word: str) -> float:
        if word[:SHORTEST] not in self._of_beginnings:
            return self._greatest * len(BEGINNINGS)
        return sum(map(self.weight, beginnings(word)))

    def term(self, word: str) -> Term:
        """The word with its other endings, unless those are much more frequent than the word."""
        share = max(self.shares.get(word, 0), self.least)
        of_stem = max(self._of_beginnings.get(word[:STEM], 0), share)
        is_stem = of_stem <= max(2 * share, FEW / self.rows)
        query = any_ending(word) if is_stem else quoted(word)
        return Term(query, self.rows * (of_stem if is_stem else share))


def weight_of_share(share: float) -> float:
    return log(1 + 1 / share) ** 2


def beginnings(word: str) -> list[Beginning]:
    return [(length, word[:length]) for length in BEGINNINGS]


def any_ending(word: str) -> str:
    """Asks the index for the word's stem; a short word, or a number, is asked for as it is."""
    is_short = len(word) < STEM or word.isdecimal()
    return quoted(word) if is_short else f"{quoted(word[:STEM])}:*"


def quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
