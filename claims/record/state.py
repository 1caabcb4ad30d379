"""Where the record stands: all that readers' pages follow from, asked in one query."""

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock

from django.db import connections

from claims.models import Edition
from claims.record.line import Lines

# A function, so that the database keeps the plans of what it asks.
QUESTION = "SELECT * FROM claims_state()"
PATIENCE = 0.25


@dataclass(frozen=True)
class State:
    """Two states that are equal give the same pages. ``head`` is blank for an empty record."""

    head: str
    published_at: datetime.datetime | None
    redactions: int
    scale: str


@dataclass(eq=False)
class Turn:
    """One question, and all who wait for its answer. ``answer`` stays None where it failed."""

    before: "Turn | None"
    has_begun: bool = False
    is_over: Event = field(default_factory=Event)
    answer: State | None = None


class Turns:
    """Has threads that ask at the same time ask once.

    Whoever comes gets an answer to a question that was put afterwards, never to one that was
    under way: what was withdrawn before a request came is gone from its page. Nobody waits for
    others longer than ``patience``, in seconds: a server that hangs is each thread's own to leave.
    """

    def __init__(self, ask: Callable[[], State], patience: float = PATIENCE) -> None:
        self.ask = ask
        self.patience = patience
        self._lock = Lock()
        self._last: Turn | None = None

    def answer(self) -> State:
        """Raises what asking raises."""
        with self._lock:
            turn = self._last
            is_mine = turn is None or turn.has_begun
            if turn is None or is_mine:
                turn = self._last = Turn(before=turn)
        if is_mine:
            return self._take(turn)
        turn.is_over.wait(self.patience)
        # Where whoever asked for all is late or has failed, each finds out by itself.
        return turn.answer or self.ask()

    def _take(self, turn: Turn) -> State:
        try:
            if turn.before:
                turn.before.is_over.wait(self.patience)
                turn.before = None
            with self._lock:
                turn.has_begun = True
            turn.answer = self.ask()
            return turn.answer
        finally:
            # Nobody may wait for ever, whatever broke off.
            with self._lock:
                turn.has_begun = True
            turn.is_over.set()


def read_state() -> State:
    """Asked by each for itself within a transaction, which may see what no other does."""
    alias = Edition.objects.db
    return _ask_here() if connections[alias].in_atomic_block else _turns[alias].answer()


def _ask() -> State:
    alias = Edition.objects.db
    line = _lines.to(alias)
    if row := line.ask():
        return State(*row)
    state = _ask_here()
    if is_pooled(alias):
        line.open()
    return state


def _ask_here() -> State:
    with connections[Edition.objects.db].cursor() as cursor:
        cursor.execute(QUESTION)
        return State(*cursor.fetchone())


def is_pooled(alias: str) -> bool:
    """Where connections are few and kept, one more may be kept as well."""
    return bool(connections[alias].settings_dict["OPTIONS"].get("pool"))


def close_lines() -> None:
    """For whoever is about to drop the database."""
    _lines.close()


# One database may be ahead of another.
_turns: defaultdict[str, Turns] = defaultdict(lambda: Turns(_ask))
_lines = Lines(QUESTION)
