"""A draft answers like what never was: same status, headers and body, in the same time.

    python -m bench.attacks.indistinguishable --count 1000

At every public address with a name in it: a draft, one in review, a deleted draft, and a name that
nothing ever had. Then the time of the claim's page, by turns. Prints one line, and fails where
something differs: the medians by more than 10 % and more than half a millisecond.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench.attacks.addresses import patterns
from bench.scratch import scratch_database

# All of one length, as an answer may repeat the name.
NAMES = {
    "never": "a-name-that-never-was",
    "draft": "a-name-of-some-draft-",
    "review": "a-name-that-is-in-rev",
    "dropped": "a-name-that-is-dropp-",
}
KEPT = 0.10
LEAST = 0.0005  # Seconds.
TIMED = "/en/claims/{}/"


def prepare() -> None:
    """A public record, and the three drafts under their names, with documents and topics."""
    from django.utils import timezone

    from claims.desk import workflow
    from tests import factories as make
    from tests.interview import publish_some

    publish_some(3)
    for kind in ("draft", "review", "dropped"):
        slug = {"slug": NAMES[kind]}
        claim = make.make_rated_claim(
            document=make.make_document(**slug),
            claimant=make.make_claimant(**slug),
            topics=[make.make_topic(**slug)],
            **slug,
        )
        if kind == "review":
            make.submit(claim)
        if kind == "dropped":
            workflow.drop(claim, by=make.make_user(), at=timezone.now())


def addresses() -> Iterator[str]:
    """Each public address with a name in it, the name as ``{}``."""
    values: dict[str, list[Any]] = {"slug": ["{}"], "language": ["en"], "number": [1]}
    for pattern in patterns():
        if not pattern.is_admin and "slug" in pattern.parameters:
            yield from pattern.addresses(values)
            if pattern.route.startswith("en/"):
                yield from (
                    address.replace("/en/", "/fr/", 1) for address in pattern.addresses(values)
                )
    for parameter in ("topic", "document", "claimant", "q"):
        yield from (f"{place}?{parameter}={{}}" for place in ("/en/claims/", "/api/v1/claims/"))
    yield "/data/claims.csv?topic={}"
    yield "/oembed?url=http%3A%2F%2Ftestserver%2Fen%2Fclaims%2F{}%2F"


def answer(client: Any, method: str, address: str, name: str) -> tuple[Any, ...]:
    """Everything that is told, with the name taken out."""
    response = client.generic(method, address.format(name))
    headers = sorted((key, text.replace(name, "{}")) for key, text in response.items())
    # A hash of what was asked differs with the question.
    headers = [(key, text) for key, text in headers if key not in ("ETag", "X-Request-ID")]
    body = response.getvalue().decode(errors="replace").replace(name, "{}")
    return response.status_code, headers, sorted(response.cookies), body


def attack(asked: list[str]) -> tuple[int, list[str]]:
    """How many answers were compared, and which differ."""
    from django.test import Client

    client = Client(raise_request_exception=False)
    number, faults = 0, []
    for address in asked:
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            never = answer(client, method, address, NAMES["never"])
            for kind, name in NAMES.items():
                found = answer(client, method, address, name)
                number += 1
                if found != never:
                    faults.append(f"{method} {address}: {kind}: {found[:2]} not {never[:2]}"[:300])
    return number, faults


def times(count: int) -> dict[str, float]:
    """The median seconds of each kind's page, asked for by turns."""
    from django.test import Client

    client = Client()
    taken: dict[str, list[float]] = {kind: [] for kind in NAMES}
    for turn in range(count):
        kinds = list(NAMES)
        for kind in kinds[turn % 4 :] + kinds[: turn % 4]:
            start = time.perf_counter()
            client.get(TIMED.format(NAMES[kind]))
            taken[kind].append(time.perf_counter() - start)
    return {kind: statistics.median(found) for kind, found in taken.items()}


def is_told_apart(medians: dict[str, float]) -> bool:
    never = medians["never"]
    return any(
        abs(median - never) > max(LEAST, KEPT * never) for median in medians.values()
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="Timed requests of each kind.")
    options: Any = parser.parse_args()
    with scratch_database("factcheck_indistinguishable"):
        import logging

        logging.disable(logging.ERROR)
        prepare()
        number, faults = attack(list(addresses()))
        medians = times(options.count)
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    told = ", ".join(f"{kind} {median * 1000:.2f} ms" for kind, median in medians.items())
    print(
        f"indistinguishable: {number} answers compared, {len(faults)} differ; "
        f"medians of {options.count}: {told}"
    )
    sys.exit(bool(faults) or is_told_apart(medians))


if __name__ == "__main__":
    main()
