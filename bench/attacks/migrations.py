"""Migrations forward and back under readers: nobody waits long for a lock, nothing changes.

    python -m bench.attacks.migrations --claims 100000 [--start 0012_state]

The site is taken back to the first schema that readers' pages can be served from, then forward
step by step, then one step back and forward again. Meanwhile readers read pages whose right
answer is known, and for each hot table two probes take, again and again, the lock that a reader
takes and the one that a writer takes. Prints one line of counts; fails where a lock was waited
for longer than --within, a read was not right, or the digest of a table is another.
"""

import argparse
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, sql

from bench.attacks.application import Application, application
from bench.attacks.cluster import Cluster, cluster
from bench.attacks.multiplying import multiply
from bench.attacks.restarts import DESK_CLAIMS, Reader, known_pages
from bench.attacks.setup import set_up, verdict

START = "0012_state"
SAMPLES = 20
HOT = ("edition", "term", "rating", "claim", "quote", "evidence", "source", "document", "move")
MODES = {"reading": "ACCESS SHARE", "writing": "ROW EXCLUSIVE"}
READERS, PACE = 2, 4
PAUSE = 0.02
# What migrations themselves keep.
NO_DATA = ("django_migrations", "django_content_type", "auth_permission", "auth_group_permissions")
# What is filed from the record: a migration may file more of it, under new numbers.
FILED = "claims_term"

type Columns = dict[str, set[str]]


class Probe(threading.Thread):
    """Takes one lock of one table again and again, and remembers the longest wait for it."""

    def __init__(self, server: Cluster, table: str, act: str) -> None:
        super().__init__(daemon=True)
        self.name = f"{act} {table}s"
        self.server = server
        self.statement = sql.SQL("LOCK TABLE {} IN {} MODE").format(
            sql.Identifier(f"claims_{table}"), sql.SQL(MODES[act])
        )
        self.longest = 0.0
        self.stopped = threading.Event()

    def run(self) -> None:
        with self.server.connect() as connection:
            while not self.stopped.wait(PAUSE):
                start = time.monotonic()
                with connection.transaction():
                    connection.execute(self.statement)
                self.longest = max(self.longest, time.monotonic() - start)

    def stop(self) -> None:
        self.stopped.set()
        self.join()


class Migrations:
    """One database, taken back and forth."""

    def __init__(self, site: Application, within: float) -> None:
        self.site, self.server, self.within = site, site.cluster, within
        self.faults: list[str] = []
        # Of each step: its seconds, and the longest wait for a lock with what waited for it.
        self.steps: dict[str, tuple[float, float, str]] = {}
        self.right = 0

    def run(self, start: str, seeded: dict[str, Any]) -> None:
        names = names_since(start)
        pages = known_pages(self.site, seeded)
        with self.server.connect() as connection:
            newest = columns(connection)
            whole = digests(connection, newest)
            self.site.manage("migrate", "claims", start, "--verbosity=0", as_owner=True)
            kept = common(columns(connection), newest)
            del kept[FILED]
            before = digests(connection, kept)
            with self.read(pages):
                for name in names:
                    self.migrate(name)
                    self.compare(name, before, digests(connection, kept))
                self.compare("all steps", whole, digests(connection, newest))
                back = [start, *names][-2]
                self.migrate(back, f"back to {back}")
                left = common(columns(connection), newest)
                step_back = digests(connection, left)
                self.migrate(names[-1], f"{names[-1]} again")
                self.compare("one step back", step_back, digests(connection, left))
                self.compare("one step forward", whole, digests(connection, newest))

    @contextmanager
    def read(self, pages: dict[str, bytes]) -> Iterator[None]:
        readers = [Reader(self.site, pages, 1 / PACE) for _number in range(READERS)]
        for reader in readers:
            reader.start()
        try:
            yield
        finally:
            for reader in readers:
                reader.stop()
                self.faults += reader.faults
                self.right += reader.counts["right"]
                if late := reader.counts["503"]:
                    self.faults.append(f"{late} reads were refused")

    def migrate(self, name: str, step: str = "") -> None:
        probes = [Probe(self.server, table, act) for table in HOT for act in MODES]
        for probe in probes:
            probe.start()
        start = time.monotonic()
        self.site.manage("migrate", "claims", name, "--skip-checks", as_owner=True)
        took = time.monotonic() - start
        for probe in probes:
            probe.stop()
        worst = max(probes, key=lambda probe: probe.longest)
        self.steps[step or name] = took, worst.longest, worst.name
        told = f"{step or name}: {took:.1f} s, {worst.name} waited {worst.longest:.2f} s"
        print(told, file=sys.stderr)
        self.faults += [
            f"{step or name}: {probe.name} waited {probe.longest:.1f} s"
            for probe in probes
            if probe.longest > self.within
        ]

    def compare(self, when: str, expected: dict[str, str], found: dict[str, str]) -> None:
        self.faults += [
            f"{when}: {table} was {expected[table]} and is {found.get(table)}"
            for table in expected
            if expected[table] != found.get(table)
        ]


def names_since(start: str) -> list[str]:
    """The migrations of claims after this one, in their order."""
    from django.db.migrations.loader import MigrationLoader

    graph = MigrationLoader(None).graph
    [leaf] = graph.leaf_nodes("claims")
    names = [name for app, name in graph.forwards_plan(leaf) if app == "claims"]
    return names[names.index(start) + 1 :]


def columns(connection: Connection[Any]) -> Columns:
    """The columns of each table that hold data."""
    query = """
        SELECT table_name, array_agg(column_name::text) FROM information_schema.columns
        JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> ALL (%s)
        GROUP BY table_name
    """
    found = {table: set(names) for table, names in connection.execute(query, [list(NO_DATA)])}
    found[FILED].discard("id")
    return found


def common(one: Columns, other: Columns) -> Columns:
    return {table: one[table] & other[table] for table in one.keys() & other.keys()}


def digests(connection: Connection[Any], chosen: Columns) -> dict[str, str]:
    """Names what is in these columns of these tables."""
    found = {}
    for table, names in sorted(chosen.items()):
        query = sql.SQL(
            "SELECT count(*), sum(hashtextextended(ROW({})::text, 0)::numeric) FROM {}"
        ).format(sql.SQL(", ").join(map(sql.Identifier, sorted(names))), sql.Identifier(table))
        count, total = connection.execute(query).fetchone() or (0, 0)
        found[table] = f"{count} {total}"
    return found


def attack(
    claims: int, *, within: float, start: str = START, samples: int = SAMPLES
) -> tuple[str, list[str]]:
    """The counts, and what went wrong."""
    with cluster(options="-c max_wal_size=4GB") as server, application(server) as site:
        seeded = site.seed(samples + DESK_CLAIMS)
        with server.connect() as connection:
            count = multiply(connection, max(1, claims // (samples + DESK_CLAIMS) - 1))
        print(f"{count} claims", file=sys.stderr)
        site.start()
        run = Migrations(site, within)
        run.run(start, seeded)
    _took, longest, name = max(run.steps.values(), key=lambda step: step[1])
    told = (
        f"{count} claims, {len(run.steps)} steps of at most "
        f"{max(took for took, _longest, _name in run.steps.values()):.1f} s, "
        f"the longest wait for a lock {longest:.2f} s ({name}), {run.right} right reads"
    )
    return told, run.faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--start", default=START, help="The migration to begin from.")
    parser.add_argument("--within", type=float, default=2, help="Seconds that a lock may take.")
    options: Any = parser.parse_args()
    set_up()
    verdict("migrations", *attack(options.claims, within=options.within, start=options.start))


if __name__ == "__main__":
    main()
