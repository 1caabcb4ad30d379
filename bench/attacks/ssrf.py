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

LONGEST = 12.0  # Seconds for one address.
MOST_MEMORY = 64  # MiB for all of them.
# The first stands for the public web; on the others, and the same port, nobody must knock.
HOSTS = ("127.0.0.1", "127.0.0.2", "::1")

# Where no connection may go, as an IP address or as what programs take for one.
PRIVATE = {
    "loopback": "127.0.0.2",
    "loopback, far end": "127.255.255.254",
    "this host": "0.0.0.0",  # nosec B104
    "this network": "0.1.2.3",
    "private 10": "10.0.0.1",
    "private 172": "172.16.0.1",
    "private 192": "192.168.1.1",
    "provider's translation": "100.64.0.1",
    "metadata, link-local": "169.254.169.254",
    "metadata, in the translation": "100.100.100.200",
    "metadata, in the assignments": "192.0.0.192",
    "a cloud's host": "168.63.129.16",
    "link-local": "169.254.1.1",
    "documentation 1": "192.0.2.1",
    "documentation 2": "198.51.100.1",
    "documentation 3": "203.0.113.1",
    "benchmarks": "198.18.0.1",
    "relay of 6to4": "192.88.99.1",
    "multicast": "224.0.0.1",
    "multicast, scoped": "239.255.255.250",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "loopback 6": "::1",
    "unspecified 6": "::",
    "compatible": "::127.0.0.2",
    "mapped": "::ffff:127.0.0.2",
    "mapped, in hexadecimal": "::ffff:7f00:2",
    "mapped, public": "::ffff:8.8.8.8",
    "translated": "::ffff:0:127.0.0.2",
    "NAT64": "64:ff9b::7f00:1",
    "NAT64, of a public one": "64:ff9b::808:808",
    "NAT64, local": "64:ff9b:1::7f00:1",
    "discard": "100::1",
    "Teredo": "2001:0:7f00:1::1",
    "ORCHID": "2001:20::1",
    "benchmarks 6": "2001:2::1",
    "documentation 6": "2001:db8::1",
    "documentation 6, newer": "3fff::1",
    "6to4": "2002:7f00:1::1",
    "segment routing": "5f00::1",
    "not assigned": "a000::1",
    "unique local": "fc00::1",
    "metadata 6": "fd00:ec2::254",
    "link-local 6": "fe80::1",
    "site-local": "fec0::1",
    "multicast 6": "ff02::1",
    "multicast 6, global": "ff0e::1",
}
ODD_HOSTS = {
    "decimal": "2130706434",
    "octal": "0177.0.0.2",
    "hexadecimal": "0x7f.0.0.2",
    "hexadecimal, one number": "0x7f000002",
    "short": "127.2",
    "shortest": "0",
    "leading zeros": "127.000.000.002",
    "percent": "%31%32%37.0.0.2",
    "zone": "[fe80::1%25lo]",
    "empty": "",
    "empty label": "127..0.0.2",
    "soft hyphens only": "\u00ad",
}
# What becomes an address of loopback once the host is encoded.
LOOK_ALIKES = {
    "ideographic dots": "127。0。0。2",
    "full-width digits": "１２７.０.０.２",
    "circled digits": "①②⑦.⓪.⓪.②",
    "half-width dots": "127｡0｡0｡2",
    "last dot": "127.0.0.2.",
}


SLOW = ["comes too late"]


@dataclass(frozen=True)
class Target:
    """An address, what its hosts answer when looked up, and what must come of it."""

    name: str
    url: str
    expected: str
    names: dict[str, list[list[str]]] = field(default_factory=dict)


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


def direct(port: int) -> Iterator[Target]:
    """What is refused before anything is asked."""
    for name, address in PRIVATE.items():
        host = f"[{address}]" if ":" in address else address
        yield Target(name, f"http://{host}:{port}/direct", "not_public")
        yield Target(
            f"{name}, by name",
            f"http://inside.example:{port}/direct",
            "not_public",
            {"inside.example": [[address]]},
        )
    for name, host in ODD_HOSTS.items():
        yield Target(name, f"http://{host}:{port}/direct", "odd_host")
    for name, host in LOOK_ALIKES.items():
        yield Target(name, f"http://{host}:{port}/direct", "not_public")
    mixed = {"mixed.example": [["127.0.0.1", "127.0.0.2"]]}
    yield Target("mixed answers", f"http://mixed.example:{port}/direct", "not_public", mixed)
    mixed = {"mixed.example": [["::1", "127.0.0.1"]]}
    yield Target("mixed families", f"http://mixed.example:{port}/direct", "not_public", mixed)
    none: dict[str, list[list[str]]] = {"none.example": [[]]}
    yield Target("no answer", f"http://none.example:{port}/direct", "no_host", none)
    yield Target("localhost", "http://localhost/direct", "not_public", {"localhost": [["::1"]]})
    for number in (22, 25, 3306, 5432, 6379, 8080):
        yield Target(f"port {number}", f"http://127.0.0.1:{number}/direct", "odd_port")
    for scheme in ("file", "ftp", "gopher", "dict", "ldap", "jar", "data", "javascript"):
        yield Target(scheme, f"{scheme}://127.0.0.2:{port}/direct", "not_web")
    for name, url, expected in (
        ("user", f"http://user@127.0.0.1:{port}/direct", "user_info"),
        ("user and word", f"http://a:b@127.0.0.1:{port}/direct", "user_info"),
        ("public name as user", f"http://example.org@127.0.0.2:{port}/direct", "user_info"),
        ("backslash", f"http://127.0.0.1:{port}\\@127.0.0.2:{port}/direct", "not_web"),
        ("line break", f"http://127.0.0.1:{port}/direct\r\nHost: inside", "not_web"),
        ("tab", f"http://127.0.0.1\t.example:{port}/direct", "not_web"),
    ):
        yield Target(name, url, expected)


