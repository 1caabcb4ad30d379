"""The addresses that the link checker is attacked with, and what must come of each."""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

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
    from tests import strange_sites as strange  # needs Django to be set up

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
