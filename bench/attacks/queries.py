"""Asks the public lists for what nobody should: every field's name, endless values, odd bytes.

    python -m bench.attacks.queries --claims 100000

Works in a database of its own with that many published claims. Prints one line, and fails on a
status that is neither 200, 400 nor 404, or a query of the database of more than half a second.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from bench.scratch import scratch_database

SLOWEST = 0.5  # Seconds for one query of the database.
PLACES = ["/en/claims/", "/api/v1/claims/", "/data/claims.csv", "/feeds/claims.en.atom"]
RELATED = [
    "password", "submitted_by", "submitted_by__password", "approved_by__email", "claim__notes",
    "claim__status", "people_salt", "payload", "payload__contains", "chain_hash__startswith",
    "id__in", "pk", "search", "superseded_at__isnull", "claim__reports__contact", "__class__",
]  # fmt: skip
WORDS = [
    "%" * 100, "_" * 100, "*" * 100, "a* b* c*", "(((" * 30, ")" * 60, '"' * 99, "'" * 99, "!" * 99,
    "& | ! <->", ":*", "a:*", "\\" * 99, "a OR " * 40, "-a " * 60, "-" * 199, "(a+)+$", "a" * 200,
    "a" * 8000, "é" * 199, "\u202e" * 99, "\ufeff", "😀" * 99, "'; DROP TABLE claims_edition; --",
    "1' OR '1'='1", "{{7*7}}", "${7*7}", "../../etc/passwd", "null", "NaN", "1e999",
]  # fmt: skip
PAGES = ["9" * 21, "1" + "0" * 20, "-1", "x", "", "eyJ", "%00", "A" * 2000, "A" * 8000]


def addresses() -> Iterator[str]:
    from claims.filters import ClaimFilterSet
    from claims.models import Edition

    known = list(ClaimFilterSet.base_filters)
    columns = [column.name for column in Edition._meta.get_fields()]
    for place in PLACES:
        for name in [*columns, *RELATED]:
            yield f"{place}?{name}=1"
            yield f"{place}?ordering={name}"
            yield f"{place}?ordering=-{name}"
        for word in WORDS:
            yield f"{place}?q={quote(word)}"
        for name in known:
            yield f"{place}?{name}=" + "x" * 8000
            yield f"{place}?{name}=%00"
            yield f"{place}?{name}=%FF%FE"
            yield f"{place}?" + "&".join([f"{name}=x"] * 10_000)
            yield f"{place}?{name}[]=x&{name}[$ne]=x"
        for number in PAGES:
            yield f"{place}?after={number}"
            yield f"{place}?page={number}"
        yield f"{place}?" + "&".join(f"x{number}=1" for number in range(10_000))
        yield f"{place}?as_of=9999-99-99"
        yield f"{place}?as_of=%00"
    for name in ("documents", "topics", "claimants", "corrections"):
        for number in PAGES:
            yield f"/api/v1/{name}/?after={number}"
    for slug in ("%00", "%FF", "a" * 5000, "..%2f..", "'", "%F0%9F%98%80"):
        for place in ("/en/claims/", "/api/v1/claims/", "/en/topics/", "/data/", "/data/fixtures/"):
            yield f"{place}{slug}/"
    yield "/oembed?url=" + "http://testserver/en/claims/" + "a" * 8000
    yield "/oembed?url=%00&maxwidth=" + "9" * 30


class Clock:
    """Notes the slowest query."""

    def __init__(self) -> None:
        self.slowest = 0.0
        self.statement = ""

    def __call__(self, execute: Any, sql: str, *given: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, *given)
        finally:
            seconds = time.perf_counter() - start
            if seconds > self.slowest:
                self.slowest, self.statement = seconds, sql


def attack(asked: list[str]) -> tuple[Counter[int], Clock, list[str]]:
    from django.db import connections
    from django.test import Client

    client = Client(raise_request_exception=False)
    clock, found, faults = Clock(), Counter[int](), []
    with connections["reader"].execute_wrapper(clock):
        for address in asked:
            before = clock.slowest
            response = client.get(address)
            # A file of everything need not be read to its end.
            next(iter(response), None)
            found[response.status_code] += 1
            if response.status_code not in (200, 400, 404):
                faults.append(f"{address[:150]}: status {response.status_code}")
            if clock.slowest > max(before, SLOWEST):
                faults.append(f"{address[:150]}: a query took {clock.slowest:.2f} s")
    return found, clock, faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=100_000)
    options: Any = parser.parse_args()
    with scratch_database("factcheck_queries"):
        import logging

        from bench.interchange import make_editions

        logging.disable(logging.ERROR)
        make_editions(options.claims)
        start = time.monotonic()
        found, clock, faults = attack(list(addresses()))
        seconds = time.monotonic() - start
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    told = ", ".join(f"{number} of {status}" for status, number in sorted(found.items()))
    print(
        f"queries: {found.total()} requests on {options.claims} claims: {told}; "
        f"{len(faults)} faults; "
        f"slowest query {clock.slowest * 1000:.0f} ms; {seconds:.0f} s"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
