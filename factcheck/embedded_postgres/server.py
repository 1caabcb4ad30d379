"""Starting and stopping the embedded server."""

import atexit
import os
import shlex
import shutil
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

import psutil
import psycopg
from psycopg import sql

from factcheck.embedded_postgres.errors import EmbeddedServerError
from factcheck.embedded_postgres.folders import SOCKET_NAME, Folders
from factcheck.embedded_postgres.locks import Use, exclusive
from factcheck.embedded_postgres.programs import run_program, server_owner

DATABASE = "factcheck"
SUPERUSER = "postgres"
PORT = 5432
DURABLE = "-c max_connections=200"
# Lost in a power cut, and made anew then: for the test suite only. A test that fills tables in its
# transaction would be planned with what autovacuum last saw of them: nothing.
UNSAFE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
THROWAWAY = f"{DURABLE} {UNSAFE} -c autovacuum=off"


class Server:
    """The server of one folder, as this process sees it."""

    _known: ClassVar[dict[Folders, "Server"]] = {}
    _lock: ClassVar[threading.RLock] = threading.RLock()

    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        self.use: Use | None = None

    @classmethod
    def at(cls, folders: Folders) -> "Server":
        with cls._lock:
            return cls._known.setdefault(folders, cls(folders))

    @classmethod
    def forget_all(cls) -> None:
        """In a forked child: the parent's share is not the child's, which takes its own."""
        cls._lock = threading.RLock()
        for server in cls._known.values():
            if server.use:
                server.use.end()
        cls._known.clear()

    @property
    def connection_parameters(self) -> dict[str, Any]:
        return {"host": str(self.folders.socket), "port": PORT, "user": SUPERUSER}

    def ensure_running(self) -> None:
        """Start the server unless it runs, with its database."""
        if self.use and self._has_socket():
            return
        with self._lock:
            owner = server_owner()
            self.folders.make(owner)
            with exclusive(self.folders.home / "start.lock"):
                if self.use is None:
                    self.use = Use(self.folders.home / "use.lock")
                    atexit.register(self.leave)
                if not self.is_answering():
                    self._start(owner)
                self._make_database()

    def leave(self) -> None:
        """Stop the server if nobody else uses it."""
        with self._lock:
            if self.use is None:
                return
            with exclusive(self.folders.home / "start.lock"):
                if self.use.is_the_last():
                    self.stop()
                self.use.end()
                self.use = None

    def stop(self) -> bool:
        """Stop the server, whoever uses it; False if it was not running."""
        if not self.is_answering():
            return False
        run_program("pg_ctl", "stop", "-D", self.folders.data, "-m", "fast", "-w")
        return True

    def is_answering(self) -> bool:
        if not self._has_socket():
            return False
        try:
            psycopg.connect(
                dbname="postgres", connect_timeout=5, **self.connection_parameters
            ).close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection:
        where = self.connection_parameters
        return psycopg.connect(dbname="postgres", autocommit=True, connect_timeout=5, **where)

    def _has_socket(self) -> bool:
        return (self.folders.socket / SOCKET_NAME).exists()

    def _start(self, owner: tuple[int, int] | None) -> None:
        if not self.folders.data.exists():
            self._make_data(owner)
        if self._is_starting():
            return
        self._remove_stale_files()
        try:
            self._run_server()
        except EmbeddedServerError:
            if not self.folders.is_throwaway:
                raise
            shutil.rmtree(self.folders.data)
            self._make_data(owner)
            self._run_server()

    def _make_data(self, owner: tuple[int, int] | None) -> None:
        """Under another name until it is complete, so that an interruption leaves nothing."""
        unfinished = self.folders.unfinished_data
        if unfinished.exists():
            shutil.rmtree(unfinished)
        self.folders.make_private(unfinished, owner)
        run_program(
            "initdb",
            *("-D", unfinished, "-U", SUPERUSER, "--encoding=UTF8", "--auth=trust"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *(["--no-sync"] if self.folders.is_throwaway else []),
        )
        unfinished.rename(self.folders.data)

    def _run_server(self) -> None:
        log = self.folders.data / "server.log"
        log.unlink(missing_ok=True)
        tuning = THROWAWAY if self.folders.is_throwaway else DURABLE
        socket = shlex.quote(str(self.folders.socket))
        options = f"-h '' -k {socket} -p {PORT} -c unix_socket_permissions=0700 {tuning}"
        try:
            run_program("pg_ctl", "start", "-D", self.folders.data, "-l", log, "-o", options, "-w")
        except EmbeddedServerError as error:
            said = log.read_text(errors="replace")[-2000:] if log.exists() else str(error)
            raise EmbeddedServerError(
                f"The database in {self.folders.home} does not start: {said.strip()}"
            ) from error

    def _is_starting(self) -> bool:
        """Whether a process that was killed meanwhile has started the server: wait for it."""
        process_file = self.folders.data / "postmaster.pid"
        deadline = time.monotonic() + 20
        while self._is_our_server(number := _first_number(process_file)):
            if self.is_answering():
                return True
            if time.monotonic() > deadline:
                raise EmbeddedServerError(
                    f"The database server in {self.folders.home} runs (process {number}) but "
                    "does not answer: end that process, then try again."
                )
            time.sleep(0.05)
        return False

    def _remove_stale_files(self) -> None:
        """After kill -9 or a reboot two files name a process that is gone, or another one now.

        PostgreSQL would see the number alive and refuse to start for ever.
        """
        (self.folders.data / "postmaster.pid").unlink(missing_ok=True)
        for file in self.folders.socket.glob(".s.PGSQL.*"):
            file.unlink()

    def _is_our_server(self, number: int) -> bool:
        if number <= 0:
            return False
        try:
            process = psutil.Process(number)
            return process.status() != psutil.STATUS_ZOMBIE and os.path.samefile(
                process.cwd(), self.folders.data
            )
        except (psutil.Error, OSError):
            return False

    def _make_database(self) -> None:
        with psycopg.connect(
            dbname="postgres", autocommit=True, **self.connection_parameters
        ) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if found.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _first_number(file: Path) -> int:
    try:
        return int(file.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return -1


os.register_at_fork(after_in_child=Server.forget_all)
