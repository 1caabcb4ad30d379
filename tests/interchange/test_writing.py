"""Files that are written whole, by processes that may be killed."""

import subprocess
import sys

import pytest
from django.conf import settings

from claims.interchange.writing import write_whole

KILLED = """
import os, signal, sys
from pathlib import Path
from claims.interchange.writing import write_whole

def blocks():
    yield b"half" * 5000
    os.kill(os.getpid(), signal.SIGKILL)

write_whole(Path(sys.argv[1]), blocks())
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_writer_left_goes_with_the_next_writing(tmp_path):
    file = tmp_path / "claims.csv"
    file.write_bytes(b"before")
    killed = subprocess.run([sys.executable, "-c", KILLED, file], cwd=settings.BASE_DIR)
    assert killed.returncode < 0
    assert file.read_bytes() == b"before"
    assert len(names(tmp_path)) == 2
    write_whole(file, [b"whole"])
    assert file.read_bytes() == b"whole"
    assert names(tmp_path) == ["claims.csv"]


def test_what_another_writer_is_still_writing_stays(tmp_path):
    file = tmp_path / "claims.csv"

    def blocks():
        yield b"first"
        write_whole(file, [b"second"])
        yield b", and more"

    write_whole(file, blocks())
    assert file.read_bytes() == b"first, and more"
    assert names(tmp_path) == ["claims.csv"]


def test_a_swap_file_of_an_editor_is_nobodys_leftover(tmp_path):
    (tmp_path / ".claims.csv.swp").touch()
    write_whole(tmp_path / "claims.csv", [b"whole"])
    assert names(tmp_path) == [".claims.csv.swp", "claims.csv"]


def test_a_fault_while_writing_leaves_nothing(tmp_path):
    def blocks():
        yield b"half"
        raise OSError("The disk is full.")

    with pytest.raises(OSError, match="full"):
        write_whole(tmp_path / "claims.csv", blocks())
    assert names(tmp_path) == []


def test_what_is_read_is_closed_by_a_fault(tmp_path):
    """A query that is still read would keep its connection, and its rollback waits for it."""
    closed = []

    def blocks():
        try:
            yield b"one"
            yield b"two"
        finally:
            closed.append(True)

    def no_space(_block):
        raise OSError(28, "No space left on device")

    read = blocks()
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "file", read, no_space)
    assert closed
