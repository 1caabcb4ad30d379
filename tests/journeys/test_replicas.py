"""A real primary with two standbys, under load, while they are stopped, paused and left alone."""

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from bench.attacks import replicas
from bench.cluster import OWNER
from factcheck.embedded_postgres.programs import run_program


@pytest.fixture
def tables(db):
    """Copies the tests' own tables to a server: faster than migrating it."""

    def copy(primary):
        here = connection.get_connection_params()
        place = {name: here[name] for name in ("host", "port", "user", "password") if name in here}
        name = connection.settings_dict["NAME"]
        file = primary.data.with_name("tables.sql")
        run_program("pg_dump", "-d", make_conninfo(dbname=name, **place), "-f", file)
        # Our functions name each other without their schema.
        file.write_text(file.read_text().replace("'search_path', ''", "'search_path', 'public'"))
        where = ("-d", primary.address(OWNER))
        run_program("psql", "-q", "-v", "ON_ERROR_STOP=1", *where, "-f", file)

    return copy


def test_readers_are_never_shown_an_old_page_that_does_not_say_so(tables):
    trial = replicas.attack(replicas.short, limit=2, readers=2, workers=1, tables=tables)
    assert trial.faults == []
    assert trial.counts["fresh"] > 20
    assert trial.counts["told"] > 20
    assert trial.counts["unavailable"] == 0
    assert len(trial.clerk.published) > 3
