"""verifyrecord finds whatever was changed behind the record's back, and names the row."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.desk import workflow
from claims.models import Claim, Edition
from claims.record.chain import sha256
from claims.record.publishing import chain_hash_of, redact
from claims.record.verifying import LISTING_COLUMNS, faults
from tests.factories import (
    make_claim,
    make_published,
    make_rated_claim,
    make_section,
    make_topic,
    make_user,
    publish,
    publish_claim,
    submit,
    withdraw,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    """Five editions: one claim published twice, one withdrawn, one left as it is."""
    claim = make_rated_claim(section=make_section(number=1), topics=[make_topic()])
    publish_claim(claim)
    workflow.revise(claim, by=make_user(), at=timezone.now())
    Claim.objects.filter(pk=claim.pk).update(summary_en="Better.")
    claim.refresh_from_db()
    publish(submit(claim))
    withdrawn = make_claim()
    publish_claim(withdrawn)
    withdraw(withdrawn)
    make_published()


def tamper(statement, *parameters):
    """Write as an owner who has switched triggers and foreign keys off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "ALTER TABLE claims_edition"
            " DROP CONSTRAINT IF EXISTS edition_payload_matches_its_hash,"
            " DROP CONSTRAINT IF EXISTS edition_superseded_after_publication,"
            " DROP CONSTRAINT IF EXISTS edition_claim_number_unique,"
            " DROP CONSTRAINT IF EXISTS edition_approver_is_another_person"
        )
        cursor.execute("DROP INDEX IF EXISTS edition_one_current_per_claim")
        cursor.execute(statement, parameters or None)
        cursor.execute("SET LOCAL session_replication_role = origin")


def first_fault():
    return str(next(faults(), None))


def test_an_untouched_record_verifies(record):
    assert list(faults()) == []


CHANGES = {
    "claim_slug": "'another'",
    "number": "7",
    "kind": "'withdrawal'",
    "published_at": "published_at - interval '1 day'",
    "superseded_at": "now() + interval '1 day'",
    "submitted_by_id": "approved_by_id",
    "approved_by_id": "submitted_by_id",
    "people_salt": "'x'",
    "format_version": "1",
    "payload": "replace(payload, 'Statement', 'Lie')",
    "payload_sha256": "repeat('0', 64)",
    "previous_hash": "'x'",
    "chain_hash": "'x'",
    "claim_id": "(SELECT max(id) FROM claims_claim)",
    "statement_en": "'x'",
    "statement_fr": "'x'",
    "summary_en": "'x'",
    "summary_fr": "'x'",
    "scale": "9",
    "rating": "'true'",
    "rating_value": "5",
    "is_outdated": "true",
    "claim_kind": "'x'",
    "document_slug": "'x'",
    "section_number": "9",
    "position": "999",
    "claimant_slug": "'x'",
    "reported_claimant_slug": "'x'",
    "topics": "'{x}'",
    "made": "'1999'",
    "event_date": "'1999'",
    "correction_class": "'typo'",
    "words_en": "'x'",
    "words_fr": "'x'",
    "names": "'x'",
}


def test_the_table_of_changes_names_every_column():
    columns = {field.column for field in Edition._meta.fields if not field.generated}
    assert set(CHANGES) == columns - {"sequence"}


def test_every_listing_column_is_recomputed():
    others = {
        "sequence",
        "claim",
        "claim_slug",
        "number",
        "kind",
        "published_at",
        "superseded_at",
        "submitted_by",
        "approved_by",
        "people_salt",
        "format_version",
        "payload",
        "payload_sha256",
        "previous_hash",
        "chain_hash",
    }
    columns = {field.name for field in Edition._meta.fields if not field.generated}
    assert set(LISTING_COLUMNS) == columns - others


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_column_is_found_and_located(record, column):
    tamper(f"UPDATE claims_edition SET {column} = {CHANGES[column]} WHERE sequence = 2")
    assert first_fault().startswith("Edition 2 (")


def test_a_payload_forged_with_all_its_hashes_breaks_the_chain_after_it(record):
    edition = Edition.objects.get(sequence=2)
    edition.payload = edition.payload.replace("Better.", "Worse.")
    edition.payload_sha256 = sha256(edition.payload)
    tamper(
        "UPDATE claims_edition SET payload = %s, payload_sha256 = %s, chain_hash = %s,"
        " summary_en = 'Worse.', words_en = replace(words_en, 'Better.', 'Worse.')"
        " WHERE sequence = 2",
        edition.payload,
        edition.payload_sha256,
        chain_hash_of(edition),
    )
    assert first_fault().startswith("Edition 3 (")
    assert "hash of the edition before" in first_fault()


def test_a_deleted_edition_is_found(record):
    tamper("DELETE FROM claims_edition WHERE sequence = 3")
    assert first_fault().startswith("Edition 4 (")


def test_swapped_editions_are_found(record):
    tamper(
        "UPDATE claims_edition SET sequence = 0 WHERE sequence = 3;"
        "UPDATE claims_edition SET sequence = 3 WHERE sequence = 4;"
        "UPDATE claims_edition SET sequence = 4 WHERE sequence = 0;"
    )
    assert first_fault().startswith("Edition 3 (")


