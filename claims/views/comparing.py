"""Two texts as one: what was taken out and what was put in, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

LONG = 4000  # words and spaces; beyond, a comparison word by word takes too long
LIKE = 0.4  # texts less like each other are told whole: their common words say nothing


@dataclass(frozen=True)
class Piece:
    """Part of a text that was compared: ``del`` is in the old one only, ``ins`` in the new."""

    tag: str
    text: str


def compared(before: str, after: str) -> list[Piece]:
    """Two texts as one, word by word."""
    if not before or not after:
        whole = [Piece("del", before), Piece("ins", after)]
        return [piece for piece in whole if piece.text]
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > LONG or _is_short(before, after):
        return [Piece("del", before), Piece("ins", after)]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < LIKE:
        return [Piece("del", before), Piece("ins", after)]
    pieces = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("", "".join(old[i:j])))
            continue
        pieces.append(Piece("del", "".join(old[i:j])))
        pieces.append(Piece("ins", "".join(new[k:m])))
    return [piece for piece in pieces if piece.text]


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _is_short(before: str, after: str) -> bool:
    """A value rather than a text: told whole, as it was and as it is."""
    return " " not in before.strip() or " " not in after.strip()
