"""The suite's own fixtures keep what they promise."""

import pytest
from django.contrib.auth.models import User
from django.db import ProgrammingError, connection, connections, transaction
from django.test import TransactionTestCase


def current_role(alias):
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


def test_shared_reader_queries_in_the_readers_role(shared_reader):
    assert current_role("reader") == "factcheck_reader"
    assert current_role("default") != "factcheck_reader"


def test_shared_reader_refuses_a_table_of_the_desk_and_leaves_the_transaction_usable(
    shared_reader,
):
    with pytest.raises(ProgrammingError, match="permission denied"):
        User.objects.using("reader").count()
    assert User.objects.count() == 0
    assert current_role("default") != "factcheck_reader"
    assert current_role("reader") == "factcheck_reader"


def test_shared_reader_sees_rows_that_are_not_committed(shared_reader):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE proof (id int); GRANT SELECT ON proof TO factcheck_reader")
        cursor.execute("INSERT INTO proof VALUES (7)")
    with connections["reader"].cursor() as cursor:
        cursor.execute("SELECT id FROM proof")
        assert cursor.fetchall() == [(7,)]


def test_shared_reader_recovers_inside_a_savepoint(shared_reader):
    with pytest.raises(ProgrammingError), transaction.atomic():
        User.objects.using("reader").count()
    with pytest.raises(ProgrammingError), transaction.atomic(using="reader"):
        User.objects.using("reader").count()
    assert User.objects.count() == 0


def test_shared_reader_counts_only_the_queries_of_the_page(
    shared_reader, django_assert_num_queries
):
    with django_assert_num_queries(1, connection=shared_reader):
        current_role("reader")


@pytest.mark.django_db(transaction=True)
def test_flush_empties_a_table_that_refuses_truncate():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_proof() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'no'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER refuse_proof BEFORE TRUNCATE ON auth_user"
            " EXECUTE FUNCTION refuse_proof()"
        )
    try:
        User.objects.create(username="anna")
        TransactionTestCase("__init__")._fixture_teardown()
        assert not User.objects.exists()
        with connection.cursor() as cursor, pytest.raises(Exception, match="no"):
            cursor.execute("TRUNCATE auth_user CASCADE")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse_proof CASCADE")
