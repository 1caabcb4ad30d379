"""The heads of the chain, signed and kept outside the database.

A chain that was cut at its end, or written anew from some edition on, is a whole chain again. So
each commit that appends to the record leaves a line in a file: the place and the hash of its last
edition and when that was published, signed with a key that the database does not have.
"""

import errno
import fcntl
import hmac
import json
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from claims.models import Edition

from .chain import canonical, timestamp

logger = logging.getLogger(__name__)

# A reply to an editor waits no longer for others to write their lines.
PATIENCE = 2.0
# Holds the last lines of several processes.
TAIL = 8192


class UnreadableHeads(Exception):
    """The file is not there, may not be read, or says something else."""


@dataclass(frozen=True)
class Head:
    """The last edition of one commit. ``at`` is its moment as the chain writes it."""

    sequence: int
    chain_hash: str
    at: str

    def signature(self) -> str:
        """HMAC-SHA256 over the canonical JSON of the three."""
        key = settings.FACTCHECK_HEAD_KEY.encode()
        return hmac.digest(key, canonical(vars(self)).encode(), "sha256").hex()


def head_of(edition: Edition) -> Head:
    return Head(edition.sequence, edition.chain_hash, timestamp(edition.published_at))


def sign_after_commit(edition: Edition) -> None:
    """Leave a line once the editions up to this one are committed.

    By then they are published: a line that cannot be written is logged, and
    ``manage.py check --database default`` tells of it until it is.
    """
    if settings.FACTCHECK_HEADS:
        transaction.on_commit(partial(_sign_or_log, head_of(edition)), robust=True)


def _sign_or_log(head: Head) -> None:
    try:
        sign(head)
    except OSError as error:
        logger.error("The head of the record, edition %d, is not signed: %s", head.sequence, error)


def sign(head: Head) -> None:
    """Append the line of one head, and wait until it is on the disk."""
    line = canonical({**vars(head), "signature": head.signature()}) + "\n"
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK
    descriptor = os.open(settings.FACTCHECK_HEADS, flags, 0o600)
    try:
        _lock(descriptor)
        size = os.fstat(descriptor).st_size
        if os.write(descriptor, line.encode()) < len(line):
            # Half a line would be a fault for good.
            os.ftruncate(descriptor, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), settings.FACTCHECK_HEADS)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def read(path: str) -> Iterator[Head]:
    """The heads of the file in its order. Raises UnreadableHeads, also for a wrong signature."""
    try:
        with Path(path).open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                yield _head(line, f"Line {number} of {path}")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableHeads(f"The signed heads cannot be read: {error}") from error


def _head(line: str, place: str) -> Head:
    try:
        found = json.loads(line)
        signature = found.pop("signature")
        head = Head(**found)
        is_ours = hmac.compare_digest(str(signature), head.signature())
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableHeads(f"{place} is not a signed head.") from error
    if not is_ours:
        raise UnreadableHeads(f"{place} was not signed with this key, or was changed since.")
    return head


def problem() -> str:
    """Why the end of the record is not signed, in one sentence; blank where it is.

    Quick enough to be asked all the time: it reads the end of the file only.
    """
    if not settings.FACTCHECK_HEADS:
        return ""
    last = Edition.objects.order_by("-sequence").values_list("sequence", "chain_hash").first()
    if last is None:
        return ""
    try:
        signed = [(head.sequence, head.chain_hash) for head in _last_heads()]
    except (OSError, UnreadableHeads) as error:
        return str(error)
    if last in signed:
        return ""
    return f"The head of the record, edition {last[0]}, is not signed."


def _last_heads() -> list[Head]:
    path = settings.FACTCHECK_HEADS
    with Path(path).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL))
        lines = file.read().decode().splitlines()
    # The first of them may begin in its middle.
    return [_head(line, f"A line of {path}") for line in lines[1 if size > TAIL else 0 :]]
