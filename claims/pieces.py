"""Rendered pieces of pages, kept in this process under all that they are made of.

An edition never changes, so most of a page reads as it did before the last publication. Nothing
has to be emptied: a piece is found only by whoever knows everything that it says.
"""

import hashlib
import json
import sys
from collections import OrderedDict
from threading import Lock
from typing import Any

MOST_BYTES = 12 * 2**20
# What an entry takes beside its text: its name, and its place among the others.
ENTRY_BYTES = 256


class Pieces:
    """At most so many bytes; the pieces that were asked for longest ago go first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._lock = Lock()
        self._pieces: OrderedDict[str, str] = OrderedDict()

    def find(self, name: str) -> str | None:
        with self._lock:
            if name in self._pieces:
                self._pieces.move_to_end(name)
            return self._pieces.get(name)

    def keep(self, name: str, text: str) -> None:
        with self._lock:
            if name in self._pieces:
                return
            self._pieces[name] = text
            self.bytes += weight(text)
            while self.bytes > self.most_bytes:
                _name, oldest = self._pieces.popitem(last=False)
                self.bytes -= weight(oldest)


def weight(text: str) -> int:
    return sys.getsizeof(text) + ENTRY_BYTES


def name_of(*parts: Any) -> str:
    """Of texts, numbers and lists of them. Raises TypeError for what may change unseen."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
