"""Where a request from this machine may go: the public web, and nowhere else.

An address comes from whoever writes evidence, and from any site that redirects. Without these
rules it would have our server ask its own neighbours what no stranger may ask them.
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from claims.models import LinkReason

type IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST_ADDRESS = 2000
PORTS = {"http": 80, "https": 443}
# Python's own is_global lets addresses of those with a star through, on some release we run on.
NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a provider's address translation; a cloud's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # * a cloud's host, seen from its guests
        "169.254.0.0/16",  # link-local; clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # * protocol assignments; a cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # * relay of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # * multicast
        "240.0.0.0/4",  # reserved, broadcast
        "::/3",  # * unspecified, loopback, IPv4 inside IPv6 (::127.0.0.1, mapped, NAT64)
        "2001::/23",  # * protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # * 6to4: IPv4 inside IPv6
        "3fff::/20",  # * documentation
        "4000::/2",  # * not assigned; 5f00::/16, segment routing
        "8000::/1",  # * not assigned, unique local, link-local, site-local, multicast
    )
]
# Letters that the older encoding of host names, which Python has, maps to others.
DEVIANT = re.compile("[ßẞς\u200c\u200d]")
HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Spaces, control characters, and what some programs take for a slash.
NEVER_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\xa0\\]")


class FetchError(Exception):
    """A page could not be had: ``reason`` says why."""

    def __init__(self, reason: LinkReason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason


class Policy:
    """Which addresses and ports are asked. This one, the strictest, is the only one there is."""

    def allows_port(self, port: int) -> bool:
        return port in PORTS.values()

    def allows(self, address: IPAddress, port: int) -> bool:
        """Whether a connection may be opened."""
        is_denied = any(address in network for network in NOT_PUBLIC)
        return self.allows_port(port) and address.is_global and not is_denied


@dataclass(frozen=True)
class Place:
    """An address taken apart, with a host that means the same to every program."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def literal(self) -> IPAddress | None:
        """The IP address, where the host is one."""
        return _literal(self.host)

    @property
    def authority(self) -> str:
        """The host as HTTP names it, with the port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


class Authority(NamedTuple):
    host: str
    port: int


def place_of(url: str, policy: Policy) -> Place:
    """Takes an address apart. Raises FetchError for what is not to be asked."""
    refuse_odd_characters(url)
    try:
        parts = urlsplit(url)
        authority = _authority(parts)
    except ValueError as error:
        raise FetchError(LinkReason.ODD_HOST, str(error)) from error
    if not policy.allows_port(authority.port):
        raise FetchError(LinkReason.ODD_PORT, str(authority.port))
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?")
    return Place(parts.scheme, *authority, target)


def refuse_odd_characters(url: str) -> None:
    """Before it is taken apart: Python drops some of them without a word."""
    if len(url) > LONGEST_ADDRESS or NEVER_IN_ADDRESS.search(url):
        raise FetchError(LinkReason.NOT_WEB, "too long, or with characters that no address has")


def _authority(parts: SplitResult) -> Authority:
    if parts.scheme not in PORTS:
        raise FetchError(LinkReason.NOT_WEB, parts.scheme)
    if "@" in parts.netloc:
        raise FetchError(LinkReason.USER_INFO)
    given = PORTS[parts.scheme] if parts.port is None else parts.port
    host = parts.hostname or ""
    if "[" in parts.netloc and ":" not in host:
        raise FetchError(LinkReason.ODD_HOST, parts.netloc)
    return Authority(ascii_host(host), given)


def ascii_host(host: str) -> str:
    """The host in the form that is looked up. Raises FetchError where programs would differ.

    Letters in other widths, and dots of other scripts, become what they stand for before
    anything is checked. A host that ends in a number is an IP address in its usual form, or
    nothing: no short, decimal, octal or hexadecimal ones.
    """
    if ":" in host:
        if _literal(host) is None:
            raise FetchError(LinkReason.ODD_HOST, host)
        return str(_literal(host))
    if DEVIANT.search(host):
        raise FetchError(LinkReason.ODD_HOST, host)
    try:
        encoded = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as error:
        raise FetchError(LinkReason.ODD_HOST, host) from error
    is_odd = not HOST.fullmatch(encoded) or len(encoded) > 253
    if is_odd or (NUMBER.fullmatch(encoded.rpartition(".")[2]) and not _literal(encoded)):
        raise FetchError(LinkReason.ODD_HOST, host)
    return encoded


def _literal(host: str) -> IPAddress | None:
    try:
        return None if "%" in host else ipaddress.ip_address(host)
    except ValueError:
        return None
