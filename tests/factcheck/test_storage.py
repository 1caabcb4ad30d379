"""Static files on a disk that is full: whole, or as they were, and mended by the next try."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from bench.attacks.production import ENVIRONMENT

# Ends a write in its middle with an error, as a full disk does.
LIMIT = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({largest}, {largest}))\n"
COLLECT = """
import runpy, sys
sys.argv = ["manage.py", "collectstatic", "--no-input", "--verbosity=0"]
runpy.run_path("manage.py", run_name="__main__")
"""
SAVE_MANIFEST = """
import django
django.setup()
from django.contrib.staticfiles.storage import staticfiles_storage as storage
storage.hashed_files = {"a.css": "a.%s.css"}
storage.save_manifest()
"""


def run(script: str, folder: Path, *, largest: int | None = None) -> int:
    """As a public site whose files are in `folder`; none may grow over `largest` bytes."""
    environment = {
        **ENVIRONMENT,
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "factcheck.settings.production",
        "FACTCHECK_STATIC_ROOT": str(folder),
    }
    limit = LIMIT.format(largest=largest) if largest else ""
    command = [sys.executable, "-c", limit + script]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, check=False
    ).returncode


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_what_did_not_fit_is_whole_after_the_next_collectstatic(tmp_path):
    assert run(COLLECT, tmp_path / "clean") == 0
    expected = contents(tmp_path / "clean")
    assert run(COLLECT, tmp_path / "full", largest=20_000) != 0
    left = contents(tmp_path / "full")
    assert left
    assert left.items() <= expected.items()
    assert run(COLLECT, tmp_path / "full") == 0
    assert contents(tmp_path / "full") == expected


def test_a_manifest_that_does_not_fit_leaves_that_of_the_running_release(tmp_path):
    assert run(SAVE_MANIFEST % "old", tmp_path) == 0
    before = contents(tmp_path)
    assert run(SAVE_MANIFEST % "new", tmp_path, largest=50) != 0
    assert contents(tmp_path) == before
    assert run(SAVE_MANIFEST % "new", tmp_path) == 0
    assert b"new" in contents(tmp_path)["staticfiles.json"]
