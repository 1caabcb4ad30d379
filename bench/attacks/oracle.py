"""Nothing public moves when a draft does: no count, no facet, no date, no hash, no order.

    python -m bench.attacks.oracle

Takes every public list, search, facet, feed, sitemap and file, then makes a draft with words of
its own, edits it, gives it parts, sends it through review and back, and deletes it. After each step
everything must be as it was, to the byte. Prints one line, and fails where something is not.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from typing import Any

from bench.scratch import scratch_database

WORD = "zanzibar"
PLACES = [
    "/en/", "/fr/", "/en/claims/", "/fr/claims/", "/en/corrections/", "/en/method/", "/en/data/",
    "/en/documents/interview/", "/en/topics/rain/", "/en/claimants/speaker/",
    "/en/claims/claim-a/", "/en/claims/claim-a/history/", "/en/claims/claim-a/embed/",
    "/claims/claim-a.jsonld", "/sitemap.xml", "/sitemap-claims.xml", "/feeds/claims.atom",
    "/feeds/claims.fr.atom", "/feeds/corrections.en.atom", "/feeds/topics/rain.en.atom",
    "/feeds/documents/interview.en.atom", "/data/claims.csv", "/data/claims.jsonl",
    "/data/record.jsonl", "/data/SHA256SUMS", "/data/datapackage.json", "/api/v1/claims/",
    "/api/v1/documents/", "/api/v1/topics/", "/api/v1/claimants/", "/api/v1/ratings/",
    "/api/v1/corrections/", "/data/fixtures/interview.json",
]  # fmt: skip
QUERIES = [
    f"q={WORD}", f"q={WORD}+OR+statement", f"q=-{WORD}", f"topic={WORD}", f"document={WORD}",
    f"claimant={WORD}", "kind=event", "rating=false", "rating=open", "topic=rain",
    "ordering=oldest", "ordering=event", "made_on_after=2022-01-01", "event_on=unknown",
    "as_of=2100-01-01",
]  # fmt: skip
LISTS = ["/en/claims/", "/api/v1/claims/", "/data/claims.csv", "/feeds/claims.en.atom"]

type State = dict[str, tuple[int, list[tuple[str, str]], bytes]]


def addresses() -> Iterator[str]:
    yield from PLACES
    yield from (f"{place}?{query}" for place in LISTS for query in QUERIES)


def state(asked: list[str]) -> State:
    from django.test import Client

    client = Client(raise_request_exception=False)
    found = {}
    for address in asked:
        response = client.get(address)
        # Of the headers one names the request, and nothing else.
        headers = sorted(item for item in response.items() if item[0] != "X-Request-ID")
        found[address] = (response.status_code, headers, response.getvalue())
    return found


def steps() -> Iterator[tuple[str, Callable[[], Any]]]:
    """What a desk does with a draft, one step after the other."""
    from django.utils import timezone

    from claims.desk import workflow
    from claims.models import Claim
    from tests import factories as make

    editor = make.make_editor()
    researcher = make.make_user()
    made: dict[str, Any] = {}

    def create() -> None:
        document = Claim.objects.get(slug="claim-a").document
        words = {"statement_en": f"The {WORD} statement.", "summary_en": WORD}
        made["claim"] = make.make_rated_claim(slug=WORD, document=document, **words)
        make.make_rated_claim(
            slug=f"{WORD}-2",
            document=make.make_document(slug=WORD, title_en=WORD),
            claimant=make.make_claimant(slug=WORD, name_en=WORD, aliases=[WORD]),
            topics=[make.make_topic(slug=WORD, label_en=WORD)],
        )

    def edit() -> None:
        Claim.objects.filter(slug=WORD).update(summary_en="Another.", event_date="2022-01-05")

    def add_parts() -> None:
        claim = made["claim"]
        make.make_evidence(claim=claim, finding_en=WORD)
        make.make_quote(claim=claim, exact=WORD)
        make.make_note(claim=claim, text_en=WORD, author=editor)
        make.make_relation(claim=claim, target=Claim.objects.get(slug="claim-a"))

    def revise_what_is_live() -> None:
        live = Claim.objects.get(slug="claim-a")
        workflow.revise(live, by=researcher, at=timezone.now())
        Claim.objects.filter(pk=live.pk).update(statement_en=f"Now with {WORD}.")
        live.document.__class__.objects.filter(pk=live.document_id).update(title_en=WORD)

    def send_back() -> None:
        workflow.send_back(made["claim"], by=editor, at=timezone.now(), note=WORD)

    yield "created", create
    yield "edited", edit
    yield "given parts", add_parts
    yield "submitted", lambda: make.submit(made["claim"], researcher)
    yield "sent back", send_back
    yield "beside a revision", revise_what_is_live
    yield "dropped", lambda: workflow.drop(made["claim"], by=researcher, at=timezone.now())


def attack(asked: list[str]) -> tuple[int, list[str]]:
    """How many answers were compared, and which moved."""
    before = state(asked)
    number, faults = 0, []
    for name, step in steps():
        step()
        after = state(asked)
        number += len(after)
        faults += [f"{name}: {address}" for address in after if after[address] != before[address]]
    return number, faults


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    with scratch_database("factcheck_oracle"):
        import logging

        from tests.interview import publish_some

        logging.disable(logging.ERROR)
        publish_some(3)
        number, faults = attack(list(addresses()))
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    print(f"oracle: {number} answers compared around 7 steps of a draft, {len(faults)} moved")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
