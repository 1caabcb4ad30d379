"""Asks the public lists for what nobody should: every field's name, endless values, odd bytes.

    python -m bench.attacks.queries --claims 100000

Works in a database of its own with that many published claims, or, with ``--archive``, in the one
that DATABASE_URL names, which ``bench.archive`` has filled; there it only reads. What the record
often says is asked for as well, in every order and beside every filter. Prints one line, and fails
on a status that is neither 200, 400 nor 404, or a query of the database of more than half a second.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

from bench.scratch import scratch_database

SLOWEST = 0.5  # Seconds for one query of the database.
TRIES = 3  # For a query that took longer: others may have been in its way.
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


def plausible_addresses() -> Iterator[str]:
    """Questions that find much: the words and the names that the record has most of."""
    from claims.filters import ORDERING_LABELS
    from claims.models import ClaimKind, Edition, Rating, Term

    live = Edition.objects.live().order_by("sequence")
    texts = islice(live.values_list("statement_en", flat=True).iterator(), 2_000)
    counts = Counter(word for text in texts for word in set(text.lower().split()) if word.isalpha())
    words = [word for word, _number in counts.most_common(6)]
    rare = [word for word, _number in counts.most_common()[-2:]]
    searches = [*words, *rare, " ".join(words), " OR ".join(words), f"-{words[0]}", f'"{words[0]}']
    searches += [f'"{words[0]} {words[1]}"', f"{words[0]} -{words[1]}"]
    given: dict[str, list[str]] = {
        "rating": [*Rating.objects.values_list("slug", flat=True), "open"],
        "kind": [*ClaimKind.values],
        "made_on": ["unknown"], "event_on": ["unknown"], "outdated": ["true", "false"],
        "made_on_after": ["0001-01-01", "9999-12-31"], "event_on_before": ["9999-12-31"],
    }  # fmt: skip
    for kind in ("document", "topic", "claimant"):
        terms = Term.objects.filter(kind=kind).order_by("live_count").values_list("slug", flat=True)
        # A claim has one document only: its filter comes with the one that is read most.
        given[kind] = [slug for slug in (terms.last(), terms.first()) if slug]
    narrowed = [{name: value} for name, values in given.items() for value in values]
    narrowed += [{"q": text} for text in searches]
    narrowed += [{"q": words[0]} | one for one in narrowed if "q" not in one]
    for place in PLACES:
        for asked in narrowed:
            for ordering, _label in ORDERING_LABELS if place in PLACES[:2] else [("", "")]:
                order = {"ordering": ordering} if ordering else {}
                yield f"{place}?{urlencode(asked | order)}"
    for several in ("topic", "rating", "claimant", "document"):
        kind_of = Term.objects.filter(kind=several).values_list("slug", flat=True)
        slugs = given["rating"] if several == "rating" else list(kind_of[:200])
        yield f"{PLACES[0]}?" + urlencode([(several, slug) for slug in slugs])


class Clock:
    """Notes the slowest query, and those that are too slow each time they are tried."""

    def __init__(self) -> None:
        self.slowest = 0.0
        self.statement = ""
        self.too_slow: list[float] = []

    def __call__(self, execute: Any, sql: str, *given: Any) -> Any:
        seconds = float("inf")
        for _try in range(TRIES):
            start = time.perf_counter()
            result = execute(sql, *given)
            seconds = min(seconds, time.perf_counter() - start)
            if seconds <= SLOWEST:
                break
        else:
            self.too_slow.append(seconds)
        if seconds > self.slowest:
            self.slowest, self.statement = seconds, sql
        return result


def attack(asked: list[str]) -> tuple[Counter[int], Clock, list[str]]:
    from django.db import connections
    from django.test import Client

    client = Client(raise_request_exception=False)
    clock, found, faults = Clock(), Counter[int](), []
    with connections["reader"].execute_wrapper(clock):
        for address in asked:
            response = client.get(address)
            # A file of everything need not be read to its end.
            next(iter(response), None)
            found[response.status_code] += 1
            if response.status_code not in (200, 400, 404):
                faults.append(f"{address[:150]}: status {response.status_code}")
            faults += [f"{address[:150]}: a query took {n:.2f} s" for n in clock.too_slow]
            clock.too_slow.clear()
    return found, clock, faults


def archive() -> Any:
    """The database that DATABASE_URL names, as it is."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.test")
    django.setup()
    return nullcontext()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--archive", action="store_true", help="Ask what DATABASE_URL names.")
    options: Any = parser.parse_args()
    with archive() if options.archive else scratch_database("factcheck_queries"):
        import logging

        from bench.interchange import make_editions
        from claims.models import Edition

        logging.disable(logging.ERROR)
        if not options.archive:
            make_editions(options.claims)
        claims = Edition.objects.live().count()
        start = time.monotonic()
        found, clock, faults = attack([*addresses(), *plausible_addresses()])
        seconds = time.monotonic() - start
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    told = ", ".join(f"{number} of {status}" for status, number in sorted(found.items()))
    print(
        f"queries: {found.total()} requests on {claims} claims: {told}; "
        f"{len(faults)} faults; "
        f"slowest query {clock.slowest * 1000:.0f} ms; {seconds:.0f} s"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
