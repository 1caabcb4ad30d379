"""Looks for what is not published in every answer that the public can get.

    python -m bench.attacks.canary --count 5000

A token stands in each text field of every draft, withdrawn text, internal note, report and
captured text. Then every address is asked for, by pattern, by crawling, with every filter, order,
format and method, and with the tokens themselves as words and as names. Prints one line of
counts, and fails where a token is in a body, a header or a cookie.
"""

import argparse
import gzip
import itertools
import random
import re
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from bench.attacks.addresses import patterns
from bench.attacks.planted import TOKEN, Secrets, plant, unplanted
from bench.attacks.restored import dump_and_restore
from bench.scratch import scratch_database

LINK = re.compile(rb"""(?:href|src|action)="([^"]+)"|<loc>([^<]+)|"(https?://testserver[^"]+)\"""")
LANGUAGES = ["en", "fr"]
LISTS = ["/en/claims/", "/fr/claims/", "/api/v1/claims/", "/data/claims.csv", "/data/claims.jsonl"]
ORDERS = ["newest", "oldest", "reading", "event", "truest", "falsest"]


@dataclass(frozen=True)
class Request:
    address: str
    method: str = "GET"
    data: dict[str, Any] = field(default_factory=dict, hash=False)
    headers: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass
class Found:
    answers: int = 0
    refusals: int = 0
    faults: list[str] = field(default_factory=list)


def requests(secrets: Secrets) -> Iterator[Request]:
    """Everything that can be asked for, but for what only a crawl finds."""
    yield from _by_pattern(secrets)
    yield from _by_word(secrets)
    yield from _by_filter(secrets)
    yield from _about_addresses(secrets)
    yield from _by_method(secrets)


def _slugs(secrets: Secrets) -> list[str]:
    from claims.models import Edition, Term

    public = {*Edition.objects.values_list("claim_slug", flat=True)}
    public |= {*Term.objects.values_list("slug", flat=True)}
    return sorted(public | {slug for slugs in secrets.slugs.values() for slug in slugs})


def _by_pattern(secrets: Secrets) -> Iterator[Request]:
    values: dict[str, list[Any]] = {
        "slug": [slug for slug in _slugs(secrets) if "/" not in slug],
        "language": [*LANGUAGES, "xx"],
        "number": [1, 2, 99],
        "section": ["claims", "documents", "topics", "pages", "x"],
        "name": _files(),
        "rest": ["x", "claims/../x"],
    }
    for pattern in patterns():
        if not pattern.is_admin:
            for address in pattern.addresses(values):
                yield Request(address)
                if address.startswith("/en/"):
                    yield Request("/fr/" + address.removeprefix("/en/"))


def _files() -> list[str]:
    from claims.interchange.files import FILES

    return [*FILES, "claims.xml", "claims", "transcripts.csv"]


def _by_word(secrets: Secrets) -> Iterator[Request]:
    """Search for each token. In capitals: a page repeats what was asked, but not in lower case."""
    surfaces = itertools.cycle([*LISTS, "/feeds/claims.en.atom"])
    for token, surface in zip(secrets.places, surfaces, strict=False):
        yield Request(f"{LISTS[0]}?q={token.upper()}")
        yield Request(f"{surface}?q={token.upper()}&ordering=oldest")


def _by_filter(secrets: Secrets) -> Iterator[Request]:
    from claims.filters import ClaimFilterSet

    found = ClaimFilterSet({})
    choices = {
        name: [str(value) for value, _label in one.extra.get("choices", []) if value]
        for name, one in found.filters.items()
    }
    choices["ordering"] = ORDERS
    choices["as_of"] = ["2021-01-01", "2026-11-28", "2100-01-01", "x"]
    for name in ("made_on_after", "made_on_before", "event_on_after", "event_on_before"):
        choices[name] = ["2022-01-05", "9999-12-31", "x"]
    secret = {"topic": "topic", "document": "document", "claimant": "claimant"}
    for surface in LISTS:
        for name, values in choices.items():
            hidden = secrets.slugs.get(secret.get(name, ""), [])
            for value in [*values, *hidden, "", "nothing-of-the-kind"]:
                yield Request(f"{surface}?{urlencode({name: value})}")
                yield Request(f"{surface}?{urlencode({name: value, 'ordering': 'falsest'})}")


def _about_addresses(secrets: Secrets) -> Iterator[Request]:
    """oEmbed, the switch of languages and reports name another address."""
    for slug in _slugs(secrets):
        page = f"http://testserver/en/claims/{slug}/"
        for extra in ({}, {"format": "json"}, {"format": "xml"}, {"maxwidth": "1"}):
            yield Request("/oembed?" + urlencode({"url": page, **extra}))
        yield Request("/i18n/setlang/", "POST", {"language": "fr", "next": f"/en/claims/{slug}/"})
        yield Request(f"/en/claims/{slug}/report/", "POST", {"body": ""})


