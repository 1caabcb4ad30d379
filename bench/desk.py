"""What each page of the desk costs on an archive: processor time, whatever else is running.

DATABASE_URL=… python -m bench.desk [--runs 5] [--noun claims.claim] [--only search] [--slowest]

The pages are found as an editor finds them: of every noun its list, each choice of each filter,
each order, a search for a rare and for a common word, the fields one types into, and forms; the
first page with its queues. The archive stays as it was: all is undone at the end.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

PLACES = (0.0, 0.5, 0.999)  # of the rows whose forms are opened, in the order of their keys


@dataclass(frozen=True)
class Page:
    """One page of the desk: medians in milliseconds, its queries and its bytes.

    ``sql`` is the processor time of the database's process where that runs on this machine, and
    ``waited`` how long Python waited for it.
    """

    name: str
    python: float
    sql: float
    waited: float
    queries: int
    size: int
    slowest: str = ""


def pages(nouns: str) -> Iterator[tuple[str, str]]:
    """The name and the address of each page of the nouns whose names hold this."""
    from django.contrib import admin
    from django.urls import reverse

    yield "first page", reverse("admin:index")
    for model, options in admin.site._registry.items():
        noun = f"{model._meta.app_label}.{model._meta.model_name}"
        if nouns not in noun:
            continue
        address = reverse(f"admin:{noun.replace('.', '_')}_changelist")
        yield f"{noun} list", address
        yield from _lists(noun, address, options)
        for place, key in _keys(model):
            page = reverse(f"admin:{noun.replace('.', '_')}_change", args=[key])
            yield f"{noun} form {place:g}", page
            yield f"{noun} history {place:g}", page.replace("/change/", "/history/")
        yield from _typed(model, options)


def _lists(noun: str, address: str, options: Any) -> Iterator[tuple[str, str]]:
    from bench.addresses import COMMON, rare_word

    request = _request(address)
    changelist = options.get_changelist_instance(request)
    yield f"{noun} list, page 2", f"{address}?p=2"
    yield f"{noun} list, facets", f"{address}?_facets=True"
    for spec in changelist.filter_specs:
        for choice in spec.choices(changelist):
            if not choice["selected"] and choice["query_string"] != "?":
                yield f"{noun} {spec.title}: {choice['display']}", address + choice["query_string"]
    for number in range(1, len(changelist.list_display)):
        for sign in ("", "-"):
            yield (
                f"{noun} order {sign}{changelist.list_display[number]}",
                f"{address}?o={sign}{number}",
            )
    if options.search_fields:
        for name, word in (("common", COMMON), ("rare", rare_word()), ("short", "un")):
            yield f"{noun} search, {name}", f"{address}?{urlencode({'q': word})}"
    if dates := changelist.dates if options.date_hierarchy else None:
        for choice in dates["choices"]:
            yield f"{noun} date {choice['title']}", address + choice["link"]


def _typed(model: Any, options: Any) -> Iterator[tuple[str, str]]:
    """What the fields offer that one types into."""
    from django.urls import reverse

    from bench.addresses import COMMON, rare_word

    words = {"blank": "", "common": COMMON, "rare": rare_word(), "short": "a"}
    for name in options.autocomplete_fields:
        for kind, word in words.items():
            asked = {
                "term": word,
                "app_label": model._meta.app_label,
                "model_name": model._meta.model_name,
                "field_name": name,
            }
            address = f"{reverse('admin:autocomplete')}?{urlencode(asked)}"
            yield f"typed into {model._meta.model_name}.{name}, {kind}", address


def _keys(model: Any) -> Iterator[tuple[float, Any]]:
    bounds = model._default_manager.order_by("pk").values_list("pk", flat=True)
    first, last = bounds.first(), bounds.last()
    if first is None:
        return
    if not isinstance(first, int):
        yield 0.0, first
        return
    for place in PLACES:
        near = first + int((last - first) * place)
        yield place, bounds.filter(pk__gte=near).first()


def _request(address: str) -> Any:
    from django.contrib.auth import get_user_model
    from django.test import RequestFactory

    request = RequestFactory().get(address)
    request.user = get_user_model().objects.get(username="owner")
    return request


def measured(client: Any, name: str, address: str, runs: int) -> Page:
    from bench.sqltimes import timed_queries

    taken: list[tuple[float, ...]] = []
    for run in range(runs + 1):
        start, of_database = time.process_time(), database_time()
        with timed_queries() as queries:
            response = client.get(address)
        python = (time.process_time() - start) * 1000
        if run:  # The first one warms up.
            waited = sum(took for _sql, took in queries)
            taken.append((python, database_time() - of_database, waited))
    sql, took = max(queries, key=lambda query: query[1], default=("", 0.0))
    name = name if response.status_code == 200 else f"{name} ({response.status_code})"
    return Page(
        name,
        *(statistics.median(column) for column in zip(*taken, strict=True)),
        queries=len(queries),
        size=len(response.content),
        slowest=f"{took:.1f} ms: {sql}",
    )


def database_time() -> float:
    """Milliseconds of processor time that the connection's process has had; 0 where it is away."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return int(found.read_text().split()[0]) / 1e6 if found.exists() else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--noun", default="", help="nouns whose names hold this")
    parser.add_argument("--only", default="", help="pages whose names hold this")
    parser.add_argument("--slowest", action="store_true", help="print each page's slowest query")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.site_settings")
    django.setup()
    from django.db import transaction
    from django.test import Client

    from bench.logins import session_key

    client = Client(headers={"host": "127.0.0.1"})
    with transaction.atomic():
        client.cookies["sessionid"] = session_key()
        for name, address in pages(options.noun):
            if options.only not in name:
                continue
            page = measured(client, name, address, options.runs)
            if options.json:
                print(json.dumps(asdict(page)), flush=True)
            else:
                times = f"{page.python:8.1f} {page.sql:8.1f} {page.waited:8.1f}"
                print(f"{times} {page.queries:4d} {page.size:9,d}  {page.name}", flush=True)
                if options.slowest:
                    print(f"          {page.slowest[:1500]}", file=sys.stderr)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
