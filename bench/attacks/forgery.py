"""Forms that other sites send: every address of the site, by every method, as who may do anything.

    python -m bench.attacks.forgery

A superuser who is logged in visits a hostile page. Each address gets POST without a token, with a
token but from another origin, and with one that is made up; PUT, PATCH and DELETE; and GET with
what a form would have sent. Readers' reports have no token, which needs a cookie: there the origin
alone decides. Fails where one of them is accepted or changes a row of the database. Works in a
database of its own, under the production settings.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.attacks.headers import read
from bench.attacks.imports import digest
from bench.attacks.production import HOST, as_in_production, browser
from bench.scratch import scratch_database

EVIL = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
OWN = {"Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"}
MOVES = ["submit", "send_back", "publish", "revise", "discard", "drop", "withdraw"]
# What the forms of the desk and of readers send, all at once: whoever takes it finds what it needs.
FORM = {
    "post": "yes",
    "action": "delete_selected",
    "_selected_action": "1",
    "_save": "1",
    "confirm": "1",
    "note": "forged",
    "reason_en": "forged",
    "reason_fr": "forged",
    "edition": "1",
    "body": "forged",
    "language": "fr",
    "username": "chief",
    "password": "forged",
    "code": "000000",
    "replace": "1",
}
REFUSED = {400, 403, 404, 405, 410}
# Readers' addresses that read only, and take no form from anybody.
UNTOUCHED = {200, 204, 301, 302, 304, *REFUSED, 409}


def addresses(claim: Any) -> Iterator[str]:
    """Every pattern of the site, filled with rows that are there."""
    from django.apps import apps
    from django.urls import URLPattern, get_resolver

    def walk(patterns: Any, prefix: str = "/") -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield route
            else:
                yield from walk(pattern.url_patterns, route)

    def of_model(route: str) -> str:
        match = re.match(r"/admin/(\w+)/(\w+)/", route)
        model = apps.all_models[match[1]].get(match[2]) if match else None
        row = model.objects.order_by("-pk").first() if model else None
        return str(row.pk) if row else "1"

    fixed = {
        "claim_id": str(claim.pk), "document_id": str(claim.document_id), "moment": "1",
        "content_type_id": "1", "token": "nothing", "rest": "nothing", "section": "claims",
        "language": "en", "number": "1",
    }  # fmt: skip
    slugs = {"topics": "rain", "documents": "interview", "claimants": "speaker", "ratings": "false"}
    for route in walk(get_resolver().url_patterns):
        kind = next((word for word in slugs if f"/{word}/" in route), "")
        filled = route.replace("^(?P<app_label>claims|auth|accounts)/$", "claims/")
        filled = filled.replace("(?P<url>.*)$", "nothing")
        for name, value in {**fixed, "slug": slugs.get(kind, "claim-a")}.items():
            filled = re.sub(rf"<(\w+:)?{name}>", value, filled)
        filled = re.sub(r"<(\w+:)?(object_id|id)>", of_model(route), filled)
        names = MOVES if "/move/" in route else ["claims.csv"]
        yield from (re.sub(r"<\w+:name>", name, filled) for name in names)


def tries(client: Any, address: str, token: str) -> Iterator[tuple[str, Any]]:
    """The hostile requests to an address, each with its name."""
    if not address.endswith("/report/"):
        yield "without token", client.post(address, FORM, headers=OWN)
        made_up = {**FORM, "csrfmiddlewaretoken": "x" * 64}
        yield "made-up token", client.post(address, made_up, headers=OWN)
    given = {**FORM, "csrfmiddlewaretoken": token}
    yield "another origin", client.post(address, given, headers=EVIL)
    yield (
        "another referer",
        client.post(
            address,
            given,
            headers={"Referer": "https://evil.example/", "Sec-Fetch-Site": "cross-site"},
        ),
    )
    for method in ("put", "patch", "delete"):
        yield method.upper(), getattr(client, method)(address, headers=EVIL)
    yield "GET", client.get(address, FORM, headers=EVIL)


def attack(claim: Any, client: Any, token: str) -> tuple[Counter[str], list[str]]:
    found: Counter[str] = Counter()
    faults = []
    before = rows()
    for address in addresses(claim):
        found["addresses"] += 1
        for name, response in tries(client, address, token):
            found["tries"] += 1
            read(response)
            allowed = UNTOUCHED if name == "GET" else REFUSED
            if response.status_code not in allowed:
                faults.append(f"{name} {address}: status {response.status_code}")
        after = rows()
        if after != before:
            faults.append(f"{address}: rows changed")
        before = after
    return found, faults


def rows() -> str:
    """What is in every table but that of sessions, which note that somebody was there."""
    return ",".join(part for part in digest().split(",") if not part.startswith("django_session"))


def who_may_do_anything() -> tuple[Any, str]:
    """A browser of a superuser with both factors, and the token of its pages."""
    from tests.accounts.people import PASSWORD, code_of, make_person

    person = make_person(username="chief", is_superuser=True)
    client = browser(enforce_csrf_checks=True)
    page = client.get("/admin/login/").content.decode()
    data = {"username": person.username, "password": PASSWORD, "csrfmiddlewaretoken": of(page)}
    client.post("/admin/login/", data, headers=OWN)
    page = client.get("/admin/login/code/").content.decode()
    data = {"code": code_of(person), "csrfmiddlewaretoken": of(page)}
    client.post("/admin/login/code/", data, headers=OWN)
    return client, of(client.get("/admin/").content.decode())


def of(page: str) -> str:
    return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]


def desk() -> Any:
    """A claim in each state, and readers' reports; gives one that is in review."""
    from tests.factories import make_rated_claim, make_report, submit
    from tests.interview import publish_some

    publish_some(2)
    make_rated_claim()
    make_report()
    return submit(make_rated_claim())


def is_real(client: Any, token: str) -> bool:
    """The same browser with its token, from a page of ours, is let do it."""
    response = client.post("/admin/logout/", {"csrfmiddlewaretoken": token}, headers=OWN)
    return bool(response.status_code == 200)


def main() -> None:
    import logging

    hasher = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nosec: quick, and beside the point
    with scratch_database("factcheck_forged"), as_in_production(PASSWORD_HASHERS=hasher):
        logging.disable(logging.ERROR)
        claim = desk()
        client, token = who_may_do_anything()
        found, faults = attack(claim, client, token)
        if not is_real(client, token):
            faults.append("The right token is refused too: nothing was tried.")
    for fault in faults[:30]:
        print(fault, file=sys.stderr)
    print(
        f"forgery: {found['tries']} requests to {found['addresses']} addresses, "
        f"{len(faults)} accepted or leaving something behind"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
