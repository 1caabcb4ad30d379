"""Which database serves a reader, where there are several: `READER_DATABASE_URL`.

Threads of this process ask the primary and each replica twice a second where they stand, on
connections of their own; a request only looks up what they last said. Without replicas there is
nothing to watch: readers read the primary.
"""

import os
import threading
import time

from django.conf import settings

from factcheck.replicas.fleet import PRIMARY, Choice, Fleet
from factcheck.replicas.watch import watch
from factcheck.routers import NOWHERE, READER

_fleet: Fleet | None = None
_lock = threading.Lock()


def choose(*, instead_of: str = "") -> Choice:
    """The database of a whole request; `NOWHERE` where none answers."""
    if not settings.READER_REPLICAS:
        return Choice(NOWHERE if instead_of else READER)
    return _watched().choose(time.monotonic(), instead_of=instead_of) or Choice(NOWHERE)


def failed(alias: str) -> None:
    """A request has lost this database: others go elsewhere for a while, if they can."""
    if settings.READER_REPLICAS:
        _watched().avoid(alias, time.monotonic())


def lost() -> list[str]:
    """The aliases that do not answer. Nothing is known of them without replicas."""
    return _watched().lost() if settings.READER_REPLICAS else []


def is_primary_lost() -> bool:
    return PRIMARY in lost()


def _watched() -> Fleet:
    """Starts watching with the first request, so in the process that serves it."""
    global _fleet
    with _lock:
        if _fleet is None:
            _fleet = Fleet(settings.READER_REPLICAS, limit=settings.READER_LAG_LIMIT_SECONDS)
            watch(_fleet)
    _fleet.wait_until_known()
    return _fleet


def _forget() -> None:
    """In a forked child: its parent's threads have stayed behind."""
    global _fleet, _lock
    _fleet, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget)
