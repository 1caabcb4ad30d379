"""The record in the database: nothing on it is changed, deleted or approved by its own author."""

import datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from claims.models import Edition, Move, Redaction
from claims.record.publishing import redact
from tests.factories import (
    make_claim,
    make_published,
    publish_claim,
    withdraw,
)

pytestmark = pytest.mark.django_db

CHANGED = {
    "number": 7,
    "claim_slug": "another",
    "kind": "withdrawal",
    "published_at": datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC),
    "people_salt": "x",
    "format_version": 9,
    "payload": "{}",
    "payload_sha256": "0" * 64,
    "previous_hash": "x",
    "chain_hash": "x",
    "statement_en": "x",
    "statement_fr": "x",
    "summary_en": "x",
    "summary_fr": "x",
    "scale": 9,
    "rating": "x",
    "rating_value": 1,
    "is_outdated": True,
    "claim_kind": "x",
    "document_slug": "x",
    "section_number": 9,
    "position": 999,
    "claimant_slug": "x",
    "reported_claimant_slug": "x",
    "topics": ["x"],
    "made": "1999",
    "event_date": "1999",
    "correction_class": "typo",
    "words_en": "x",
    "words_fr": "x",
    "names": "x",
}


def test_the_table_of_changes_names_every_column():
    others = {"sequence", "claim", "superseded_at", "submitted_by", "approved_by"}
    generated = {field.name for field in Edition._meta.fields if field.generated}
    columns = {field.name for field in Edition._meta.fields}
    assert set(CHANGED) == columns - others - generated


@pytest.mark.parametrize("column", CHANGED)
def test_no_column_of_an_edition_changes(column):
    make_published()
    with pytest.raises(IntegrityError, match=r"on record|_hash"):
        Edition.objects.update(**{column: CHANGED[column]})


@pytest.mark.parametrize("column", ["submitted_by_id", "approved_by_id", "claim_id", "sequence"])
def test_no_key_of_an_edition_changes(column):
    make_published()
    with pytest.raises(IntegrityError, match="on record"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE claims_edition SET {column} = {column} + 1")


def test_an_update_that_changes_nothing_is_let_by():
    edition = make_published()
    edition.refresh_from_db()
    edition.save()


def test_an_edition_is_closed_once():
    edition = make_published()
    closed_at = timezone.now() + datetime.timedelta(days=1)
    Edition.objects.filter(pk=edition.pk).update(superseded_at=closed_at)
    for again in (None, closed_at + datetime.timedelta(days=1)):
        with pytest.raises(IntegrityError, match="on record"), transaction.atomic():
            Edition.objects.filter(pk=edition.pk).update(superseded_at=again)


def test_an_edition_is_not_closed_before_it_was_published():
    edition = make_published()
    with pytest.raises(IntegrityError, match="edition_superseded_after_publication"):
        Edition.objects.update(superseded_at=edition.published_at)


def test_an_edition_is_not_deleted():
    edition = make_published()
    with pytest.raises(IntegrityError, match="on record"):
        edition.delete()


@pytest.mark.parametrize("table", ["claims_edition", "claims_redaction", "claims_move"])
def test_the_record_is_not_truncated(table):
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_moves_are_not_rewritten():
    make_published()
    with pytest.raises(IntegrityError, match="append-only"):
        Move.objects.update(note="x")


def test_moves_are_not_deleted():
    make_published()
    with pytest.raises(IntegrityError, match="append-only"):
        Move.objects.all().delete()


def copy_of(edition, **changes):
    values = {
        field.attname: getattr(edition, field.attname)
        for field in Edition._meta.concrete_fields
        if not field.generated
    }
    fresh = {"sequence": 99, "number": 2, "previous_hash": "p", "chain_hash": "c"}
    return Edition(**values | fresh | changes)


def test_the_database_refuses_an_approver_who_submitted():
    edition = make_published()
    forged = copy_of(edition, claim_slug="other", submitted_by_id=edition.approved_by_id)
    with pytest.raises(IntegrityError, match="edition_approver_is_another_person"):
        forged.save(force_insert=True)


def test_the_database_refuses_a_publication_that_nobody_submitted():
    forged = copy_of(make_published(), claim_slug="other", submitted_by_id=None)
    with pytest.raises(IntegrityError, match="edition_approver_is_another_person"):
        forged.save(force_insert=True)


def test_a_claim_has_one_current_edition():
    with pytest.raises(IntegrityError, match="edition_one_current_per_claim"):
        copy_of(make_published()).save(force_insert=True)


def test_the_chain_does_not_branch():
    edition = make_published()
    forged = copy_of(edition, claim_slug="other", previous_hash=edition.previous_hash)
    with pytest.raises(IntegrityError, match="edition_chain_does_not_branch"):
        forged.save(force_insert=True)


def test_a_payload_matches_its_hash():
    forged = copy_of(make_published(), claim_slug="other", payload="{}")
    with pytest.raises(IntegrityError, match="edition_payload_matches_its_hash"):
        forged.save(force_insert=True)


def test_a_redaction_blanks_every_text_and_keeps_the_hashes():
    claim = make_claim(statement_en="A name that must go.")
    edition = publish_claim(claim)
    withdraw(claim)
    redact(edition, reason="Court order.", by=None, at=timezone.now())
    redacted = Edition.objects.get(pk=edition.pk)
    assert redacted.is_redacted
    assert redacted.content == {}
    assert redacted.payload_sha256 == edition.payload_sha256
    assert redacted.chain_hash == edition.chain_hash
    with connection.cursor() as cursor:
        cursor.execute("SELECT claims_edition::text FROM claims_edition WHERE sequence = 1")
        assert "name that must go" not in cursor.fetchone()[0]


def test_a_live_edition_is_not_redacted():
    edition = make_published()
    with pytest.raises(IntegrityError, match="withdraw the claim before"):
        redact(edition, reason="Court order.", by=None, at=timezone.now())


def test_a_payload_is_not_blanked_without_a_redaction():
    claim = make_claim()
    edition = publish_claim(claim)
    withdraw(claim)
    with pytest.raises(IntegrityError, match="on record"):
        Edition.objects.filter(pk=edition.pk).update(payload="")


def test_a_redaction_is_not_taken_back():
    claim = make_claim()
    edition = publish_claim(claim)
    withdraw(claim)
    redaction = redact(edition, reason="Court order.", by=None, at=timezone.now())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        redaction.delete()
    assert Redaction.objects.count() == 1
