"""Writes files so that there is either the whole file or none."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path


def write_whole(
    path: Path, blocks: Iterable[bytes], progress: Callable[[bytes], object] = lambda block: None
) -> str:
    """Write under a temporary name beside ``path``, then rename; returns the SHA-256.

    A file that is there already is replaced only by a whole one. Raises OSError.
    """
    found = hashlib.sha256()
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
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
    return found.hexdigest()
