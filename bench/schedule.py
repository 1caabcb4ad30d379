"""What becomes of each claim, and in which order the editions were published."""

from collections.abc import Iterator

BLOCK = 1_000
# How many of a thousand claims end so, and how many editions each has.
FATES = [
    ("draft", 30, 0),
    ("in_review", 5, 0),
    ("withdrawn", 10, 2),
    ("revised", 5, 1),
    ("corrected", 50, 2),
    ("corrected twice", 10, 3),
    ("published", 890, 1),
]
STATUS = {"draft": "draft", "revised": "draft", "in_review": "in_review", "withdrawn": "withdrawn"}


def fate(number: int) -> tuple[str, int]:
    place = number * 761 % 1_000
    for name, share, editions in FATES:
        if place < share:
            return name, editions
        place -= share
    raise AssertionError(number)


def status(number: int) -> str:
    return STATUS.get(fate(number)[0], "published")


class Schedule:
    """``order`` holds the number of a claim and of its edition, in the order of the chain.

    A block of claims is published, then the corrections and withdrawals of blocks before it.
    """

    def __init__(self, claims: int) -> None:
        self.claims = claims
        self.order = list(self._ordered())
        self.sequences = {key: place for place, key in enumerate(self.order, start=1) if key[1] > 1}

    def _ordered(self) -> Iterator[tuple[int, int]]:
        for start in range(0, self.claims + 3 * BLOCK, BLOCK):
            for version in (1, 2, 3):
                first = start - (version - 1) * BLOCK
                for number in range(max(0, first), min(self.claims, first + BLOCK)):
                    if fate(number)[1] >= version:
                        yield number, version

    def count(self, number: int) -> int:
        return fate(number)[1]

    def publications(self, number: int) -> int:
        """How many editions of the claim say something; one for a claim that has none yet."""
        name, editions = fate(number)
        return editions - 1 if name == "withdrawn" else max(1, editions)

    def is_live(self, number: int) -> bool:
        name, editions = fate(number)
        return editions > 0 and name != "withdrawn"

    def target(self, number: int) -> int | None:
        """A claim before this one that was published once and stays: what it may repeat."""
        for other in range(number - 1, max(-1, number - BLOCK), -1):
            if fate(other)[0] == "published":
                return other
        return None
