"""Errors and log lines: nothing of our insides in an answer, nothing of people in the log.

    python -m bench.attacks.logs

Forces each kind of error with secrets and line breaks in whatever a visitor can send. Fails where
an answer shows a traceback, a version, a path, SQL or a setting, where a log line holds a password,
a code, a token, a one-time link or an address, or where input makes a line of its own. Works in a
database of its own, under the production settings.
"""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from bench.attacks.headers import broken_view
from bench.attacks.production import ENVIRONMENT, as_in_production, browser
from bench.scratch import scratch_database

ROOT = re.escape(str(Path(__file__).resolve().parents[2]))
ADDRESS = "2001:db8:77::5eef"
PASSWORD = "hunter2-is-a-secret"
CODE = "493817"
FORGED = '{"level": "INFO", "message": "forged"}'
BREAKS = ["\n", "\r\n", "\u2028", "\x85", "\x1b[2K"]
INSIDES = re.compile(
    rf'Traceback|File "|site-packages|psycopg|SELECT |django\.|Django/|gunicorn/|{ROOT}/|\.py\b'
    r"|SECRET_KEY|DATABASES|RuntimeError|broken"
)


def errors(link: str) -> Iterator[Any]:
    """The response to each kind of error, with something secret or forged in the request."""
    told = {"HTTP_USER_AGENT": f"agent {PASSWORD}", "HTTP_COOKIE": f"__Host-sessionid={PASSWORD}"}
    client = browser(ADDRESS, **told)
    strict = browser(ADDRESS, enforce_csrf_checks=True)
    secret = {"username": PASSWORD, "password": PASSWORD, "code": CODE, "body": PASSWORD}
    for line_break in BREAKS:
        forged = f"x{line_break}{FORGED}"
        yield client.get(f"/en/claims/{forged}/")
        yield client.get("/en/claims/", {"q": forged, "nothing": forged})
        yield client.get("/api/v1/claims/", {forged: forged})
        yield client.get(f"/data/{forged}.csv")
        yield client.post("/admin/login/", {**secret, "username": forged})
        yield strict.post("/admin/login/", {**secret, "username": forged})
        yield client.get("/admin/login/", {"next": forged})
        with broken_view():
            yield client.get("/robots.txt", {"q": forged, "password": PASSWORD})
    yield client.get(link)
    yield strict.post(link, secret)
    yield client.put(link)
    yield client.get(link + "more/")
    yield client.post("/admin/login/code/", secret)
    yield client.post("/en/claims/nothing/report/", secret)
    yield browser(ADDRESS, HTTP_HOST="other.example").get("/en/")
    yield browser(ADDRESS, HTTP_HOST="bad host").get(link)
    for method in ("post", "put", "delete", "patch"):
        yield getattr(client, method)("/en/", secret)
    broken = RuntimeError("broken")
    with mock.patch("factcheck.accounts.throttle.AxesProxyHandler", side_effect=broken):
        yield client.post("/admin/login/", secret)
    with mock.patch("factcheck.accounts.links.owner", side_effect=broken):
        yield client.get(link)
        yield client.post(link, secret)
    for number in range(6):
        yield client.post("/admin/login/", {"username": f"none-{number}", "password": PASSWORD})


def attack() -> tuple[int, int, list[str]]:
    """How many answers and lines there were, and what was wrong with them."""
    from factcheck.accounts.links import make_link
    from factcheck.logs import JSONFormatter
    from tests.accounts.people import make_person

    person = make_person()
    token = make_link(person, by="", at=person.date_joined)
    link = f"/admin/login/link/{token}/"
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JSONFormatter())
    root = logging.getLogger()
    others, root.handlers = root.handlers, [handler]
    try:
        answers = list(errors(link))
    finally:
        root.handlers = others
    faults = [fault for answer in answers for fault in shown(answer)]
    lines = written.getvalue().split("\n")[:-1]
    secrets = [PASSWORD, CODE, token, ADDRESS, ENVIRONMENT["SECRET_KEY"]]
    faults += [fault for line in lines for fault in told(line, secrets)]
    return len(answers), len(lines), faults


def shown(answer: Any) -> Iterator[str]:
    text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
    everything = text + str(dict(answer.headers))
    if match := INSIDES.search(everything):
        yield f"{answer.wsgi_request.path}: shows {match[0]!r}"
    if ENVIRONMENT["SECRET_KEY"] in everything:
        yield f"{answer.wsgi_request.path}: shows the secret key"
    if answer.status_code >= 500 and "went wrong" not in text:
        yield f"{answer.wsgi_request.path}: is no page of ours"


def told(line: str, secrets: list[str]) -> Iterator[str]:
    try:
        record = json.loads(line)
    except ValueError:
        yield f"no JSON: {line[:100]}"
        return
    if record.get("message") == "forged" or {"time", "level", "logger"} - record.keys():
        yield f"forged: {line[:100]}"
    if len(line.splitlines()) > 1:
        yield f"more than a line: {line[:100]}"
    yield from (f"a secret: {line[:200]}" for secret in secrets if secret in line)


def main() -> None:
    hasher = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nosec: quick, and beside the point
    with scratch_database("factcheck_logged"), as_in_production(PASSWORD_HASHERS=hasher):
        answers, lines, faults = attack()
    for fault in faults[:30]:
        print(fault, file=sys.stderr)
    print(f"logs: {answers} forced errors, {lines} log lines, {len(faults)} faults")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
