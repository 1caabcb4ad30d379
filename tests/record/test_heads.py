"""The signed heads outside the database: what was published cannot be cut off or written anew."""

import json
import logging
import os
import stat
from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import transaction

from claims.models import Edition
from claims.record import heads
from claims.record.verifying import faults, head_faults
from tests.factories import make_published, withdraw
from tests.record.test_verifying import tamper

pytestmark = pytest.mark.django_db
KEY = "a key that the database does not have"


@pytest.fixture
def file(settings, tmp_path):
    settings.FACTCHECK_HEADS = str(tmp_path / "heads.jsonl")
    settings.FACTCHECK_HEAD_KEY = KEY
    return tmp_path / "heads.jsonl"


@pytest.fixture
def publish_for_good(django_capture_on_commit_callbacks):
    """Publish as a request would: the commit is what happens at the end."""

    def publish(act=make_published):
        with django_capture_on_commit_callbacks(execute=True):
            return act()

    return publish


def found(file):
    return [str(fault) for fault in head_faults(heads.read(str(file)))]


def test_each_commit_leaves_one_signed_line(file, publish_for_good):
    first = publish_for_good()
    publish_for_good(lambda: withdraw(first.claim))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    editions = Edition.objects.order_by("sequence")
    assert [line["sequence"] for line in lines] == [1, 2]
    assert [line["chain_hash"] for line in lines] == [one.chain_hash for one in editions]
    assert lines[0]["at"].endswith("Z")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert found(file) == []


def test_several_editions_of_one_commit_leave_one_line(file, publish_for_good):
    publish_for_good(lambda: [make_published(), make_published()])
    # Two appends of one transaction: each leaves its own.
    assert [head.sequence for head in heads.read(str(file))] == [1, 2]


def test_what_is_rolled_back_leaves_no_line(file, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        make_published()
        transaction.set_rollback(True)
    assert not file.exists()


def test_nothing_is_signed_without_a_file(settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        make_published()
    assert callbacks == []
    assert heads.problem() == ""


def test_the_signature_is_checked(file, publish_for_good, settings):
    publish_for_good()
    line = file.read_text()
    file.write_text(line.replace('"sequence":1', '"sequence":2'))
    with pytest.raises(heads.UnreadableHeads, match=r"Line 1 .* was not signed with this key"):
        found(file)
    file.write_text(line)
    settings.FACTCHECK_HEAD_KEY = "another key"
    with pytest.raises(heads.UnreadableHeads, match="not signed with this key"):
        found(file)


@pytest.mark.parametrize("text", ["nonsense\n", "[]\n", "{}\n", '{"signature": 1}\n', "\udcff"])
def test_what_is_no_head_is_refused(file, text):
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(heads.UnreadableHeads):
        found(file)


def test_a_tail_that_was_cut_is_found_and_located(file, publish_for_good):
    for _number in range(3):
        publish_for_good()
    tamper("DELETE FROM claims_edition WHERE sequence > 1")
    tamper("DELETE FROM claims_term")
    assert found(file) == [
        f"Edition 2: it is gone: 2 were signed {list(heads.read(str(file)))[1].at}"
    ]


def test_an_edition_that_was_forged_with_all_its_hashes_is_found(file, publish_for_good):
    publish_for_good()
    make_published()
    assert [str(fault) for fault in faults()] == []
    assert found(file) == ["Edition 2: no signed head vouches for it"]


def test_a_chain_written_anew_is_found(file, publish_for_good):
    publish_for_good()
    publish_for_good()
    tamper("DELETE FROM claims_edition WHERE sequence > 1")
    tamper("DELETE FROM claims_term")
    publish_for_good()
    assert found(file)[0].startswith("Edition 2: it is not the one that was signed")


def test_a_file_that_cannot_be_written_fails_no_publication(
    file, publish_for_good, caplog, settings
):
    settings.FACTCHECK_HEADS = str(file / "nowhere")
    with caplog.at_level(logging.ERROR):
        edition = publish_for_good()
    assert Edition.objects.live().get() == edition
    assert "The head of the record, edition 1, is not signed" in caplog.text


def test_a_full_disk_leaves_no_half_line(file, publish_for_good, monkeypatch):
    publish_for_good()
    whole, write = file.read_bytes(), os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:20]))
    publish_for_good()
    monkeypatch.undo()
    assert file.read_bytes() == whole
    assert heads.problem() == "The head of the record, edition 2, is not signed."


def test_a_lock_that_is_held_for_long_is_not_waited_for(file, monkeypatch, publish_for_good):
    import fcntl

    monkeypatch.setattr(heads, "PATIENCE", 0.05)
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        publish_for_good()
    assert file.read_text() == ""


def test_the_check_tells_of_a_head_that_is_not_signed(file, publish_for_good):
    def told():
        found = run_checks(databases=["default"], include_deployment_checks=False)
        return [message.msg for message in found if message.id == "claims.E002"]

    assert told() == []
    make_published()
    assert "No such file" in told()[0]
    publish_for_good()
    assert told() == []
    make_published()
    assert told() == ["The head of the record, edition 3, is not signed."]


def verify(**options):
    output = StringIO()
    call_command("verifyrecord", stdout=output, **options)
    return output.getvalue()


@pytest.fixture
def between_transactions(monkeypatch):
    """The command asks for a snapshot, which a test's own transaction cannot give any more."""
    monkeypatch.setattr("claims.management.commands.verifyrecord.SNAPSHOT", "SELECT 1")


def test_the_command_checks_the_heads(file, publish_for_good, between_transactions):
    publish_for_good()
    assert "1 editions verified" in verify()
    make_published()
    with pytest.raises(CommandError, match="Edition 2: no signed head vouches for it"):
        verify()
    assert "2 editions verified" in verify(sign=True)
    assert "2 editions verified" in verify(heads=str(file))
    assert verify(sign=True) == verify()
    assert len(file.read_text().splitlines()) == 2


def test_the_command_signs_for_the_first_time(file, between_transactions):
    make_published()
    with pytest.raises(CommandError, match="cannot be read"):
        verify()
    verify(sign=True)
    assert found(file) == []


def test_the_command_signs_nothing_that_does_not_verify(
    file, publish_for_good, between_transactions
):
    publish_for_good()
    tamper("UPDATE claims_edition SET statement_en = 'x'")
    make_published()
    with pytest.raises(CommandError, match="Edition 1"):
        verify(sign=True)
    assert len(file.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("missing", "option", "sentence"),
    [
        ("FACTCHECK_HEAD_KEY", {}, "FACTCHECK_HEAD_KEY is missing"),
        ("FACTCHECK_HEADS", {"sign": True}, "FACTCHECK_HEADS is missing"),
    ],
)
def test_the_command_asks_for_what_it_needs(
    file, settings, between_transactions, missing, option, sentence
):
    make_published()
    setattr(settings, missing, "")
    with pytest.raises(CommandError, match=sentence):
        verify(**option)