def test_an_edition_opened_again_is_found(record):
    tamper("UPDATE claims_edition SET superseded_at = NULL WHERE sequence = 1")
    assert "Edition 1 (" in first_fault()
    assert "not closed" in first_fault()


def test_a_closing_without_successor_is_found(record):
    tamper("UPDATE claims_edition SET superseded_at = now() WHERE sequence = 5")
    assert "no later edition" in first_fault()


def test_a_text_gone_without_redaction_is_found(record):
    tamper("UPDATE claims_edition SET payload = '' WHERE sequence = 1")
    assert "no redaction says why" in first_fault()


def test_a_wrong_count_is_found(record):
    tamper("UPDATE claims_term SET live_count = live_count + 1 WHERE kind = 'topic'")
    assert first_fault().startswith("Term topic")


def test_a_term_of_something_unpublished_is_found(record):
    tamper(
        "INSERT INTO claims_term (kind, slug, label_en, label_fr, position, details, live_count)"
        " VALUES ('document', 'secret', 'Secret', 'Secret', 0, '{}', 1)"
    )
    assert first_fault() == ("Term document secret: it counts 1 live editions, but there are 0")


def test_a_redacted_record_verifies(record):
    edition = Edition.objects.get(sequence=1)
    redact(edition, reason="Court order.", by=None, at=timezone.now())
    assert list(faults()) == []


def test_a_first_edition_corrected_nothing_even_once_redacted(record):
    redact(Edition.objects.get(sequence=1), reason="Court order.", by=None, at=timezone.now())
    tamper("UPDATE claims_edition SET correction_class = 'typo' WHERE sequence = 1")
    assert first_fault().endswith("its column correction_class does not fit its payload")


@pytest.mark.parametrize("version", [1, 9])
def test_a_redacted_edition_has_a_format_of_its_time(record, version):
    redact(Edition.objects.get(sequence=3), reason="Court order.", by=None, at=timezone.now())
    assert list(faults()) == []
    tamper(f"UPDATE claims_edition SET format_version = {version} WHERE sequence = 3")
    assert first_fault().startswith("Edition 3 (")
    assert first_fault().endswith("nothing was written in its format at that time")


def test_what_the_database_computes_is_not_fetched(record):
    """It is longer than the payload, and would take half of the time."""
    with CaptureQueriesContext(connection) as asked:
        assert list(faults()) == []
    rows = [query["sql"] for query in asked if "payload_sha256" in query["sql"]]
    assert len(rows) == 1
    assert not [name for name in ("search", "targets", "details") if f'"{name}"' in str(asked[:])]


def test_a_text_that_came_back_after_its_redaction_is_found(record):
    edition = Edition.objects.get(sequence=1)
    redact(edition, reason="Court order.", by=None, at=timezone.now())
    tamper("UPDATE claims_edition SET payload = %s WHERE sequence = 1", edition.payload)
    assert "still there" in first_fault()


def run(**options):
    output = StringIO()
    call_command("verifyrecord", stdout=output, **options)
    return output.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_command_prints_the_head_and_knows_it_again():
    make_published()
    make_published()
    head = run().rpartition("Head: ")[2].strip()
    assert head.startswith("2:")
    assert "2 editions verified" in run(head=head)


@pytest.mark.django_db(transaction=True)
def test_a_record_cut_off_at_its_end_is_found_by_an_earlier_head():
    make_published()
    second = make_published()
    head = f"2:{second.chain_hash}"
    tamper_for_good("DELETE FROM claims_edition WHERE sequence = 2")
    with pytest.raises(CommandError, match="no longer contains edition 2"):
        run(head=head)


@pytest.mark.django_db(transaction=True)
def test_the_command_fails_and_names_the_row():
    make_published()
    tamper_for_good("UPDATE claims_edition SET statement_en = 'x' WHERE sequence = 1")
    with pytest.raises(CommandError, match=r"Edition 1 \(claim-\d+ #1\): its column statement_en"):
        run()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("head", ["nonsense", "2", "x:y"])
def test_a_head_that_cannot_be_read_is_refused(head):
    with pytest.raises(CommandError, match="as it was printed"):
        run(head=head)


@pytest.mark.django_db(transaction=True)
def test_an_empty_record_is_said_to_be_empty():
    assert run() == "The record is empty.\n"


def tamper_for_good(statement):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


# Markup


@pytest.mark.django_db(transaction=True)
def test_the_claimreviews_of_the_whole_record_are_checked(capsys, monkeypatch):
    monkeypatch.setattr("claims.checks.NEWEST", 1)
    for _number in range(2):
        publish_claim(make_rated_claim("false", statement_en="x" * 80))
    run(claimreviews=True)
    assert "2 ClaimReviews have statements of 75" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_a_claimreview_that_breaks_a_rule_fails_the_command(settings, capsys):
    publish_claim(make_rated_claim("false"))
    settings.FACTCHECK = {**settings.FACTCHECK, "organisation": ""}
    with pytest.raises(CommandError, match="break 2 rules"):
        run(claimreviews=True)
    assert "author has no name" in capsys.readouterr().err
