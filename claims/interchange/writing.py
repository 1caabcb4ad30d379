"""Writes files so that there is either the whole file or none."""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from pathlib import Path


def write_whole(
    path: Path, blocks: Iterable[bytes], progress: Callable[[bytes], object] = lambda block: None
) -> str:
    """Write under a temporary name beside ``path``, then rename; returns the SHA-256.

    A file that is there already is replaced only by a whole one. What the blocks come from is
    closed in any case: a query that is still read keeps its connection. Raises OSError.
    """
    with closing(_read(blocks)) as read:
        return _written(path, read, progress)


def _read(blocks: Iterable[bytes]) -> Generator[bytes]:
    yield from blocks


def _written(path: Path, blocks: Iterable[bytes], progress: Callable[[bytes], object]) -> str:
    _remove_leftovers(path)
    found = hashlib.sha256()
    descriptor, name = _unfinished(path)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for block in blocks:
                file.write(block)
                found.update(block)
                progress(block)
            file.flush()
            os.fsync(file.fileno())
            # mkstemp lets nobody else read; a file made in the usual way follows the umask.
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(name, 0o666 & ~mask)
            os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _keep_names(path.parent)
    return found.hexdigest()


def _prefix(path: Path) -> str:
    return f".{path.name}.unfinished-"


def _unfinished(path: Path) -> tuple[int, str]:
    """A file to write in, locked for as long as whoever writes is alive."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=_prefix(path), dir=path.parent)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Another writer may have taken it for a leftover before it was locked.
        if os.fstat(descriptor).st_nlink:
            return descriptor, name
        os.close(descriptor)


def _remove_leftovers(path: Path) -> None:
    """What writers were killed over: nobody holds the lock any more."""
    for leftover in path.parent.iterdir():
        if not leftover.name.startswith(_prefix(path)):
            continue
        with leftover.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            leftover.unlink(missing_ok=True)


def _keep_names(folder: Path) -> None:
    """A name is lost in a power cut unless its folder is written out too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
