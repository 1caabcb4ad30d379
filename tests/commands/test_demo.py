"""``manage.py demo``: the interview, published, and what a second run keeps."""

import json
import re
import socket
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from claims.desk import workflow
from claims.management.commands import demo
from claims.models import Claim, Edition
from claims.record.verifying import faults
from tests.factories import make_claim


@pytest.fixture(autouse=True)
def _demonstration(settings, tmp_path, monkeypatch):
    settings.FACTCHECK = settings.FACTCHECK | {"demo": True}
    monkeypatch.setattr(demo, "password_file", lambda: tmp_path / "accounts")


def run(**options):
    output = StringIO()
    call_command("demo", no_serve=True, stdout=output, **options)
    return output.getvalue()


def accounts(output):
    return dict(re.findall(r"^  (\w+) {2,}(\S+)$", output, re.MULTILINE))


@pytest.mark.django_db
def test_the_demo_publishes_the_interview_and_a_second_run_keeps_what_was_edited(tmp_path):
    output = run()
    assert "231 claims are published." in output
    assert Edition.objects.live().count() == 231
    assert list(faults()) == []
    rows = json.loads((Path(settings.BASE_DIR) / "fixtures" / "interview.json").read_text())
    expected = Counter(
        row["fields"]["rating"][1] if row["fields"]["rating"] else ""
        for row in rows
        if row["model"] == "claims.claim"
    )
    assert Counter(Edition.objects.live().values_list("rating", flat=True)) == expected
    assert Edition.objects.filter(payload__contains='"is_demonstration":true').count() == 231

    passwords = accounts(output)
    assert set(passwords) >= {"researcher", "editor", "chief", "admin"}
    for name in ("researcher", "editor", "chief", "admin"):
        assert User.objects.get(username=name).check_password(passwords[name])
    assert (tmp_path / "accounts").stat().st_mode & 0o077 == 0

    claim = Claim.objects.get(slug="deaths-official-164")
    workflow.revise(claim, by=User.objects.get(username="researcher"), at=timezone.now())
    claim.statement_en = "Edited by hand."
    claim.save()
    changed = User.objects.get(username="editor")
    changed.set_password("my own")
    changed.save()

    second = run()
    assert Edition.objects.count() == 231
    claim.refresh_from_db()
    assert (claim.statement_en, claim.status) == ("Edited by hand.", "draft")
    assert accounts(second)["researcher"] == passwords["researcher"]
    assert "editor      (the password you gave it)" in second


@pytest.mark.django_db
def test_the_demo_refuses_to_run_where_it_is_none(settings):
    settings.FACTCHECK = settings.FACTCHECK | {"demo": False}
    with pytest.raises(CommandError, match="not a demonstration"):
        run()


@pytest.mark.django_db
def test_a_taken_port_is_one_plain_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} cannot be used .*PORT=8001"):
            call_command("demo", port=port, stdout=StringIO())


@pytest.mark.parametrize("port", [-1, 70000])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(CommandError, match="cannot be used"):
        demo.refuse_taken_port(port)


@pytest.mark.django_db
def test_a_reset_does_not_touch_a_desk_at_work():
    make_claim()
    with pytest.raises(CommandError, match="nothing is deleted"):
        run(reset=True)
    assert Claim.objects.exists()


@pytest.mark.django_db
def test_a_reset_does_not_touch_a_real_record(settings):
    settings.FACTCHECK = settings.FACTCHECK | {"demo": False}
    from tests.factories import make_published

    make_published()
    settings.FACTCHECK = settings.FACTCHECK | {"demo": True}
    with pytest.raises(CommandError, match="nothing is deleted"):
        run(reset=True)
    assert Edition.objects.exists()
