"""What each database role may do, whatever a view forgets or a trigger says."""

from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories import make_claim, make_published, publish_claim

pytestmark = pytest.mark.django_db

READABLE = {"claims_edition", "claims_term", "claims_rating"}


@contextmanager
def acting_as(role):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield cursor
        cursor.execute("RESET ROLE")


def test_the_reader_is_denied_every_other_table():
    tables = set(connection.introspection.table_names())
    assert tables > READABLE
    for table in tables - READABLE:
        refusal = pytest.raises(DatabaseError, match=f"permission denied for table {table}")
        with refusal, acting_as("factcheck_reader") as cursor:
            cursor.execute(f"SELECT 1 FROM {table}")


@pytest.mark.parametrize("table", sorted(READABLE))
def test_the_reader_reads_the_record(table):
    with acting_as("factcheck_reader") as cursor:
        cursor.execute(f"SELECT * FROM {table}")


@pytest.mark.parametrize("table", sorted(READABLE))
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "TRUNCATE {}", "INSERT INTO {} DEFAULT VALUES"])
def test_the_reader_changes_nothing(table, verb):
    refusal = pytest.raises(DatabaseError, match="permission denied")
    with refusal, acting_as("factcheck_reader") as cursor:
        cursor.execute(verb.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claims_edition SET payload = ''",
        "DELETE FROM claims_edition",
        "TRUNCATE claims_edition CASCADE",
        "UPDATE claims_move SET note = ''",
        "DELETE FROM claims_move",
        "INSERT INTO claims_redaction DEFAULT VALUES",
        "UPDATE claims_redaction SET reason = ''",
        "DELETE FROM claims_redaction",
        "ALTER TABLE claims_edition DISABLE TRIGGER USER",
        "UPDATE claims_claimevent SET pgh_label = ''",
        "DELETE FROM claims_noteevent",
    ],
)
def test_the_desk_cannot_rewrite_the_record_even_without_triggers(statement):
    make_published()
    refusal = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with refusal, acting_as("factcheck_desk") as cursor:
        cursor.execute(statement)


def test_the_desk_role_can_do_a_desks_work():
    with acting_as("factcheck_desk"):
        edition = publish_claim(make_claim())
    assert edition.number == 1
