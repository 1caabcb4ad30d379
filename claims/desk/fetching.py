"""Asks for a page of the public web: the only request that this product sends out.

The host of each address is looked up once, every answer is checked, and the connection goes to
one that was: what the name says a moment later makes no difference. Time and bytes are limited;
nothing is unpacked, kept or passed on.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urljoin

from claims.models import LinkReason

from .outgoing import FetchError, IPAddress, Place, Policy, place_of, refuse_odd_characters
from .wire import Deadline, OverfullError, Wire

SECONDS = 10.0  # for everything: looking up, connecting, redirects, every byte
HEAD_BYTES = 64 * 1024
BODY_BYTES = 2 * 1024 * 1024
MOST_REDIRECTS = 5
MOST_TRIED = 4  # of the addresses of one host
REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}


@dataclass(frozen=True)
class Answer:
    """What the last site said. ``moved_to`` is where the permanent redirects ended, if any."""

    status: int
    url: str
    moved_to: str = ""


@dataclass(frozen=True)
class Head:
    """What the beginning of one answer says."""

    status: int
    location: str

    @property
    def is_redirect(self) -> bool:
        return self.status in REDIRECTS and bool(self.location)


@dataclass(frozen=True)
class Fetcher:
    """Fetches pages in its own name; ``lookup`` is how the system finds hosts."""

    user_agent: str
    policy: Policy = field(default_factory=Policy)
    lookup: Callable[..., Any] = socket.getaddrinfo

    def fetch(self, url: str) -> Answer:
        """What the address answers in the end. Raises FetchError where there is no answer."""
        deadline = Deadline(SECONDS)
        place = place_of(url, self.policy)
        moved_to, is_permanent = "", True
        for _hop in range(MOST_REDIRECTS + 1):
            with _faults_named():
                head = self._ask(place, self._addresses(place, deadline), deadline)
            if not head.is_redirect:
                return Answer(head.status, place.url, moved_to)
            place = place_of(_target(place, head.location), self.policy)
            is_permanent = is_permanent and head.status in PERMANENT
            moved_to = place.url if is_permanent else moved_to
        raise FetchError(LinkReason.TOO_MANY_HOPS)

    def _addresses(self, place: Place, deadline: Deadline) -> list[IPAddress]:
        """The host's addresses, all of them public: where one is not, none is asked."""
        found = [place.literal] if place.literal else self._looked_up(place, deadline)
        for address in found:
            if not self.policy.allows(address, place.port):
                raise FetchError(LinkReason.NOT_PUBLIC, f"{place.host} is {address}")
        return found

    def _looked_up(self, place: Place, deadline: Deadline) -> list[IPAddress]:
        try:
            answers = deadline.take(
                lambda: self.lookup(place.host, place.port, type=socket.SOCK_STREAM)
            )
        except socket.gaierror as error:
            is_nobody = error.errno in (socket.EAI_NONAME, socket.EAI_NODATA)
            reason = LinkReason.NO_HOST if is_nobody else LinkReason.NO_LOOKUP
            raise FetchError(reason, place.host) from error
        if not answers:
            raise FetchError(LinkReason.NO_HOST, place.host)
        return list(dict.fromkeys(ipaddress.ip_address(answer[4][0]) for answer in answers))

    def _ask(self, place: Place, addresses: list[IPAddress], deadline: Deadline) -> Head:
        """Without the page itself where the site understands that, else with it."""
        try:
            with _faults_named():
                head = self._exchange("HEAD", place, addresses, deadline.share())
            if 200 <= head.status < 400:
                return head
        except FetchError as error:
            if error.reason not in (LinkReason.BROKEN_ANSWER, LinkReason.TOO_SLOW):
                raise
        return self._exchange("GET", place, addresses, deadline)

    def _exchange(
        self, method: str, place: Place, addresses: list[IPAddress], deadline: Deadline
    ) -> Head:
        with (
            _connected(place, addresses, deadline) as plain,
            _secured(plain, place, deadline) as line,
        ):
            wire = Wire(line, deadline, room=HEAD_BYTES)
            connection: Any = http.client.HTTPConnection(place.host, place.port)
            connection.sock = wire
            connection.putrequest(method, place.target, skip_host=True, skip_accept_encoding=True)
            for name, value in self._headers(place).items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            if method == "GET" and 200 <= response.status < 300:
                _read_through(response, wire)
            return Head(response.status, _location(response))

    def _headers(self, place: Place) -> dict[str, str]:
        return {
            "Host": place.authority,
            "User-Agent": self.user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }


@contextmanager
def _faults_named() -> Iterator[None]:
    """Whatever goes wrong on the way is one of our own errors."""
    try:
        yield
    except TimeoutError as error:
        raise FetchError(LinkReason.TOO_SLOW) from error
    except ssl.SSLCertVerificationError as error:
        raise FetchError(LinkReason.CERTIFICATE, error.verify_message) from error
    except (OSError, OverfullError, http.client.HTTPException, ValueError) as error:
        raise FetchError(LinkReason.BROKEN_ANSWER, str(error)) from error


def _connected(place: Place, addresses: list[IPAddress], deadline: Deadline) -> socket.socket:
    """A connection to the first of the checked addresses that takes one."""
    tried = addresses[:MOST_TRIED]
    refusal: OSError | None = None
    for number, address in enumerate(tried, 1):
        try:
            share = deadline if number == len(tried) else deadline.share()
            return socket.create_connection((str(address), place.port), timeout=share.left())
        except OSError as error:
            refusal = error
    raise FetchError(LinkReason.NO_CONNECTION, str(refusal))


@contextmanager
def _secured(line: socket.socket, place: Place, deadline: Deadline) -> Iterator[socket.socket]:
    if place.scheme == "http":
        yield line
        return
    line.settimeout(deadline.left())
    with _context().wrap_socket(line, server_hostname=place.host) as secured:
        yield secured


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _read_through(response: http.client.HTTPResponse, wire: Wire) -> None:
    """Makes sure that the page comes, whole or as much of it as is taken, and drops it."""
    wire.room = BODY_BYTES
    with suppress(OverfullError):
        while response.read(64 * 1024):
            pass
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)


def _location(response: http.client.HTTPResponse) -> str:
    """Headers are read as Latin-1; sites that write other letters mean UTF-8."""
    given = response.getheader("Location", "").strip()
    with suppress(UnicodeError):
        given = given.encode("latin-1").decode()
    return given.replace(" ", "%20")


def _target(place: Place, location: str) -> str:
    refuse_odd_characters(location)
    try:
        return urljoin(place.url, location)
    except ValueError as error:
        raise FetchError(LinkReason.ODD_HOST, location) from error
