"""Runs tests on the oldest PostgreSQL that is supported, where Debian's programs of it are.

    python .ci/oldest_postgres.py [arguments of pytest]

The server is made for it, in a temporary folder and on a Unix socket, and removed afterwards.
Without the programs it says that nothing ran.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OLDEST = 15
PROGRAMS = Path(f"/usr/lib/postgresql/{OLDEST}/bin")
# What speaks to the database most: the rest is the same Python on every version.
TESTS = [
    "tests/models",
    "tests/record",
    "tests/interchange",
    "tests/journeys/test_fixtures.py",
    "tests/journeys/test_round_trip.py",
]
UNSAFE = "-c fsync=off -c synchronous_commit=off -c autovacuum=off"
SETTINGS = f"-c listen_addresses='' -c max_connections=50 {UNSAFE}"


def main() -> int:
    if not PROGRAMS.is_dir():
        print(f"PostgreSQL {OLDEST} is not installed: nothing was tested on it.")
        return 0
    # Not TMPDIR: the address of a socket is short.
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="factcheck-oldest-") as folder:
        place, data = Path(folder), Path(folder) / "data"
        if os.geteuid() == 0:
            shutil.chown(place, "nobody")
        run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8")
        log, options = place / "log", f"{SETTINGS} -k {place}"
        run("pg_ctl", "start", "-w", "-s", "-D", data, "-l", log, "-o", options)
        try:
            return tested(str(place))
        finally:
            run("pg_ctl", "stop", "-w", "-s", "-m", "immediate", "-D", data)


def run(program: str, *arguments: str | Path) -> None:
    """As an ordinary user: PostgreSQL refuses root."""
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    subprocess.run(
        [PROGRAMS / program, *arguments],
        check=True,
        user=user,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )


def tested(socket: str) -> int:
    address = f"postgres://postgres@{socket.replace('/', '%2F')}/postgres"
    command = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal", "-q"]
    return subprocess.run(
        [*command, *(sys.argv[1:] or TESTS)],
        env={**os.environ, "DATABASE_URL": address},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
