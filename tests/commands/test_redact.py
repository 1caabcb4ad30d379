"""``manage.py redact``: what it blanks, and what it refuses."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from claims.models import Edition, Redaction
from tests.factories import make_chief_editor, make_claim, publish_claim, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def withdrawn():
    claim = make_claim(slug="a-claim")
    publish_claim(claim)
    withdraw(claim)
    make_chief_editor(username="chief")


def run(*arguments, reason="Court order.", by="chief"):
    output = StringIO()
    call_command("redact", *arguments, "--yes", reason=reason, by=by, stdout=output)
    return output.getvalue()


def test_redact_blanks_one_edition_and_says_why(withdrawn):
    assert "is blanked" in run("a-claim", "1")
    assert Edition.objects.get(number=1).is_redacted
    assert not Edition.objects.get(number=2).is_redacted
    redaction = Redaction.objects.get()
    assert (redaction.reason, redaction.by.username) == ("Court order.", "chief")


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("a-claim", "9"), {}, "no edition 9"),
        (("another", "1"), {}, "no edition 1 of a claim “another”"),
        (("a-claim", "1"), {"by": "nobody"}, "no user “nobody”"),
        (("a-claim", "1"), {"reason": " "}, "must not be blank"),
    ],
)
def test_redact_refuses_what_it_cannot_do(withdrawn, arguments, options, message):
    with pytest.raises(CommandError, match=message):
        run(*arguments, **options)
    assert not Redaction.objects.exists()


def test_redact_refuses_a_live_edition():
    publish_claim(make_claim(slug="a-claim"))
    make_chief_editor(username="chief")
    with pytest.raises(CommandError, match="withdraw the claim before"):
        run("a-claim", "1")


def test_redact_asks_for_the_owner(withdrawn):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE factcheck_desk")
    with pytest.raises(CommandError, match="needs the database's owner"):
        run("a-claim", "1")


def test_redact_refuses_a_text_that_is_gone(withdrawn):
    run("a-claim", "1")
    with pytest.raises(CommandError, match="gone already"):
        run("a-claim", "1")


@pytest.mark.parametrize(("answer", "is_blanked"), [("y", True), ("", False), ("n", False)])
def test_redact_asks_first(withdrawn, monkeypatch, answer, is_blanked):
    monkeypatch.setattr("builtins.input", lambda question: answer)
    arguments = ["redact", "a-claim", "1", "--reason=x", "--by=chief"]
    if is_blanked:
        call_command(*arguments, stdout=StringIO())
    else:
        with pytest.raises(CommandError, match="Nothing was changed"):
            call_command(*arguments, stdout=StringIO())
    assert Edition.objects.get(number=1).is_redacted is is_blanked