def _by_method(secrets: Secrets) -> Iterator[Request]:
    values: dict[str, list[Any]] = {
        "slug": [slugs[0] for slugs in secrets.slugs.values()] + ["claim-a", "with-secrets"],
        "language": ["fr"],
        "number": [1],
        "section": ["claims"],
        "name": ["claims.csv"],
        "rest": ["x"],
    }
    shapes = [{"accept-encoding": "gzip"}, {"if-none-match": "*"}, {"accept": "text/turtle"}]
    for pattern in patterns():
        if not pattern.is_admin:
            for address in pattern.addresses(values):
                for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"):
                    yield Request(address, method)
                for headers in shapes:
                    yield Request(address, headers=headers)
                yield Request(address + "?x=1&after=x&as_of=x&q=%00")


def attack(
    secrets: Secrets, asked: list[Request], *, most_crawled: int, is_known: bool = False
) -> Found:
    """Ask for everything; without an account, or by turns as a reader who has one."""
    found = Found()
    clients = [*_clients(is_known=is_known)]
    for number, request in enumerate(asked):
        _ask(clients[number % len(clients)], request, found)
    for address in _crawl(clients[0], found, most_crawled):
        _ask(clients[-1], Request(address), found)
    return found


def _clients(*, is_known: bool) -> Iterator[Any]:
    from django.test import Client

    from tests.factories import make_user

    yield Client(raise_request_exception=False)
    if is_known:
        reader = Client(raise_request_exception=False)
        reader.force_login(make_user(None, is_staff=False))
        yield reader


def _crawl(client: Any, found: Found, most: int) -> Iterator[str]:
    """Follow every link, from the first page, the sitemap, the feeds and the data."""
    seen = {"/en/", "/fr/", "/sitemap.xml", "/robots.txt", "/data/datapackage.json"}
    seen |= {"/api/v1/openapi.json", "/api/v1/claims/", "/feeds/claims.atom"}
    queue = deque(sorted(seen))
    while queue and len(seen) < most + 8:
        here = queue.popleft()
        _status, text = _ask(client, Request(here), found)
        for match in LINK.finditer(text):
            link = next(group for group in match.groups() if group).decode(errors="replace")
            link = link.replace("&amp;", "&").partition("#")[0]
            parts = urlsplit(link)
            if parts.netloc not in ("", "testserver") or parts.path.startswith("/static/"):
                continue
            path = parts.path if parts.path.startswith("/") else urlsplit(here).path + parts.path
            whole = path + (f"?{parts.query}" if parts.query else "")
            if whole not in seen and "/admin/" not in whole:
                seen.add(whole)
                queue.append(whole)
                yield whole


def _ask(client: Any, request: Request, found: Found) -> tuple[int, bytes]:
    headers = {"HTTP_" + name.upper().replace("-", "_"): text
               for name, text in request.headers.items()}  # fmt: skip
    response = client.generic(
        request.method,
        request.address,
        data=urlencode(request.data),
        content_type="application/x-www-form-urlencoded",
        **headers,
    )
    body = response.getvalue()
    if response.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    found.answers += 1
    found.refusals += response.status_code >= 400
    what = f"{request.method} {request.address}"
    # 501 is what oEmbed asks for where a format is not spoken.
    if response.status_code >= 500 and response.status_code != 501:
        found.faults.append(f"{what}: status {response.status_code}")
    told = [response.reason_phrase, *response.cookies.output().splitlines()]
    told += [f"{name}: {text}" for name, text in response.items()]
    whole = "\n".join(told) + "\n" + body.decode(errors="replace")
    known = set(TOKEN.findall(request.address + urlencode(request.data)))
    for token in sorted(set(TOKEN.findall(unquote(whole))) - known):
        found.faults.append(f"{what}: {token}")
    return response.status_code, body


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=5000, help="Fewer answers are a fault.")
    parser.add_argument(
        "--restored", action="store_true", help="On the database dumped and restored."
    )
    options: Any = parser.parse_args()
    with scratch_database("factcheck_canary"):
        import logging

        logging.disable(logging.ERROR)
        secrets = Secrets()
        plant(secrets)
        if options.restored:
            dump_and_restore()
        asked = list(requests(secrets))
        random.Random(0).shuffle(asked)  # nosec B311: no secret
        start = time.monotonic()
        found = attack(secrets, asked, most_crawled=2000, is_known=True)
        seconds = time.monotonic() - start
        forgotten = unplanted(secrets)
    for fault in [*found.faults[:20], *forgotten]:
        print(fault, file=sys.stderr)
    short = found.answers < options.count or len(secrets.places) < 500
    print(
        f"canary: {len(secrets.places)} tokens, "
        f"{found.answers} answers ({found.refusals} refusals), "
        f"{len(found.faults)} faults, {len(forgotten)} fields without a token; {seconds:.0f} s"
    )
    sys.exit(bool(found.faults or forgotten or short))


if __name__ == "__main__":
    main()
