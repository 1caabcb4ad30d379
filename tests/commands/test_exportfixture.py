"""Fixtures from the command line."""

import json

import pytest
from django.core.management import CommandError, call_command

from claims.models import Claim
from tests.factories import make_claim, make_document, make_note, publish_claim, submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk():
    interview = make_document(slug="interview")
    make_claim(slug="first", document=interview, position=1)
    submit(make_claim(slug="second", document=interview, position=2))
    publish_claim(make_claim(slug="third"))
    make_note(claim=Claim.objects.get(slug="first"), visibility="internal", text_en="Psst.")


def exported(capsys, *arguments):
    call_command("exportfixture", *arguments)
    return json.loads(capsys.readouterr().out)


def slugs(rows):
    return [row["fields"]["slug"] for row in rows if row["model"] == "claims.claim"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], {"first", "second", "third"}),
        (["--document", "interview"], {"first", "second"}),
        (["--status", "published"], {"third"}),
        (["third", "first"], {"first", "third"}),
        (["first", "--document", "interview"], {"first"}),
    ],
)
def test_it_writes_what_is_asked_for(desk, capsys, arguments, expected):
    assert set(slugs(exported(capsys, *arguments))) == expected


def test_internal_notes_come_only_when_asked_for(desk, capsys):
    assert "Psst." not in json.dumps(exported(capsys))
    assert "Psst." in json.dumps(exported(capsys, "--internal"))


def test_a_file_is_the_same_text_and_its_checksum_is_told(desk, capsys, tmp_path):
    path = tmp_path / "desk.json"
    call_command("exportfixture", "--output", path)
    assert "SHA-256" in capsys.readouterr().out
    assert json.loads(path.read_text(encoding="utf-8")) == exported(capsys)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--document", "nowhere"], "There is no document “nowhere”."),
        (["first", "nobody"], "No such claim, or not among those chosen: nobody."),
        (["--output", "/no/such/folder/file"], "cannot be written: No such file"),
    ],
)
def test_what_cannot_be_is_refused_in_words(desk, arguments, said):
    with pytest.raises(CommandError) as refused:
        call_command("exportfixture", *arguments)
    assert said in str(refused.value)
