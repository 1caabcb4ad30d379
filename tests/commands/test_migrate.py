"""Migrating without the right to create roles: one sentence and the SQL, or a whole database."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

OWNER = "factcheck_test_owner"
DATABASE = "factcheck_test_owned"


def server(**changes):
    """Another database of the same server, as a URL and as psycopg takes it."""
    given = conninfo_to_dict(connection.connection.info.dsn) | changes
    given = {key: value for key, value in given.items() if key != "options"}
    return make_conninfo("", **given)


@pytest.fixture
def owner(django_db_blocker):
    """A user who owns an empty database, and may create nothing but what is in it."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
        info = connection.connection.info
        with psycopg.connect(server(dbname="postgres"), autocommit=True) as root:
            clean(root)
            root.execute(f"CREATE ROLE {OWNER} LOGIN PASSWORD 'secret' NOCREATEROLE")
            root.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
            yield info
            clean(root)


def clean(root):
    root.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    if root.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
        root.execute(f"DROP ROLE {OWNER}")


def migrate(info):
    url = f"postgres://{OWNER}:secret@{info.host.replace('/', '%2F')}:{info.port}/{DATABASE}"
    return subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "factcheck.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )


def tables(user):
    with psycopg.connect(server(dbname=DATABASE)) as root:
        [count] = root.execute(
            "SELECT count(*) FROM pg_tables WHERE tableowner = %s", [user]
        ).fetchone()
    return count


@pytest.mark.django_db
def test_one_who_may_not_create_roles_is_told_what_to_run_and_then_migrates(owner):
    refused = migrate(owner)
    assert refused.returncode == 1
    sentence, *statements = refused.stderr.strip().splitlines()
    assert sentence.startswith(f"CommandError: The database user “{OWNER}” may neither create nor")
    assert "Traceback" not in refused.stderr
    assert tables(OWNER) == 0

    with psycopg.connect(server(dbname="postgres"), autocommit=True) as root:
        for statement in statements:
            root.execute(statement)
    assert migrate(owner).stderr == ""
    assert tables(OWNER) > 20
    with psycopg.connect(server(dbname=DATABASE), autocommit=True) as root:
        root.execute(f"SET SESSION AUTHORIZATION {OWNER}")
        root.execute("SET ROLE factcheck_reader")
        root.execute("SELECT 1 FROM claims_edition")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            root.execute("SELECT 1 FROM claims_claim")
