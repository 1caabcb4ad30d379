"""Requests that are too large, too many or too slow, at the production server without one in front.

    python -m bench.attacks.limits [--connections 200] [--readers 20] [--seconds 45]

First requests beyond each limit: each is refused with the status that says why, at once. Then
connections that send a byte a second, half of them in the header and half in the body, opened anew
as soon as they are closed, while readers read. Prints one line of counts; fails on another status,
on an answer that takes five seconds, and where readers wait or fail: 95 of 100 wait under a second.
"""

import argparse
import random
import selectors
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bench.attacks.application import HOST, Application, application
from bench.attacks.cluster import cluster
from bench.attacks.setup import set_up, verdict

LONGEST_REFUSAL = 5.0
LONGEST_WAIT = 1.0  # For 95 of 100 readers.
CLAIMS = 30
FORM, LOGIN = "/en/claims/{}/report/", "/admin/login/"
COOKIE = f"__Host-csrftoken={'a' * 32}"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=part"


@dataclass(frozen=True)
class Case:
    """A request in pieces, and the statuses that are fit for it."""

    what: str
    pieces: Iterable[bytes]
    fit: set[int]


def head(method: str, path: str, *fields: str, host: str = HOST) -> bytes:
    """Of a request as the server in front passes it on."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "X-Forwarded-Proto: https", *fields]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def post(path: str, kind: str, body: bytes) -> list[bytes]:
    """A form as our own page sends it: without these it is refused before it is read."""
    own = [f"Origin: https://{HOST}", f"Referer: https://{HOST}/", f"Cookie: {COOKIE}"]
    fields = [f"Content-Type: {kind}", f"Content-Length: {len(body)}", *own]
    return [head("POST", path, *fields), body]


def cases(slug: str) -> Iterator[Case]:
    """Beyond each limit, and what is no request at all."""
    yield from _heads()
    yield from _lengths()
    for path in (FORM.format(slug), LOGIN):
        yield from _forms(path)


def _heads() -> Iterator[Case]:
    page = "/en/claims/"
    for size in (8_200, 16_000, 40_000, 1_000_000):
        yield Case("header", [head("GET", page, "X-Long: " + "a" * size)], {431})
        yield Case("cookies", [head("GET", page, "Cookie: a=" + "b" * size)], {431})
    for count in (101, 1_000, 50_000):
        fields = [f"X-{number}: a" for number in range(count)]
        yield Case("many headers", [head("GET", page, *fields)], {431})
    for size in (4_200, 9_000, 40_000, 1_000_000):
        yield Case("address", [head("GET", f"{page}?q={'a' * size}")], {414})
    yield Case("header without a colon", [head("GET", page, "nonsense")], {400})
    yield Case("header in two lines", [head("GET", page, "X-A: b", " c")], {400})
    yield Case("NUL in a header", [head("GET", page, "X-A: \0")], {400})
    yield Case("no version", [b"GET /en/\r\n\r\n"], {400})
    yield Case("another version", [b"GET /en/ HTTP/7.7\r\nHost: x\r\n\r\n"], {400, 505})
    yield Case("bytes", [bytes(range(128, 256)) * 20 + b"\r\n\r\n"], {400})
    for host in ("", "a" * 5_000, "evil.example", f"{HOST}:a", "a b", f"{HOST}, x"):
        yield Case("host", [head("GET", page, host=host)], {400})


def _lengths() -> Iterator[Case]:
    path = LOGIN
    whole = 100_000_000
    piece = b"a" * 1_000_000
    announced = head("POST", path, f"Content-Type: {URLENCODED}", f"Content-Length: {whole}")
    yield Case("100 MB", (announced, *[piece] * (whole // len(piece))), {413})
    asked = head("POST", path, f"Content-Length: {whole}", "Expect: 100-continue")
    yield Case("100 MB, asked first", [asked], {413})
    for length in (20_000_001, 10**12, 10**30):
        yield Case("length", [head("POST", path, f"Content-Length: {length}")], {413})
    for wrong in ("-1", "+5", "0x10", "1e9", "5, 5", "", "five"):
        yield Case("wrong length", [head("POST", path, f"Content-Length: {wrong}")], {400})
    twice = head("POST", path, "Content-Length: 5", "Content-Length: 6")
    yield Case("two lengths", [twice, b"aaaaaa"], {400})
    both = head("POST", path, "Content-Length: 5", "Transfer-Encoding: chunked")
    yield Case("length and chunks", [both, b"0\r\n\r\n"], {400})
    for coding in ("chunked", "gzip, chunked", "chunked, chunked", "x"):
        chunks = head("POST", path, f"Transfer-Encoding: {coding}")
        yield Case("chunks", [chunks, *[b"f4240\r\n" + piece + b"\r\n"] * 100], {411})


def _forms(path: str) -> Iterator[Case]:
    for count in (1_001, 10_000):
        fields = "&".join(f"f{number}=a" for number in range(count)).encode()
        yield Case("many fields", post(path, URLENCODED, fields), {400})
    for name in ("", '; filename="a"'):
        for count in (1_001, 10_000):
            yield Case("many parts", post(path, MULTIPART, _parts(count, name)), {400})
    for size in (3_000_000, 19_000_000):
        yield Case("long field", post(path, URLENCODED, b"a=" + b"b" * size), {413})
        yield Case("long part", post(path, MULTIPART, _parts(1, "", b"b" * size)), {413})
    many = b"--part\r\n" + b"X-A: b\r\n" * 200_000 + b"\r\n\r\n--part--\r\n"
    yield Case("headers of a part", post(path, MULTIPART, many), {400, 403})
    endless = "multipart/form-data; boundary=" + "b" * 3_000
    yield Case("boundary", post(path, endless, b"--" + b"b" * 3_000), {400, 403})


def _parts(count: int, name: str, body: bytes = b"b") -> bytes:
    begin = "--part\r\nContent-Disposition: form-data; name=f{}{}\r\n\r\n"
    parts = [begin.format(number, name).encode() + body + b"\r\n" for number in range(count)]
    return b"".join(parts) + b"--part--\r\n"


def ask(port: int, pieces: Iterable[bytes]) -> tuple[int, float]:
    """The status of the answer (0 for none), and the seconds from the last byte to it."""
    with socket.create_connection((HOST, port), timeout=30) as client:
        # Who is refused meanwhile may not be able to send the rest.
        with suppress(ConnectionError):
            for piece in pieces:
                client.sendall(piece)
        start = time.monotonic()
        answer = b""
        with suppress(OSError):
            while b"\r\n" not in answer and (data := client.recv(1000)):
                answer += data
    words = answer.split(b" ", 2)
    return int(words[1]) if len(words) == 3 else 0, time.monotonic() - start


def beyond_limits(port: int, given: Iterable[Case]) -> tuple[Counter[int], list[str]]:
    """How many answers there were of each status, and those that are not fit."""
    found: Counter[int] = Counter()
    faults = []
    for case in given:
        status, seconds = ask(port, case.pieces)
        found[status] += 1
        if status not in case.fit:
            faults.append(f"{case.what}: {status or 'no answer'}, not {sorted(case.fit)}")
        if seconds > LONGEST_REFUSAL:
            faults.append(f"{case.what}: answered after {seconds:.1f} s")
    return found, faults


class Slow(threading.Thread):
    """Keeps this many connections open, each of which sends a byte a second."""

    def __init__(self, port: int, count: int) -> None:
        super().__init__(daemon=True)
        self.port, self.count = port, count
        self.opened = self.bytes = 0
        self.stopped = threading.Event()

    def run(self) -> None:
        poller = selectors.DefaultSelector()
        for _number in range(self.count):
            self._open(poller)
        while not self.stopped.wait(1):
            for key, _events in poller.select(0):
                with suppress(OSError):
                    if key.fileobj.recv(1000):  # type: ignore[union-attr]
                        continue
                self._close(poller, key.fileobj)
                self._open(poller)
            for key in list(poller.get_map().values()):
                with suppress(OSError):
                    self.bytes += key.fileobj.send(b"a")  # type: ignore[union-attr]
        for key in list(poller.get_map().values()):
            self._close(poller, key.fileobj)

    def _open(self, poller: selectors.BaseSelector) -> None:
        client = socket.create_connection((HOST, self.port), timeout=30)
        begun = head("POST", LOGIN, f"Content-Type: {URLENCODED}", "Content-Length: 100000")
        # Without the empty line the header never ends.
        client.sendall(begun if self.opened % 2 else begun[:-2] + b"X-Slow: ")
        client.setblocking(False)
        poller.register(client, selectors.EVENT_READ)
        self.opened += 1

    def _close(self, poller: selectors.BaseSelector, client: Any) -> None:
        poller.unregister(client)
        client.close()

    def stop(self) -> None:
        self.stopped.set()
        self.join()


@dataclass
class Reader:
    """Reads a page a second, each by a connection of its own."""

    port: int
    paths: list[str]
    waits: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def read(self, until: float) -> None:
        chance = random.Random()
        while time.monotonic() < until:
            path = chance.choice(self.paths)
            start = time.monotonic()
            status, _seconds = ask(self.port, [head("GET", path, "Connection: close")])
            self.waits.append(time.monotonic() - start)
            if status != 200:
                self.faults.append(f"{path}: {status or 'no answer'}")
            time.sleep(chance.uniform(0.5, 1.5))


def reading(site: Application, slugs: list[str], readers: int, seconds: float) -> list[Reader]:
    """What so many readers meet in this time."""
    paths = ["/en/", "/fr/claims/", *(f"/en/claims/{slug}/" for slug in slugs)]
    found = [Reader(site.port, paths) for _number in range(readers)]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=reader.read, args=[until]) for reader in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def percentile(readers: list[Reader]) -> float:
    """The wait, in seconds, that 95 of 100 do not exceed."""
    waits = [wait for reader in readers for wait in reader.waits]
    return statistics.quantiles(waits, n=20)[-1]


def slowly(
    site: Application, slugs: list[str], *, connections: int, readers: int, seconds: float
) -> tuple[str, list[str]]:
    """What readers meet while others send slowly."""
    reading(site, slugs, readers, 5)  # What is made once is made now.
    calm = percentile(reading(site, slugs, readers, seconds / 3))
    slow = Slow(site.port, connections)
    slow.start()
    time.sleep(2)
    met = reading(site, slugs, readers, seconds)
    slow.stop()
    p95, count = percentile(met), sum(len(reader.waits) for reader in met)
    faults = [fault for reader in met for fault in reader.faults]
    if p95 > LONGEST_WAIT:
        faults.append(f"95 of 100 readers waited up to {p95:.2f} s")
    told = (
        f"{connections} slow connections ({slow.opened} opened, {slow.bytes} bytes), {readers} "
        f"readers, {count} pages: p95 {p95 * 1000:.0f} ms, {calm * 1000:.0f} ms without"
    )
    return told, faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=45)
    options: Any = parser.parse_args()
    set_up()
    with cluster() as server, application(server) as site:
        slugs = list(site.seed(CLAIMS)["claims"])
        site.start()
        found, faults = beyond_limits(site.port, cases(slugs[0]))
        told, met = slowly(site, slugs, **vars(options))
    answers = ", ".join(f"{count} times {status}" for status, count in sorted(found.items()))
    verdict("limits", f"{found.total()} requests beyond a limit: {answers}; {told}", faults + met)


if __name__ == "__main__":
    main()
