"""Fixtures that every folder of tests shares: the database's ways, nothing about claims."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase
from django.utils import translation
from psycopg import sql

ROLES = {"reader": "factcheck_reader", "reporter": "factcheck_reporter"}


@pytest.fixture(scope="session", autouse=True)
def _vendor_is_postgresql() -> None:
    assert connection.vendor == "postgresql", "The record needs PostgreSQL: see settings/test.py."


@pytest.fixture(scope="session", autouse=True)
def _readers_connections_end_before_their_database(django_db_setup: None) -> Iterator[None]:
    """The aliases are mirrors, whose connections nobody else closes."""
    yield
    for alias in ROLES:
        connections[alias].close()


@pytest.fixture(autouse=True)
def _language_ends_with_the_test() -> Iterator[None]:
    """A request leaves its language active in the thread: the next test starts in English."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def _flush_despite_triggers() -> Iterator[None]:
    """Transactional tests end in a TRUNCATE, which the record's triggers refuse."""
    original = TransactionTestCase._fixture_teardown

    def teardown(test_case: TransactionTestCase) -> None:
        with truncation_allowed():
            original(test_case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@contextmanager
def truncation_allowed() -> Iterator[None]:
    """Switch off the triggers that would fire on TRUNCATE, then on again as they were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger"
            # 32 is the bit of TRUNCATE; D means switched off already.
            " WHERE NOT tgisinternal AND tgtype & 32 <> 0 AND tgenabled <> 'D'"
        )
        triggers = cursor.fetchall()
        for table, trigger, _ in triggers:
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{trigger}"')
    try:
        yield
    finally:
        enable = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}
        with connection.cursor() as cursor:
            for table, trigger, state in triggers:
                cursor.execute(f'ALTER TABLE {table} {enable[state]} TRIGGER "{trigger}"')


@pytest.fixture
def shared_reader(db: None) -> Iterator[BaseDatabaseWrapper]:
    """The alias `reader` on the test's own connection, in the reader's role query by query.

    So readers' pages see the rows that this test has not committed, and still get
    "permission denied" for the desk's tables. As with a connection of its own, a refused
    query leaves the test's transaction as it was.
    """
    with _shared("reader") as reader:
        yield reader


@pytest.fixture
def shared_reporter(db: None) -> Iterator[BaseDatabaseWrapper]:
    """The alias `reporter` in the same way, in the role that may insert reports."""
    with _shared("reporter") as reporter:
        yield reporter


@contextmanager
def _shared(alias: str) -> Iterator[BaseDatabaseWrapper]:
    own = connections[alias]
    default = connections["default"]
    shared = default.copy(alias=alias)
    shared.connection = default.connection
    shared.autocommit = default.autocommit
    shared.in_atomic_block = default.in_atomic_block
    connections[alias] = shared
    try:
        with shared.execute_wrapper(_in_its_role):
            yield shared
    finally:
        shared.connection = None
        connections[alias] = own


def _in_its_role(execute, statement, parameters, many, context):
    if "SAVEPOINT" in statement:
        # One made inside ours would end with it.
        return execute(statement, parameters, many, context)
    shared = context["connection"]
    run = shared.connection.execute
    role = sql.Identifier(ROLES[shared.alias])
    run(sql.SQL("SAVEPOINT its_query; SET LOCAL ROLE {}").format(role))
    try:
        result = execute(statement, parameters, many, context)
    except BaseException:
        run("ROLLBACK TO SAVEPOINT its_query; RELEASE SAVEPOINT its_query")
        raise
    run("RESET ROLE; RELEASE SAVEPOINT its_query")
    return result
