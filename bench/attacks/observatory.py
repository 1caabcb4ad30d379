"""The arithmetic of the HTTP Observatory: points for the headers of a page."""

import re
from collections.abc import Iterator
from typing import Any

PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
BROAD = {"*", "https:", "http:", "data:", "blob:"}
HALF_A_YEAR = 15_768_000


def score(response: Any, *, may_be_framed: bool = False) -> int:
    """Points: from 100 down by what is missing, and above it from 90 on by what is better."""
    headers, policy = response.headers, policy_of(response)
    points = 100 - sum(penalties(response, policy, may_be_framed))
    if points < 90:
        return points
    default = policy.get("default-src", [])
    if default == ["'none'"] and not is_loose(policy):
        points += 10
    elif default == ["'self'"] and not is_loose(policy):
        points += 5
    points += 5 * bool(policy.get("frame-ancestors") and not is_framed(policy))
    points += 5 * (headers.get("Referrer-Policy") in PRIVATE)
    points += 10 * (headers.get("Cross-Origin-Resource-Policy") == "same-origin")
    cookies = list(response.cookies.values())
    points += 5 * bool(cookies and all(cookie["samesite"] for cookie in cookies))
    return points


def penalties(response: Any, policy: dict[str, list[str]], may_be_framed: bool) -> Iterator[int]:
    headers = response.headers
    if not policy:
        yield 25
    if is_loose(policy):
        yield 20
    if "'unsafe-eval'" in sources(policy):
        yield 10
    age = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    if not age or int(age[1]) < HALF_A_YEAR:
        yield 20
    for cookie in response.cookies.values():
        yield 40 * (not cookie["secure"]) + 30 * (not cookie["httponly"])
    if not may_be_framed and is_framed(policy) and "X-Frame-Options" not in headers:
        yield 20
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield 5
    if headers.get("Access-Control-Allow-Credentials") == "true":
        yield 50


def policy_of(response: Any) -> dict[str, list[str]]:
    given = response.headers.get("Content-Security-Policy", "")
    parts = [directive.split() for directive in given.split(";") if directive.strip()]
    return {name: values for name, *values in parts}


def sources(policy: dict[str, list[str]]) -> set[str]:
    """Where scripts, styles and plug-ins may come from."""
    default = policy.get("default-src", ["*"])
    kinds = ("script-src", "style-src", "object-src")
    return {source for kind in kinds for source in policy.get(kind, default)}


def is_loose(policy: dict[str, list[str]]) -> bool:
    return bool(policy) and bool(sources(policy) & (BROAD | {"'unsafe-inline'"}))


def is_framed(policy: dict[str, list[str]]) -> bool:
    return not policy.get("frame-ancestors") or "*" in policy["frame-ancestors"]
