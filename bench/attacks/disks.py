"""Disks that are too small, and the supervisor that starts PostgreSQL again on one that is full."""

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.attacks.cluster import Cluster, give_away


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system in memory. Needs root."""
    folder = Path(tempfile.mkdtemp(prefix="attack-disk-", dir="/tmp"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    give_away(folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def room(disk: Path) -> int:
    """Bytes that still fit."""
    free = os.statvfs(disk)
    return free.f_bavail * free.f_frsize


@contextmanager
def taken(disk: Path, *, but: int = 0, name: str = "ballast") -> Iterator[Path]:
    """Take all room of the disk away, but for so many bytes, until the block or its file ends."""
    ballast = disk / name
    with ballast.open("wb") as file:
        if (size := room(disk) - but) > 0:
            os.posix_fallocate(file.fileno(), 0, size)
    try:
        yield ballast
    finally:
        ballast.unlink(missing_ok=True)


class Supervisor(threading.Thread):
    """Starts the server whenever it has ended, as systemd does with `Restart=on-failure`."""

    PAUSE = 1.0

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(daemon=True)
        self.cluster = cluster
        # How often the server had ended, and how often it could not be started.
        self.ends, self.failures = 0, 0
        self.stopped = threading.Event()

    def run(self) -> None:
        has_ended = False
        while not self.stopped.wait(self.PAUSE):
            if self.cluster.is_running():
                has_ended = False
                continue
            self.ends += not has_ended
            has_ended = True
            try:
                self.cluster.start()
            except RuntimeError:
                self.failures += 1

    def stop(self) -> None:
        self.stopped.set()
        self.join()
