"""The database of this process, dumped, dropped and restored, as docs/operations.md says."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench.attacks.cluster import give_away
from factcheck.embedded_postgres.programs import run_program


def dump_and_restore() -> None:
    """Everything must be committed, and nobody else connected. For the embedded server."""
    from django.db import connection, connections

    connection.ensure_connection()
    given: dict[str, Any] = connection.get_connection_params()
    database = given["dbname"]
    connections.close_all()
    where = ["-h", given["host"], "-p", str(given["port"]), "-U", given["user"]]
    folder = give_away(Path(tempfile.mkdtemp(prefix="attack-dump-")))
    try:
        file = folder / "factcheck.dump"
        run_program("pg_dump", *where, "-Fc", "-f", file, database)
        names = {"host": given["host"], "port": given["port"], "user": given["user"]}
        with psycopg.connect(dbname="postgres", autocommit=True, **names) as server:
            name = sql.Identifier(database)
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        run_program("pg_restore", *where, "-d", database, "--exit-on-error", file)
    finally:
        shutil.rmtree(folder)
