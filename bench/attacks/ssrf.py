"""Hostile addresses against the link checker: nothing but the public web is ever connected to.

    python -m bench.attacks.ssrf

Prints one line of counts, and fails where a connection went to an address that is not public,
where an address was not answered as expected, or where one took too long. Real servers on
loopback: one stands for the public web, the others are what must not be found; and the
interpreter itself reports every connection that is tried, whoever tries it.
"""

import argparse
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import django

from bench.attacks.ssrf_targets import SLOW, Target, answers, direct, on_the_way

LONGEST = 12.0  # Seconds for one address.
MOST_MEMORY = 64  # MiB for all of them.
# The first stands for the public web; on the others, and the same port, nobody must knock.
HOSTS = ("127.0.0.1", "127.0.0.2", "::1")


class Names:
    """A name server of the attacker's: each host has a row of answers, the last one for good."""

    def __init__(self, target: Target, patience: float) -> None:
        self.rows = {host: list(row) for host, row in target.names.items()}
        self.patience = patience
        self.lookups: Counter[str] = Counter()

    def __call__(self, host: str, port: int, **options: Any) -> list[Any]:
        self.lookups[host] += 1
        if host not in self.rows:
            return socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST, **options)
        row = self.rows[host]
        addresses = row.pop(0) if len(row) > 1 else row[0]
        if addresses == SLOW:
            time.sleep(self.patience)
            addresses = ["127.0.0.1"]
        return [(0, 0, 0, "", (address, port)) for address in addresses]


class Observer:
    """Hears of every connection that this process tries, from the interpreter itself."""

    def __init__(self) -> None:
        self.is_on = False
        self.tried: list[tuple[str, int]] = []
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: Sequence[Any]) -> None:
        if self.is_on and event == "socket.connect" and isinstance(arguments[1], tuple):
            self.tried.append(arguments[1][:2])

    @contextmanager
    def listening(self) -> Iterator[None]:
        self.tried, self.is_on = [], True
        try:
            yield
        finally:
            self.is_on = False


OBSERVER = Observer()


@dataclass
class Outcome:
    """What became of the targets."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    connections: int = 0
    slowest: float = 0.0


def attack(*, only: str = "", make_policy: Any = None) -> Outcome:
    """Every target at once, or those named so; ``make_policy`` plants a fault."""
    from tests.strange_sites import OnlySite, serving

    outcome = Outcome()
    paths: dict[str, Any] = {}
    with serving(paths, HOSTS) as sites:
        port = sites[0].port
        paths |= answers(port)
        targets = [*direct(port), *on_the_way(port)]
        targets = [target for target in targets if target.name.startswith(only)]
        policy = (make_policy or OnlySite)(sites[0])
        with OBSERVER.listening(), ThreadPoolExecutor(24) as pool:
            # The slow ones come last in the list, and first here.
            for told in pool.map(lambda target: ask(target, policy), reversed(targets)):
                count(told, outcome)
        inside = [where for where in OBSERVER.tried if where != ("127.0.0.1", port)]
        knocks = sum(site.connections for site in sites[1:])
        if "/direct" in sites[0].paths():
            outcome.faults.append("the public site was asked what should have been refused")
    outcome.connections = max(len(inside), knocks)
    outcome.faults += [f"connected to {where}" for where in inside]
    return outcome


type Told = tuple[Target, str, float, int]


def ask(target: Target, policy: Any) -> Told:
    from claims.desk.fetching import Fetcher
    from claims.desk.outgoing import FetchError

    names = Names(target, patience=LONGEST + 3)
    start = time.monotonic()
    try:
        came = str(Fetcher("attack", policy, names).fetch(target.url).status)
    except FetchError as error:
        came = error.reason.value
    except Exception as error:
        came = f"{type(error).__name__}: {error}"
    return target, came, time.monotonic() - start, max(names.lookups.values(), default=0)


def count(told: Told, outcome: Outcome) -> None:
    target, came, seconds, lookups = told
    outcome.counts["answered" if came.isdigit() else came] += 1
    outcome.slowest = max(outcome.slowest, seconds)
    if came != target.expected:
        outcome.faults.append(f"{target.name}: {came} instead of {target.expected}")
    if seconds > LONGEST:
        outcome.faults.append(f"{target.name}: took {seconds:.1f} s")
    if lookups > (2 if target.name == "turns at the redirect" else 1):
        outcome.faults.append(f"{target.name}: looked up {lookups} times")


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.test")
    django.setup()
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = attack()
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10
    if memory > MOST_MEMORY:
        outcome.faults.append(f"took {memory} MiB")
    for fault in outcome.faults[:20]:
        print(fault, file=sys.stderr)
    counts = ", ".join(f"{number} {what}" for what, number in sorted(outcome.counts.items()))
    print(
        f"ssrf: {outcome.counts.total()} targets, {outcome.connections} connections to a "
        f"non-public address, {len(outcome.faults)} faults; {counts}; "
        f"slowest {outcome.slowest:.1f} s, {memory} MiB"
    )
    sys.exit(bool(outcome.faults))


if __name__ == "__main__":
    main()