def on_the_way(port: int) -> Iterator[Target]:
    """What the site that stands for the public web does to whoever asks it."""
    site = f"http://127.0.0.1:{port}"
    for path, expected in EXPECTED.items():
        yield Target(path[1:], f"{site}{path}", expected)
    turning = {"turning.example": [["127.0.0.1"], ["127.0.0.2"]]}
    host = f"http://turning.example:{port}"
    local = {"localhost": [["127.0.0.2"]]}
    yield Target("to a name", f"{site}/to-name", "not_public", local)
    yield Target("turns after the look-up", f"{host}/page", "200", turning)
    yield Target("turns at the redirect", f"{host}/turn", "not_public", turning)
    slow = {"slow.example": [SLOW]}
    yield Target("slow look-up", f"http://slow.example:{port}/direct", "too_slow", slow)


# What the public site does at each path, and what must come of it.
EXPECTED = {
    "/page": "200",
    "/chain-5": "200",
    "/chain-6": "too_many_hops",
    "/chain-30": "too_many_hops",
    "/circle": "too_many_hops",
    "/to-loopback": "not_public",
    "/to-loopback-6": "not_public",
    "/to-metadata": "not_public",
    "/to-NAT64": "not_public",
    "/to-scheme-less": "not_public",
    "/to-decimal": "odd_host",
    "/to-file": "not_web",
    "/to-gopher": "not_web",
    "/to-script": "not_web",
    "/to-user": "user_info",
    "/to-port": "odd_port",
    "/to-folded": "not_web",
    "/silence": "too_slow",
    "/drip-head": "too_slow",
    "/drip-body": "too_slow",
    "/drip-chunks": "too_slow",
    "/drip-continue": "too_slow",
    "/drip-redirects": "too_slow",
    "/endless-body": "200",
    "/endless-chunks": "200",
    "/endless-head": "broken_answer",
    "/endless-continue": "broken_answer",
    "/bomb": "200",
    "/huge-header": "broken_answer",
    "/many-headers": "broken_answer",
    "/negative-chunk": "200",
    "/negative-length": "200",
    "/broken-off": "broken_answer",
    "/no-http": "broken_answer",
    "/hangs-up": "broken_answer",
}


def answers(port: int) -> dict[str, Any]:
    from tests import strange_sites as strange

    ok = b"HTTP/1.1 200 OK\r\n"
    chunked = ok + b"Transfer-Encoding: chunked\r\n\r\n"
    chain = {f"/chain-{step}": strange.redirect(f"/chain-{step - 1}") for step in range(1, 31)}
    chain["/chain-1"] = strange.redirect("/page")

    def slow_redirect(line: socket.socket, method: str) -> None:
        time.sleep(3)
        strange.redirect("/drip-redirects")(line, method)

    return chain | {
        "/page": strange.status(200),
        "/direct": strange.status(200),
        "/circle": strange.redirect("/circle"),
        "/turn": strange.redirect(f"http://turning.example:{port}/page"),
        "/to-loopback": strange.redirect(f"http://127.0.0.2:{port}/direct"),
        "/to-loopback-6": strange.redirect(f"http://[::1]:{port}/direct"),
        "/to-metadata": strange.redirect("http://169.254.169.254/latest/meta-data/"),
        "/to-NAT64": strange.redirect("http://[64:ff9b::7f00:1]/direct", 301),
        "/to-name": strange.redirect(f"http://localhost:{port}/direct", 308),
        "/to-scheme-less": strange.redirect(f"//127.0.0.2:{port}/direct", 307),
        "/to-decimal": strange.redirect(f"http://2130706434:{port}/direct"),
        "/to-file": strange.redirect("file:///etc/passwd"),
        "/to-gopher": strange.redirect(f"gopher://127.0.0.2:{port}/_direct"),
        "/to-script": strange.redirect("javascript:alert(1)"),
        "/to-user": strange.redirect(f"http://127.0.0.1:{port}@127.0.0.2:{port}/direct"),
        "/to-port": strange.redirect("http://127.0.0.1:22/"),
        "/to-folded": strange.redirect(f"http://127.0.0.1:{port}/\r\n\tdirect"),
        "/silence": strange.silence,
        "/drip-head": strange.drip(ok + b"X-Drop: "),
        "/drip-body": strange.on_get(strange.drip(ok + b"\r\n")),
        "/drip-chunks": strange.on_get(strange.drip(chunked, b"1\r\nx\r\n")),
        "/drip-continue": strange.drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        "/drip-redirects": slow_redirect,
        "/endless-body": strange.on_get(strange.endless(ok + b"\r\n", bytes(1 << 16))),
        "/endless-chunks": strange.on_get(strange.endless(chunked, b"1\r\nx\r\n" * 5000)),
        "/endless-head": strange.endless(ok, b"X-More: more\r\n" * 5000),
        "/endless-continue": strange.endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 3000),
        "/bomb": strange.on_get(strange.packed(1024)),
        "/huge-header": strange.status(200, f"X-Huge: {'x' * 3_000_000}"),
        "/many-headers": strange.status(200, *(f"X-{number}: x" for number in range(3000))),
        "/negative-chunk": strange.on_get(strange.endless(chunked + b"-1\r\n", bytes(1 << 16))),
        "/negative-length": strange.on_get(strange.raw(ok + b"Content-Length: -5\r\n\r\npage")),
        "/broken-off": strange.on_get(strange.raw(ok + b"Content-Length: 500\r\n\r\npage")),
        "/no-http": strange.raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
        "/hangs-up": strange.raw(),
    }


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
