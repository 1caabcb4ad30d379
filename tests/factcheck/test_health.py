"""What a load balancer asks, and what everybody gets while the database is away."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from tests.interview import publish_some
from tests.markup import markup

pytestmark = pytest.mark.django_db(databases=["default", "reader", "reporter"])


def test_healthz_answers_without_any_database(client, lose):
    lose("default")
    lose("reader")
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


def test_readyz_is_ready_with_a_migrated_database(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "missing": []}
    assert "no-store" in response["Cache-Control"]


def test_readyz_names_a_migration_that_is_not_applied(client):
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'claims' AND name LIKE '0011%'")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "missing": ["migration claims.0011_withdrawals"]}


def test_readyz_names_a_database_that_does_not_answer(client, lose):
    lose("default")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "missing": ["database"]}


@pytest.mark.parametrize(
    ("alias", "address"),
    [("reader", "/en/"), ("reader", "/fr/claims/"), ("default", "/admin/")],
)
def test_a_page_without_its_database_says_so_and_when_to_come_back(
    client, lose, caplog, alias, address
):
    client.cookies["sessionid"] = "a" * 32
    client.raise_request_exception = False
    lose(alias)
    response = client.get(address)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response["Cache-Control"] == "no-store"
    page = markup(response)
    french = address.startswith("/fr/")
    assert page.one("html")["lang"] == ("fr" if french else "en")
    assert page.one("h1").text
    for secret in ("127.0.0.1", "Traceback", "psycopg", "connection failed"):
        assert secret not in response.content.decode()


def test_a_program_without_its_database_gets_problem_details(client, lose):
    client.raise_request_exception = False
    lose("reader")
    response = client.get("/api/v1/claims/")
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "5"
    assert response.json()["status"] == 503


def test_the_form_of_a_report_says_so_when_it_cannot_be_kept(client, lose, shared_reader):
    publish_some(1)
    client.raise_request_exception = False
    lose("reporter")
    form = {"edition": "1", "what": "other", "body": "Wrong.", "link": "", "contact": ""}
    origin = {"sec-fetch-site": "same-origin"}
    response = client.post("/en/claims/claim-a/report/", form, headers=origin)
    assert response.status_code == 503
    assert markup(response).one("h1").text == "Back in a moment"


def test_a_session_that_is_lost_with_the_database_is_no_bad_request(rf):
    from django.contrib.sessions.backends.base import UpdateError
    from django.contrib.sessions.exceptions import SessionInterrupted
    from django.db import OperationalError

    from factcheck.errors import bad_request

    ended = SessionInterrupted("It was deleted.")
    assert bad_request(rf.get("/admin/"), ended).status_code == 400
    ended.__context__ = UpdateError()
    ended.__context__.__context__ = OperationalError("The connection is lost.")
    response = bad_request(rf.get("/admin/"), ended)
    assert (response.status_code, response["Retry-After"]) == (503, "5")


def test_a_download_that_fails_at_its_first_piece_is_answered_with_503(
    client, shared_reader, monkeypatch
):
    publish_some(1)
    client.raise_request_exception = False

    def lost(*_given):
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(psycopg.Cursor, "copy", lost)
    response = client.get("/data/record.jsonl")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"


def test_a_command_without_its_database_says_so_in_a_sentence():
    environment = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
    result = subprocess.run(
        [sys.executable, "manage.py", "verifyrecord", "--settings", "factcheck.settings.test"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "The database does not answer: " in result.stderr
    assert "Traceback" not in result.stderr
