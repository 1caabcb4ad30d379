"""Lets sqlmap try every parameter of the public pages and of the API.

    python -m bench.attacks.injection [--level 3] [--risk 2] [--only PART-OF-AN-ADDRESS]

sqlmap is no part of the project: install it in an environment of its own, and have it on PATH or
name it in SQLMAP. Without it nothing is tried, which is said and counts as missed. The application
runs with its production settings and the published interview. Prints one line, and fails where a
parameter can be injected, or where sqlmap came to no conclusion.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench.attacks.application import HOST, Application, application
from bench.attacks.cluster import cluster
from bench.attacks.setup import set_up, verdict

SQLMAP = "SQLMAP"
# Where sqlmap is to try the path itself.
MARK = "*"
CLEAN = "all tested parameters do not appear to be injectable"
FOUND = re.compile(r"^Parameter: (.+)$", re.MULTILINE)
TEST = re.compile(r"\] testing '")
REFUSALS = "400,404,410"  # Answers that are right, and no reason to stop.


@dataclass(frozen=True)
class Target:
    """An address with the value that each of its parameters begins with."""

    path: str
    parameters: dict[str, str]
    # Sent in the body, as a form is.
    is_form: bool = False

    def arguments(self, base: str) -> list[str]:
        asked = urlencode(self.parameters)
        names = [] if MARK in self.path else ["-p", ",".join(self.parameters)]
        if self.is_form:
            return ["--url", base + self.path, "--data", asked, *names]
        return ["--url", f"{base}{self.path}?{asked}" if asked else base + self.path, *names]


def targets(slugs: dict[str, str]) -> list[Target]:
    """Every parameter there is. ``slugs`` names one claim, document, topic and claimant."""
    from claims.api.views import DESCRIPTION

    described = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["paths"]
    return [*pages(slugs), *operations(described, slugs)]


def asked_of_lists(slugs: dict[str, str]) -> dict[str, str]:
    """The parameters of the grammar of lists, each with a value that is understood."""
    from claims.filters import ClaimFilterSet

    usual = {
        "q": "president", "rating": "true", "kind": "event", "ordering": "newest",
        "outdated": "false", "made_on": "unknown", "event_on": "unknown", "after": "",
    }  # fmt: skip
    usual |= {name: slugs[name] for name in ("topic", "claimant", "document")}
    return {name: usual.get(name, "2022-01-05") for name in ClaimFilterSet.base_filters}


def pages(slugs: dict[str, str]) -> Iterator[Target]:
    claim, document = slugs["claim"], slugs["document"]
    as_of = {"as_of": "2026-11-01"}
    yield Target("/en/claims/", asked_of_lists(slugs) | as_of)
    yield Target("/data/claims.csv", {"q": "president", "topic": slugs["topic"], **as_of})
    yield Target("/feeds/claims.en.atom", {"q": "president", "topic": slugs["topic"]})
    yield Target("/en/corrections/", {"after": "x"})
    yield Target(f"/en/documents/{document}/", {"rating": "true", "text": "fr", **as_of})
    yield Target(f"/en/topics/{slugs['topic']}/", {"after": "x", **as_of})
    yield Target(f"/en/claimants/{slugs['claimant']}/", {"after": "x"})
    yield Target(f"/en/claims/{claim}/", as_of)
    yield Target(f"/en/claims/{claim}/embed/", {"edition": "1"})
    yield Target(f"/data/fixtures/{document}.json", as_of)
    address = f"https://attacked.example/en/claims/{claim}/"
    yield Target("/oembed", {"url": address, "maxwidth": "300", "maxheight": "300"})
    report = {"edition": "1", "language": "en", "body": "Wrong.", "link": "", "contact": ""}
    yield Target(f"/en/claims/{claim}/report/", report, is_form=True)
    for place in ("en/claims", "en/documents", "en/topics", "en/claimants", "data"):
        yield Target(f"/{place}/{MARK}", {})


def operations(described: dict[str, Any], slugs: dict[str, str]) -> Iterator[Target]:
    """What the description of the API names, its paths as well."""
    usual = asked_of_lists(slugs) | {"as_of": "2026-11-01"}
    for path, operation in described.items():
        parameters = operation["get"].get("parameters", [])
        names = [one["name"] for one in parameters if one["in"] == "query"]
        if "{slug}" in path:
            yield Target(path.replace("{slug}", MARK), {})
            noun = path.removeprefix("/api/v1/").partition("/")[0].removesuffix("s")
            path = path.replace("{slug}", slugs[noun])
        if names:
            yield Target(path, {name: usual[name] or "x" for name in names})


def program() -> str:
    """Where sqlmap is; blank if it is nowhere."""
    return shutil.which(os.environ.get(SQLMAP, "sqlmap")) or ""


def scan(sqlmap: str, base: str, target: Target, *options: str) -> tuple[int, list[str]]:
    """How many of its tests sqlmap made, and what it found."""
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            [
                sqlmap,
                *target.arguments(base),
                *options,
                *("--dbms", "PostgreSQL", "--batch", "--flush-session", "--disable-coloring"),
                *("--ignore-code", REFUSALS, "--output-dir", folder, "--timeout", "60"),
                *("--headers", "X-Forwarded-Proto: https", "--answers", "redirect=N"),
            ],
            check=False,
            capture_output=True,
            text=True,
            # Its settings of the person who runs it are none of the attack's.
            env=os.environ | {"HOME": folder},
            stdin=subprocess.DEVNULL,
        )
    return len(TEST.findall(result.stdout)), conclusion(target.path, result.stdout)


def conclusion(path: str, told: str) -> list[str]:
    """The faults in what sqlmap told of one address. Silence is one: it is no proof."""
    if found := sorted(set(FOUND.findall(told))):
        return [f"{path}: {name} can be injected" for name in found]
    if CLEAN in told:
        return []
    return [f"{path}: sqlmap came to no conclusion: {told.strip()[-300:]}"]


def slugs_of(site: Application) -> dict[str, str]:
    """One of each kind, from what the API lists first."""
    found = {}
    for noun in ("claim", "document", "topic", "claimant"):
        answer = site.browser().get(f"/api/v1/{noun}s/")
        found[noun] = json.loads(answer.body)["results"][0]["slug"]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--level", default="3")
    parser.add_argument("--risk", default="2")
    parser.add_argument("--only", default="", help="Addresses that contain this.")
    parser.add_argument("--threads", type=int, default=2, help="Addresses tried at once.")
    options: Any = parser.parse_args()
    sqlmap = program()
    if not sqlmap:
        sys.exit(
            f"injection: DID NOT RUN: there is no sqlmap on PATH, and {SQLMAP} names none. "
            "Nothing was tried."
        )
    set_up()
    start = time.monotonic()
    chosen = ("--level", options.level, "--risk", options.risk)
    with cluster() as server, application(server) as site:
        site.seed()
        site.start()
        asked = [one for one in targets(slugs_of(site)) if options.only in one.path]
        base = f"http://{HOST}:{site.port}"
        with ThreadPoolExecutor(options.threads) as pool:
            results = list(pool.map(lambda one: scan(sqlmap, base, one, *chosen), asked))
    tests = sum(number for number, _faults in results)
    parameters = sum(len(one.parameters) or 1 for one in asked)
    told = (
        f"{parameters} parameters of {len(asked)} addresses, {tests} kinds of test, "
        f"level {options.level}, risk {options.risk}; {time.monotonic() - start:.0f} s"
    )
    verdict("injection", told, [fault for _number, faults in results for fault in faults])


if __name__ == "__main__":
    main()
