"""The headers of every kind of response, scored with the arithmetic of the HTTP Observatory.

    python -m bench.attacks.headers

Fails where a kind of page has less than 115 points, or anything else lacks a header. The card
that other sites embed may be framed, and is scored without that rule. Works in a database of its
own, under the production settings.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from bench.attacks.observatory import score
from bench.attacks.production import HOST, as_in_production, browser
from bench.scratch import scratch_database
from factcheck.headers import OF_THE_PAGE

BAR = 115
REQUIRED = [
    "Content-Security-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "X-Frame-Options",
    "X-Request-ID",
]


def missing(response: Any, *, may_be_framed: bool = False) -> list[str]:
    """Which headers a response should have and has not, and which it should not have."""
    wanted = set(REQUIRED)
    if may_be_framed:
        wanted.remove("X-Frame-Options")
    found = []
    if response.status_code == 304:
        # What was kept stays under the headers that it came with.
        wanted -= set(OF_THE_PAGE)
        found = [f"{name} is told anew" for name in OF_THE_PAGE if name in response.headers]
    found += sorted(wanted - response.headers.keys())
    if re.search(r"\d", response.headers.get("Server", "")):
        found.append("Server tells a version")
    return found


def read(response: Any) -> None:
    """To the end: a file that is not read stays open."""
    if response.streaming:
        b"".join(response)


def is_page(response: Any) -> bool:
    return response.headers.get("Content-Type", "text/html").startswith("text/html")


@contextmanager
def broken_view() -> Iterator[None]:
    """The file robots.txt breaks, as any view might."""
    with mock.patch("claims.views.robots.reverse", side_effect=RuntimeError("broken")):
        yield


def responses() -> Iterator[tuple[str, int, Any]]:
    """Each kind of response: its name, the status that it must have, the response."""
    from django.contrib.auth import get_user_model

    reader = browser()
    yield from ((name, 200, reader.get(address)) for name, address in READ.items())
    yield from (
        (name, status, reader.get(address)) for name, status, address in REDIRECTED_OR_REFUSED
    )
    page = reader.get("/en/claims/claim-a/")
    etag = page.headers["ETag"]
    yield "not modified", 304, reader.get("/en/claims/claim-a/", headers={"If-None-Match": etag})
    card = "/en/claims/claim-a/embed/"
    etag = reader.get(card).headers["ETag"]
    yield "card, not modified", 304, reader.get(card, headers={"If-None-Match": etag})
    yield "headers alone", 200, reader.head("/en/")
    yield "options of the API", 204, reader.options("/api/v1/claims/")
    yield "wrong method", 405, reader.post("/en/claims/")
    yield "wrong method of the API", 405, reader.post("/api/v1/claims/")
    yield "wrong host", 400, browser(HTTP_HOST="other.example").get("/en/")
    yield "over http", 301, browser(HTTP_X_FORWARDED_PROTO="http").get("/en/")
    with broken_view():
        yield "broken", 500, reader.get("/robots.txt")
    report = "/en/claims/claim-a/report/"
    own = {"Sec-Fetch-Site": "same-origin"}
    yield "report, bad", 400, reader.post(report, {"edition": "1"}, headers=own)
    other = {"Sec-Fetch-Site": "cross-site"}
    yield "report, of another site", 403, reader.post(report, {"edition": "1"}, headers=other)
    strict = browser(enforce_csrf_checks=True)
    yield "form without token", 403, strict.post("/admin/login/", {"username": "x"})
    yield from _of_the_desk(get_user_model().objects.get(username="scored"))
    guesser = browser("192.0.2.9")
    for _try in range(5):
        locked = guesser.post("/admin/login/", {"username": "nobody", "password": "wrong"})
    yield "locked out", 429, locked


def _of_the_desk(user: Any) -> Iterator[tuple[str, int, Any]]:
    from tests.accounts.people import PASSWORD, code_of

    editor = browser("192.0.2.2")
    login = editor.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    yield "password given", 302, login
    yield "asked for the code", 200, editor.get("/admin/login/code/")
    yield "logged in", 302, editor.post("/admin/login/code/", {"code": code_of(user)})
    yield from ((name, 200, editor.get(address)) for name, address in DESK.items())
    yield "not allowed", 403, editor.get("/admin/auth/user/add/")
    yield "not there, at the desk", 404, editor.get("/admin/claims/nothing/")


READ = {
    "home": "/en/",
    "list": "/en/claims/?q=statement",
    "claim": "/en/claims/claim-a/",
    "edition": "/en/claims/claim-a/editions/1/",
    "document": "/en/documents/interview/",
    "data": "/en/data/",
    "report": "/en/claims/claim-a/report/",
    "card": "/en/claims/claim-a/embed/",
    "login": "/admin/login/",
    "feed": "/feeds/claims.en.atom",
    "API": "/api/v1/claims/",
    "description of the API": "/api/v1/openapi.json",
    "CSV": "/data/claims.csv",
    "JSON Lines": "/data/claims.jsonl",
    "checksums": "/data/SHA256SUMS",
    "fixture": "/data/fixtures/interview.json",
    "ClaimReview": "/claims/claim-a.jsonld",
    "oEmbed": f"/oembed?url=https://{HOST}/en/claims/claim-a/",
    "sitemap": "/sitemap.xml",
    "sitemap of claims": "/sitemap-claims.xml",
    "robots.txt": "/robots.txt",
    "security.txt": "/.well-known/security.txt",
    "style": "/static/claims/site.css",
    "script": "/static/claims/names.js",
    "picture": "/static/claims/icon.svg",
}
REDIRECTED_OR_REFUSED = [
    ("to a language", 302, "/"),
    ("to the login", 302, "/admin/"),
    ("to the slash", 301, "/en/claims"),
    ("not there", 404, "/en/nowhere/"),
    ("no such file", 404, "/static/claims/nothing.css"),
    ("withdrawn", 410, "/en/claims/gone/"),
    ("withdrawn, of the API", 410, "/api/v1/claims/gone/"),
    ("withdrawn card", 410, "/en/claims/gone/embed/"),
    ("used link", 410, "/admin/login/link/nothing/"),
    ("bad query of the API", 400, "/api/v1/claims/?nothing=1"),
    ("bad query of a file", 400, "/data/claims.csv?nothing=1"),
    ("not there, in the API", 404, "/api/v1/claims/nothing/"),
    ("no such data", 404, "/data/nothing.csv"),
]
DESK = {
    "first page": "/admin/",
    "claims at the desk": "/admin/claims/claim/",
    "new claim": "/admin/claims/claim/add/",
    "second factor": "/admin/second-factor/",
    "catalogue": "/admin/jsi18n/",
    "autocomplete": "/admin/autocomplete/?app_label=claims&model_name=claim&field_name=claimant",
}
FRAMEABLE = {"card", "withdrawn card", "card, not modified"}


def attack() -> tuple[dict[str, int], list[str], list[str]]:
    """The points of each kind of page, the names of the other kinds, and what is wrong."""
    points, others, faults = {}, [], []
    for name, status, response in responses():
        may_be_framed = name in FRAMEABLE
        read(response)
        # Over http nothing may promise TLS: the redirect to it is all there is.
        lacking = set(missing(response, may_be_framed=may_be_framed))
        lacking -= {"Strict-Transport-Security"} if name == "over http" else set()
        faults += [f"{name}: {what}" for what in sorted(lacking)]
        if response.status_code != status:
            faults.append(f"{name}: status {response.status_code}, not {status}")
        if response.cookies and not response.wsgi_request.path.startswith("/admin"):
            faults.append(f"{name}: sets a cookie")
        if name == "over http" or not is_page(response) or status == 304:
            others.append(name)
            continue
        points[name] = score(response, may_be_framed=may_be_framed)
        if points[name] < BAR:
            faults.append(f"{name}: {points[name]} points")
    return points, others, faults


def publish_what_is_scored() -> None:
    from tests.accounts.people import make_person
    from tests.factories import make_rated_claim, publish_claim, withdraw
    from tests.interview import publish_some

    publish_some(2)
    gone = make_rated_claim(slug="gone")
    publish_claim(gone)
    withdraw(gone)
    make_person(username="scored")


def main() -> None:
    with scratch_database("factcheck_headers"), as_in_production():
        publish_what_is_scored()
        points, others, faults = attack()
    for fault in faults:
        print(fault, file=sys.stderr)
    lowest = min(points, key=lambda name: points[name])
    print(
        f"headers: {len(points)} kinds of page, the lowest {points[lowest]} ({lowest}), "
        f"the highest {max(points.values())}; {len(others)} other kinds; {len(faults)} faults"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
