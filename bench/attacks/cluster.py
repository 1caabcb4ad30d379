"""A PostgreSQL server of an attack's own, which may be killed: on a Unix socket, durable.

With the database and the roles that docs/operations.md describes: `factcheck_owner`, who
migrates, and `factcheck_app`, as whom the application logs in.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

DATABASE, OWNER, APPLICATION = "factcheck", "factcheck_owner", "factcheck_app"
SUPERUSER = "postgres"
MEMBERSHIPS = "factcheck_desk, factcheck_reader, factcheck_reporter"
UNPRIVILEGED = "nobody"


@dataclass
class Cluster:
    """The server of one folder. Nothing is switched off that keeps what was acknowledged."""

    home: Path
    programs: Path
    options: str = ""

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def make(self, *options: str) -> None:
        self.run(
            "initdb",
            *options,
            *("-D", self.data, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C"),
        )

    def start(self, *, is_awaited: bool = True) -> None:
        options = f"-h '' -k {self.home} -c max_connections=100 {self.options}"
        wait = "-w" if is_awaited else "-W"
        self.run("pg_ctl", "start", "-D", self.data, "-l", self.log, "-o", options, wait)

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "stop", "-D", self.data, "-m", mode, "-w")

    def promote(self) -> None:
        self.run("pg_ctl", "promote", "-D", self.data, "-w")

    def kill(self) -> None:
        """SIGKILL for every process of the server, and the files that a dead one leaves."""
        processes = self.processes()
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=20)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def processes(self) -> list[psutil.Process]:
        try:
            number = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            first = psutil.Process(number)
            # Children first would be replaced by the parent: it goes first.
            return [first, *first.children(recursive=True)]
        except (OSError, IndexError, ValueError, psutil.NoSuchProcess):
            return []

    def is_running(self) -> bool:
        return bool(self.processes())

    def url(self, user: str) -> str:
        return f"postgres://{user}@{str(self.home).replace('/', '%2F')}/{DATABASE}"

    def connect(
        self, user: str = SUPERUSER, *, dbname: str = DATABASE, **options: Any
    ) -> psycopg.Connection[Any]:
        where = {"host": str(self.home), "user": user, "dbname": dbname, "connect_timeout": 5}
        return psycopg.connect(autocommit=True, **where | options)

    def await_answer(self, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while True:
            try:
                self.connect(dbname="postgres").close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def make_database(self) -> None:
        with self.connect(dbname="postgres") as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def make_application_user(self) -> None:
        """Once the migrations have made the roles that it is a member of."""
        with self.connect(OWNER) as connection:
            connection.execute(f"CREATE ROLE {APPLICATION} LOGIN IN ROLE {MEMBERSHIPS}")

    def run(self, name: str, *arguments: str | Path, **options: Any) -> str:
        return run_as_server_user(self.programs / name, *arguments, **options)


def run_as_server_user(*command: str | Path, **options: Any) -> str:
    """Run one of PostgreSQL's programs, which refuse to run as root; raise with what it says.

    The output goes to a file: the server that pg_ctl leaves behind would keep a pipe open.
    """
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    environment = {name: value for name, value in os.environ.items() if name[:2] != "PG"}
    with tempfile.TemporaryFile() as output:
        result = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            env=environment | {"LC_ALL": "C"},
            **options,
        )
        output.seek(0)
        said = output.read().decode(errors="replace").strip()
    if result.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {said}")
    return said


def give_away(folder: Path) -> Path:
    """To the user that PostgreSQL runs as, if that is another one."""
    folder.chmod(0o755)
    if os.geteuid() == 0:
        entry = pwd.getpwnam(UNPRIVILEGED)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    return folder


def usual_programs() -> Path:
    """The embedded server's own."""
    from factcheck.embedded_postgres.programs import program_folder

    return program_folder()


def usual_place() -> str:
    """In memory where possible: what a killed process has written outlives it there as well.

    Only a power cut would tell the difference, and nobody's disk is in the way of the figures.
    """
    memory = Path("/dev/shm")
    is_usable = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 << 30
    return str(memory) if is_usable else tempfile.gettempdir()


@contextmanager
def cluster(
    programs: Path | None = None,
    *,
    options: str = "",
    parent: Path | None = None,
    init: tuple[str, ...] = (),
) -> Iterator[Cluster]:
    """A running server, gone afterwards. Its folder is short: sockets have short addresses."""
    home = Path(tempfile.mkdtemp(prefix="attack-", dir=parent or usual_place()))
    made = Cluster(give_away(home), programs or usual_programs(), options)
    try:
        made.make(*init)
        made.start()
        yield made
    finally:
        made.kill()
        shutil.rmtree(home)
