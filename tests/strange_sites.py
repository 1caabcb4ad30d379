"""Real sites on loopback, for tests and attacks: they answer as decent sites would, or worse."""

import errno
import gzip
import random
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from claims.desk.outgoing import Policy

type Answer = Callable[[socket.socket, str], None]

# Under the range that outgoing connections take.
PORTS = range(20_000, 32_000)


class Site(socketserver.ThreadingTCPServer):
    """Answers each path with a function that gets the socket and the method; notes what came."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, host: str, port: int, answers: dict[str, Answer]) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.answers = answers
        self.asked: list[str] = []
        self.connections = 0
        self.host, self.port = host, port
        super().__init__((host, port), Visit)

    def url(self, path: str = "/", host: str = "") -> str:
        return f"http://{host or self.host}:{self.port}{path}"

    def paths(self) -> set[str]:
        return {head.split(" ")[1] for head in self.asked}

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked has gone away, as it should."""


class Visit(socketserver.BaseRequestHandler):
    server: Site

    def handle(self) -> None:
        self.server.connections += 1
        head = b""
        while b"\r\n\r\n" not in head and (piece := self.request.recv(4096)):
            head += piece
        if not head:
            return
        self.server.asked.append(head.decode())
        method, path, _version = head.decode().split("\r\n")[0].split(" ")
        answer = self.server.answers.get(path.partition("?")[0], status(404))
        answer(self.request, method)


class OnlySite(Policy):
    """The strict policy, and one server of a test's own."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def allows_port(self, port: int) -> bool:
        return port == self.site.port or super().allows_port(port)

    def allows(self, address, port: int) -> bool:
        is_ours = (str(address), port) == (self.site.host, self.site.port)
        return is_ours or super().allows(address, port)


@contextmanager
def serving(
    answers: dict[str, Answer], hosts: tuple[str, ...] = ("127.0.0.1",)
) -> Iterator[list[Site]]:
    """Sites on the same port of several hosts; a host that this machine lacks has none."""
    with ExitStack() as stack:
        sites = _bound(answers, hosts)
        for site in sites:
            stack.callback(site.server_close)
            stack.callback(site.shutdown)
            threading.Thread(target=site.serve_forever, args=(0.05,), daemon=True).start()
        yield sites


def _bound(answers: dict[str, Answer], hosts: tuple[str, ...]) -> list[Site]:
    for port in random.sample(PORTS, 50):
        sites: list[Site] = []
        try:
            for host in hosts:
                sites.append(Site(host, port, answers))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL and sites:
                return sites
            for site in sites:
                site.server_close()
        else:
            return sites
    raise RuntimeError("No port is free.")


# Answers


def raw(*pieces: bytes) -> Answer:
    """These bytes, to any method."""

    def answer(line: socket.socket, _method: str) -> None:
        for piece in pieces:
            line.sendall(piece)

    return answer


def status(code: int, *headers: str, body: bytes = b"A page.") -> Answer:
    """A decent answer."""
    lines = [f"HTTP/1.1 {code} Said", f"Content-Length: {len(body)}", *headers, "", ""]
    head = "\r\n".join(lines).encode()

    def answer(line: socket.socket, method: str) -> None:
        line.sendall(head)
        if method != "HEAD":
            line.sendall(body)

    return answer


def redirect(to: str, code: int = 302) -> Answer:
    return status(code, f"Location: {to}")


def on_get(get: Answer, head: Answer | None = None) -> Answer:
    """Another answer to HEAD, which is not understood unless one is given."""

    def answer(line: socket.socket, method: str) -> None:
        (get if method == "GET" else head or status(405))(line, method)

    return answer


def silence(line: socket.socket, _method: str) -> None:
    """Until whoever asked hangs up."""
    line.recv(1)


def drip(beginning: bytes, drop: bytes = b"x", pause: float = 0.1) -> Answer:
    """A byte now and then, without an end."""

    def answer(line: socket.socket, _method: str) -> None:
        line.sendall(beginning)
        while True:
            time.sleep(pause)
            line.sendall(drop)

    return answer


def endless(beginning: bytes, piece: bytes) -> Answer:
    """As much as is taken, without an end."""

    def answer(line: socket.socket, _method: str) -> None:
        line.sendall(beginning)
        while True:
            line.sendall(piece)

    return answer


def packed(megabytes: int) -> Answer:
    """Blanks, packed a thousand times smaller: each megabyte once more, as gzip allows."""
    return status(200, "Content-Encoding: gzip", body=gzip.compress(bytes(1 << 20)) * megabytes)
