"""A PostgreSQL primary with standbys on loopback, as docs/scaling.md sets them up.

Passwords over TCP, one replication slot for each standby. Lost with the block that made it.
"""

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from factcheck.embedded_postgres.programs import run_program, server_owner

OWNER = "postgres"
APPLICATION = "factcheck_app"
ROLES = ("factcheck_desk", "factcheck_reader", "factcheck_reporter")
DATABASE = "facts"
# Of a standby: look for the primary often, and give it up soon.
SETTINGS = """
wal_retrieve_retry_interval = 500ms
wal_receiver_timeout = 10s
wal_sender_timeout = 10s
max_wal_size = 1GB
"""


class Server:
    """One server of the cluster."""

    def __init__(self, home: Path, name: str, password: str) -> None:
        self.name = name
        self.password = password
        self.data = home / name
        self.port = free_port()

    def address(self, user: str = APPLICATION) -> str:
        return f"postgres://{user}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def start(self, *options: str) -> None:
        given = " ".join([f"-p {self.port} -h 127.0.0.1 -k '' -c fsync=off", *options])
        log = self.data / "server.log"
        run_program("pg_ctl", "start", "-D", self.data, "-l", log, "-o", given, "-w")

    def stop(self) -> None:
        run_program("pg_ctl", "stop", "-D", self.data, "-m", "immediate", "-w")

    def signal(self, number: int) -> None:
        """To all of its processes."""
        first = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
        for process in (first, *first.children()):
            process.send_signal(number)

    def run(self, statement: str, database: str = DATABASE) -> list[tuple]:
        """As the owner, at once."""
        where = self.address(OWNER).replace(DATABASE, database)
        with psycopg.connect(where, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def make_data(self) -> None:
        secret = self.data.with_name("password")
        secret.write_text(self.password)
        shutil.chown(secret, *(server_owner() or (os.geteuid(), os.getegid())))
        run_program(
            "initdb",
            *("-D", self.data, "-U", OWNER, "--encoding=UTF8", "--no-sync"),
            *("--auth=scram-sha-256", "--pwfile", secret),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        )
        configure(self.data)

    def make_roles(self) -> None:
        """The application's user, with no more than docs/administration.md gives it."""
        for role in ROLES:
            self.run(f"CREATE ROLE {role} NOLOGIN", "postgres")
        login = f"CREATE ROLE {APPLICATION} LOGIN PASSWORD '{self.password}'"
        self.run(f"{login} IN ROLE {', '.join(ROLES)}", "postgres")
        self.run(f"CREATE DATABASE {DATABASE}", "postgres")

    def copy_of(self, primary: "Server") -> None:
        where = f"host=127.0.0.1 port={primary.port} user={OWNER} password={self.password}"
        run_program(
            "pg_basebackup",
            *("-d", where, "-D", self.data, "--checkpoint=fast", "--no-sync"),
            *("--write-recovery-conf", "--create-slot", "--slot", self.name),
        )


@contextmanager
def cluster(standbys: int) -> Iterator[tuple[Server, list[Server]]]:
    """A primary with an empty database, and servers yet to be copied from it."""
    home = Path(tempfile.mkdtemp(prefix="factcheck-cluster-"))
    os.chown(home, *(server_owner() or (os.geteuid(), os.getegid())))
    password = secrets.token_hex(16)
    primary = Server(home, "primary", password)
    replicas = [Server(home, f"standby_{number}", password) for number in range(1, standbys + 1)]
    try:
        primary.make_data()
        primary.start()
        primary.make_roles()
        yield primary, replicas
    finally:
        for server in (*replicas, primary):
            if (server.data / "postmaster.pid").exists():
                server.stop()
        shutil.rmtree(home)


def configure(data: Path) -> None:
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS)


def free_port() -> int:
    """Below those that outgoing connections take."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
