"""Where the primary and its replicas stand, and which replica serves. Asks nobody anything.

How old a replica is, is told by the primary's positions: whoever has replayed what the primary
had written at a moment shows everything published until that moment. What a replica says of
itself is not enough. One that has lost its primary believes that it has received all there is,
and the last change that it has replayed is old where nothing has changed.

Moments are seconds of this process's own clock (`time.monotonic`).
"""

import datetime
import threading
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

PRIMARY = "default"
# Twice a second, so for half an hour while the primary is written to without a pause.
MOST_POSITIONS = 3600
AVOIDED_SECONDS = 2.0
# A server that has not answered for so long is avoided; for so long, it hangs.
LATE_SECONDS = 2.0
HANGING_SECONDS = 5.0
# At the start only. A server that is away is told at once, one that vanished after a while.
LONGEST_START_SECONDS = 3.0


@dataclass(frozen=True)
class Standing:
    """What a replica has replayed, and the moment of the last change in that by its own clock."""

    position: int
    changed: float


@dataclass(frozen=True)
class Choice:
    """The alias that serves. `as_of` only where readers must be told how old what they see is."""

    alias: str
    as_of: datetime.datetime | None = None


class Fleet:
    """Written by the threads that watch, read by those that serve."""

    def __init__(self, aliases: Sequence[str], *, limit: float) -> None:
        self.aliases = tuple(aliases)
        self.limit = limit
        self._changed = threading.Condition()
        self._unheard = {PRIMARY, *aliases}
        self._is_known = False
        self._lost: set[str] = set()
        self._standings: dict[str, Standing] = {}
        self._avoided_until: dict[str, float] = {}
        self._asked: dict[str, float] = {}
        # When the primary was asked, and what it had written; both grow.
        self._moments: list[float] = []
        self._positions: list[int] = []
        self._turn = 0

    def is_asked(self, alias: str, now: float) -> None:
        with self._changed:
            self._asked[alias] = now

    def hanging(self, now: float) -> list[str]:
        """What was asked long ago and says nothing."""
        with self._changed:
            return self._unanswered(now, HANGING_SECONDS)

    def primary_stands(self, position: int, asked: float) -> None:
        """The primary had written at least this when it was asked."""
        with self._changed:
            if self._positions and position < self._positions[-1]:
                # Another server is the primary now.
                self._positions, self._moments = [], []
            if self._positions and position == self._positions[-1]:
                self._moments[-1] = asked
            else:
                self._positions.append(position)
                self._moments.append(asked)
            del self._positions[:-MOST_POSITIONS], self._moments[:-MOST_POSITIONS]
            self._hear(PRIMARY)

    def stands(self, alias: str, standing: Standing) -> None:
        with self._changed:
            self._standings[alias] = standing
            self._hear(alias)

    def lose(self, alias: str) -> None:
        """It does not answer."""
        with self._changed:
            self._standings.pop(alias, None)
            self._hear(alias)
            self._lost.add(alias)

    def avoid(self, alias: str, now: float) -> None:
        with self._changed:
            self._avoided_until[alias] = now + AVOIDED_SECONDS

    def wait_until_known(self) -> None:
        """The first requests wait until all have been heard, or for so long; then none does."""
        if self._is_known:
            return
        with self._changed:
            self._changed.wait_for(lambda: not self._unheard, LONGEST_START_SECONDS)
            self._is_known = True

    def choose(self, now: float, *, instead_of: str = "") -> Choice | None:
        """One within the limit, in turn; else the freshest, with its age; None: none answers."""
        with self._changed:
            ages = {
                alias: max(0.0, now - self._shows(standing))
                for alias, standing in self._standings.items()
                if alias != instead_of
            }
            late = self._unanswered(now, LATE_SECONDS)
            trusted = [
                alias
                for alias in ages
                if alias not in late and self._avoided_until.get(alias, now) <= now
            ]
            self._turn += 1
        candidates = sorted(trusted or ages)
        if within := [alias for alias in candidates if ages[alias] <= self.limit]:
            return Choice(within[self._turn % len(within)])
        if not candidates:
            return None
        freshest = min(candidates, key=ages.__getitem__)
        as_of = timezone.now() - datetime.timedelta(seconds=ages[freshest])
        return Choice(freshest, as_of.replace(microsecond=0))

    def lost(self) -> list[str]:
        """What does not answer, the primary included."""
        with self._changed:
            return sorted(self._lost)

    def _shows(self, standing: Standing) -> float:
        """The moment until which it shows everything."""
        place = bisect_right(self._positions, standing.position)
        return max(self._moments[place - 1], standing.changed) if place else standing.changed

    def _unanswered(self, now: float, seconds: float) -> list[str]:
        return [alias for alias, asked in self._asked.items() if now - asked > seconds]

    def _hear(self, alias: str) -> None:
        self._asked.pop(alias, None)
        self._lost.discard(alias)
        self._unheard.discard(alias)
        self._changed.notify_all()
