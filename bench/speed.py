"""How fast a large archive is read and edited, beside what else one could have built.

    make bench N=100000      (or: python -m bench.speed --claims 100000)

Ours, the stock Django design, a constant Django page, nginx, Datasette where it is installed, and
hand-written SQL are measured in one run, interleaved; medians of at least five go to
``bench/results.md`` with their ratios. On the server that DATABASE_URL names, or on the embedded
one; ``--archive`` takes a database that ``bench.archive`` made, and changes a copy of it.
"""

import argparse
import importlib.util
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import databases, interleaved, report
from bench.interleaved import Peers
from bench.load import answer, latency, rate

RESULTS = Path(__file__).with_name("results.md")
REQUESTS = 10_000
LONGEST = 120  # Seconds for them.
PUBLISHED = 1_000
START = time.monotonic()


def main() -> None:
    # So that the servers end with a run that is broken off.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))
    options = arguments()
    ours = options.in_place or prepared(options)
    say("filling the stock design")
    stock = options.stock or databases.named(ours, databases.STOCK)
    if not options.stock:
        databases.stock(ours, stock)
    found = report.Found(runs=options.runs)
    try:
        measure(found, ours, stock, options)
    finally:
        # A run that is broken off tells what it knows.
        rows = report.rows(found)
        Path(options.output).write_text(report.page(found, rows), encoding="utf-8")
        from django.db import connections

        for connection in connections.all():
            connection.close()
            connection.close_pool()
        if not options.in_place:
            databases.drop(ours, databases.OURS)
        if not options.stock:
            databases.drop(ours, databases.STOCK)
    print(report.summary(rows))
    sys.exit(not all(row.is_met for row in rows))


def prepared(options: Any) -> str:
    """The address of an archive that may be changed."""
    if options.archive:
        template = databases.name_of(options.archive)
        return databases.make(options.archive, databases.OURS, template=template)
    address = databases.make(databases.server_address(), databases.OURS)
    databases.archive(address, options.claims)
    return address


def arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--archive", help="address of a database that bench.archive made")
    parser.add_argument("--in-place", help="the same, but it is changed itself: no copy is made")
    parser.add_argument("--stock", help="address of a database that bench.stock.fill made")
    parser.add_argument("--smaller", nargs="*", default=[], help="archives to see growth from")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--output", default=str(RESULTS))
    return parser.parse_args()


def measure(found: report.Found, ours: str, stock: str, options: Any) -> None:
    os.environ |= {"DATABASE_URL": ours, "DJANGO_SETTINGS_MODULE": "bench.site_settings"}
    import django

    django.setup()
    from bench import newsroom, servers, sqltimes
    from bench.addresses import choose, operations
    from bench.logins import session_key

    chosen = choose()
    asked = operations(chosen)
    found.claims = count()
    with tempfile.TemporaryDirectory() as folder:
        site = servers.gunicorn("factcheck.wsgi")
        page, _headers = answer(site.address, asked[5].ours[0])
        settings = {"DATABASE_URL": stock, "DJANGO_SETTINGS_MODULE": "bench.stock.settings"}
        peers = Peers(
            ours=site,
            stock=servers.gunicorn("bench.stock.wsgi", **settings),
            constant=servers.gunicorn("bench.constant"),
            nginx=servers.nginx(Path(folder), page),
            datasette=datasette(ours, Path(folder)),
            cookies={
                "ours": session_key(),
                "stock": databases.run("bench.logins", capture=True, **settings).strip(),
            },
        )
        everything = [peers.ours, peers.stock, peers.constant, peers.nginx, peers.datasette]
        with servers.running(*everything):
            found.taken = interleaved.measure(asked, peers, options.runs, say)
            found.weights = {
                name: len(answer(server.address, paths[0], {"Cookie": cookie})[0])
                for name, server, paths, cookie in weighed(asked, peers)
            }
    say("database times")
    paths = {operation.name: operation.ours[0] for operation in asked if not operation.is_admin}
    found.database = sqltimes.measure(paths, chosen, options.runs)
    say("publishing")
    newsroom.prepare(PUBLISHED + 4 * newsroom.ONES)
    found.publishing = newsroom.measure(PUBLISHED)
    say("memory")
    found.requests, found.memory = memory(asked)
    say("growth")
    found.growth = growth([*options.smaller, ours], options.runs)


def weighed(asked: list[Any], peers: Peers) -> list[Any]:
    form = asked[-1]
    return [
        ("ours", peers.ours, form.ours, f"sessionid={peers.cookies['ours']}"),
        ("stock", peers.stock, form.stock, f"sessionid={peers.cookies['stock']}"),
    ]


def count() -> int:
    from claims.models import Claim

    return Claim.objects.count()


def datasette(address: str, folder: Path) -> Any:
    from bench import servers
    from bench.sqlite import make_file

    if importlib.util.find_spec("datasette") is None:
        say("Datasette is not installed: requirements-bench.txt has it")
        return None
    say("filling a file for Datasette")
    make_file(address, folder / "archive.db")
    return servers.datasette(folder / "archive.db")


def memory(asked: list[Any]) -> tuple[float, int]:
    """How many requests for every page in turn were answered, and MiB of the larger worker then."""
    from bench import servers

    site = servers.gunicorn("factcheck.wsgi")
    every = [operation.ours for operation in asked if not operation.is_admin]
    longest = max(len(paths) for paths in every)
    paths = [paths[place % len(paths)] for place in range(longest) for paths in every]
    with servers.running(site):
        answered, end = 0.0, time.monotonic() + LONGEST
        while answered < REQUESTS and time.monotonic() < end:
            answered += rate(site.address, paths, 10) * 10
        return answered, site.memory()


def growth(addresses: list[str], runs: int) -> dict[str, list[float]]:
    """Median seconds of each page in each archive, the smallest first; all in turn."""
    from bench import servers
    from bench.addresses import anew
    from bench.growth import questions

    sites, asked = [], []
    for address in addresses:
        sites.append(servers.gunicorn("factcheck.wsgi", DATABASE_URL=address))
        asked.append(questions(address))
    taken: dict[str, list[list[float]]] = {name: [[] for _site in sites] for name in asked[0]}
    with servers.running(*sites):
        for run in range(runs + 1):
            for name in asked[0]:
                for place, site in enumerate(sites):
                    path, headers = asked[place][name]
                    path = path if headers else anew([path])[0]  # None that was kept.
                    took = latency(site.address, path, headers)
                    if run:  # The first one warms up.
                        taken[name][place].append(took)
    return {name: [report.middle(one) for one in places] for name, places in taken.items()}


def say(text: str) -> None:
    print(f"{time.monotonic() - START:6.0f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    for program in ("wrk", "nginx"):
        if not shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
            sys.exit(f"The program {program} is missing: `make bench` gets it.")
    main()
