"""What each database role may do, whatever a view forgets or a trigger says."""

from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from claims.desk import reports
from tests.factories import (
    make_claim,
    make_editor,
    make_link_check,
    make_published,
    make_report,
    make_source,
    publish_claim,
)

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


INSERT = "INSERT INTO claims_report (edition_id, language, body, link, contact) "


def test_the_reporter_inserts_a_report():
    edition = make_published()
    with acting_as("factcheck_reporter") as cursor:
        cursor.execute(f"{INSERT} VALUES (%s, 'en', 'Wrong.', '', '')", [edition.pk])
    assert edition.reports.get().body == "Wrong."


def test_the_reporter_reads_nothing_at_all():
    for table in connection.introspection.table_names():
        refusal = pytest.raises(DatabaseError, match=f"permission denied for table {table}")
        with refusal, acting_as("factcheck_reporter") as cursor:
            cursor.execute(f"SELECT 1 FROM {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO claims_report (edition_id, language, body, status)"
        " SELECT 1, 'en', 'Wrong.', 'answered'",
        "INSERT INTO claims_report (edition_id, language, body, received_at)"
        " SELECT 1, 'en', 'Wrong.', now()",
        f"{INSERT} VALUES (1, 'en', 'Wrong.', '', '') RETURNING id",
        "UPDATE claims_report SET body = ''",
        "UPDATE claims_report SET answer = ''",
        "DELETE FROM claims_report",
        "TRUNCATE claims_report",
        "INSERT INTO claims_edition DEFAULT VALUES",
        "SELECT claims_take_report()",
    ],
)
def test_the_reporter_does_nothing_else(statement):
    refusal = pytest.raises(DatabaseError, match="permission denied")
    with refusal, acting_as("factcheck_reporter") as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("column", ["body", "link", "language", "edition_id", "received_at"])
def test_the_desk_cannot_rewrite_what_a_reader_wrote(column):
    make_report()
    refusal = pytest.raises(DatabaseError, match="permission denied for table claims_report")
    with refusal, acting_as("factcheck_desk") as cursor:
        cursor.execute(f"UPDATE claims_report SET {column} = {column}")


@pytest.mark.parametrize(
    "statement", ["DELETE FROM claims_report", f"{INSERT} VALUES (1, 'en', 'x', '', '')"]
)
def test_the_desk_neither_deletes_nor_invents_a_report(statement):
    refusal = pytest.raises(DatabaseError, match="permission denied for table claims_report")
    with refusal, acting_as("factcheck_desk") as cursor:
        cursor.execute(statement)


def test_the_desk_answers_a_report_and_forgets_a_contact_in_its_own_role():
    report, editor = make_report(contact="a@b.example"), make_editor()
    with acting_as("factcheck_desk"):
        answered = {"by": editor, "at": timezone.now(), "seen": reports.state(report)}
        reports.answer(report, note_en="Note.", note_fr="Note.", **answered)
        reports.forget_contacts([report], by=editor)
    report.refresh_from_db()
    assert (report.status, report.contact) == ("answered", "")


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


def test_the_desk_keeps_what_it_finds_of_a_link():
    with acting_as("factcheck_desk"):
        source = make_source()
        check = make_link_check(source, "broken")
        check.state, check.reason, check.failing_since = "ok", "", None
        check.save()
        source.url = "https://elsewhere.example/"
        source.save()
        assert not type(check).objects.exists()
