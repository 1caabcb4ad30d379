"""Disks that are too small, and the supervisor that starts PostgreSQL again on one that is full."""

import os
import subprocess
import sys
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


def enlarge(disk: Path, megabytes: int) -> None:
    command = ["mount", "-o", f"remount,size={megabytes}m", str(disk)]
    subprocess.run(command, check=True)


def refuse_others_than_root(name: str) -> None:
    if os.geteuid() != 0:
        print(f"{name}: not run, only root may mount a disk that is small", file=sys.stderr)
        sys.exit(2)


def room(disk: Path) -> int:
    """Bytes that still fit."""
    free = os.statvfs(disk)
    return free.f_bavail * free.f_frsize


def take(ballast: Path, *, but: int = 0) -> None:
    """Let the file grow by all that is free on its disk, but for so many bytes."""
    if (size := room(ballast.parent) - but) > 0:
        with ballast.open("ab") as file:
            os.posix_fallocate(file.fileno(), file.tell(), size)


@contextmanager
def taken(disk: Path, *, but: int = 0, name: str = "ballast") -> Iterator[Path]:
    """Take all room of the disk away, but for so many bytes, until the block or its file ends."""
    ballast = disk / name
    ballast.touch()
    take(ballast, but=but)
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
