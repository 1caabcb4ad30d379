"""sqlmap is given every parameter, and what it says is understood."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.db import connection

from bench.attacks import injection
from bench.attacks.injection import Target, conclusion, scan
from claims.api.views import DESCRIPTION
from claims.filters import ClaimFilterSet

SLUGS = {name: name[0] for name in ("claim", "document", "topic", "claimant")}
FOUND = """sqlmap identified the following injection point(s) with a total of 42 HTTP(s) requests:
---
Parameter: q (GET)
    Type: boolean-based blind
"""


def test_every_parameter_of_lists_is_tried():
    lists = {one.path: set(one.parameters) for one in injection.targets(SLUGS)}
    assert (
        lists["/en/claims/"] == lists["/api/v1/claims/"] == {*ClaimFilterSet.base_filters, "as_of"}
    )


def test_every_operation_of_the_api_with_a_parameter_is_tried():
    described = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["paths"]
    asked = [(one.path, name) for one in injection.targets(SLUGS) for name in one.parameters]
    marked = [one.path for one in injection.targets(SLUGS) if "*" in one.path]
    for path, operation in described.items():
        for parameter in operation["get"].get("parameters", []):
            if parameter["in"] == "path":
                assert path.replace("{slug}", "*") in marked
            else:
                begins = path.partition("{")[0]
                assert any(p.startswith(begins) and n == parameter["name"] for p, n in asked)


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        (FOUND, "/x: q (GET) can be injected"),
        ("[CRITICAL] unable to connect to the target URL", "/x: sqlmap came to no conclusion: "),
        ("", "/x: sqlmap came to no conclusion: "),
    ],
)
def test_what_is_found_and_what_is_no_proof_are_faults(told, fault):
    (found,) = conclusion("/x", told)
    assert found.startswith(fault)


def test_all_clean_is_no_fault():
    assert conclusion("/x", f"[CRITICAL] {injection.CLEAN}. Try to increase ...") == []


def test_without_sqlmap_it_says_that_nothing_was_tried(monkeypatch):
    monkeypatch.setenv(injection.SQLMAP, "/no/such/program")
    monkeypatch.setattr(sys, "argv", ["injection"])
    with pytest.raises(SystemExit, match="DID NOT RUN"):
        injection.main()


class Careless(BaseHTTPRequestHandler):
    """Puts what it is asked for into the statement, or beside it."""

    parameters = {}

    def do_GET(self):
        asked = parse_qs(urlsplit(self.path).query)
        with psycopg.connect(**self.parameters) as own:
            if "bad" in asked:
                found = own.execute(f"SELECT 1 WHERE '1' = '{asked['bad'][0]}'").fetchall()
            else:
                found = own.execute("SELECT 1 WHERE '1' = %s", [asked["good"][0]]).fetchall()
        body = b"Found, and here is what there is of it." if found else b"There is nothing."
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *given):
        pass


@pytest.mark.skipif(
    not injection.program(), reason="sqlmap is not here: see bench.attacks.injection"
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "count"), [("bad", 1), ("good", 0)])
def test_sqlmap_finds_a_planted_fault_and_nothing_else(name, count):
    Careless.parameters = {
        key: value
        for key, value in connection.get_connection_params().items()
        if key in ("host", "port", "user", "dbname", "password")
    }
    server = HTTPServer(("127.0.0.1", 0), Careless)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        base = f"http://127.0.0.1:{server.server_port}"
        tests, faults = scan(injection.program(), base, Target("/", {name: "1"}), "--technique=B")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert tests > 0
    assert len(faults) == count, faults
