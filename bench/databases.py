"""The databases of a measurement: an archive, a copy that may be changed, the stock design's."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

CHECKOUT = Path(__file__).resolve().parent.parent
OURS, STOCK = "factcheck_measured", "factcheck_measured_stock"


def named(address: str, name: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def name_of(address: str) -> str:
    return urlsplit(address).path.lstrip("/")


def make(server: str, name: str, *, template: str = "template0") -> str:
    """A database of that name, in the place of one that is there already."""
    drop(server, name)
    with psycopg.connect(named(server, "postgres"), autocommit=True) as connection:
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
    return named(server, name)


def drop(server: str, name: str) -> None:
    with psycopg.connect(named(server, "postgres"), autocommit=True) as connection:
        command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(command.format(sql.Identifier(name)))


def server_address() -> str:
    """Of DATABASE_URL, or of the embedded server, which is started."""
    if address := os.environ.get("DATABASE_URL"):
        return address
    from factcheck.embedded_postgres.folders import Folders
    from factcheck.embedded_postgres.server import Server

    chosen = os.environ.get("FACTCHECK_PGDATA", "")
    server = Server.at(Folders.of_checkout(CHECKOUT, chosen=chosen, is_throwaway=False))
    server.ensure_running()
    place = {**server.connection_parameters}
    return f"postgres://{place.pop('user')}@/postgres?{urlencode(place)}"


def archive(address: str, claims: int) -> None:
    run("bench.archive", "--claims", str(claims), DATABASE_URL=address)


def stock(archive: str, address: str) -> None:
    run("bench.stock.fill", archive, address)


def run(module: str, *arguments: str, capture: bool = False, **environment: str) -> str:
    """Another program of the benchmarks, with its own settings."""
    command = [sys.executable, "-m", module, *arguments]
    given = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        command, check=True, env=given | environment, text=True, stdout=subprocess.PIPE
    )
    if not capture and done.stdout:
        print(done.stdout, file=sys.stderr, end="")
    return done.stdout
