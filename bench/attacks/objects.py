"""Walks the ids of drafts, notes, reports and captured texts as everybody who may not.

    python -m bench.attacks.objects --count 1000

Each try is a request that would succeed for an administrator: a form that was opened and filled
in, a deletion that was confirmed, a move, a bulk action, an export of a selection, a completion.
Outsiders may read and write nothing, researchers and editors may not do what asks for more.
Prints one line of counts, and fails where a secret came back or a row changed.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.attacks.imports import digest
from bench.attacks.planted import TOKEN, Secrets, plant
from bench.scratch import scratch_database

OUTSIDERS = ["anonymous", "reader", "stranger"]
NOUNS = [
    "claim", "document", "section", "transcript", "claimant", "topic", "source", "measure", "unit",
    "rating", "edition", "redaction", "move", "term", "report",
]  # fmt: skip
# Who may not do what, beside the outsiders, who may do nothing.
RESEARCHERS_NOT = {
    "publish", "send_back", "withdraw", "publish_selected", "dismiss_selected", "forget_contacts",
    *(f"save {noun}" for noun in ("document", "claimant", "topic", "measure", "report", "rating")),
    *(f"delete {noun}" for noun in NOUNS if noun not in ("section", "transcript")),
}  # fmt: skip
EDITORS_NOT = {
    "withdraw", "save rating",
    *(f"delete {noun}" for noun in ("claim", "rating", "edition", "move", "report", "redaction")),
}  # fmt: skip


@dataclass(frozen=True)
class Deed:
    """A request that would succeed for an administrator."""

    what: str
    address: str
    data: dict[str, Any] | None = field(default=None, hash=False)


class World:
    """A desk full of secrets, and a browser for each person."""

    def __init__(self) -> None:
        from django.test import Client

        from claims.desk.roles import EDITOR, RESEARCHER
        from tests.factories import make_user

        self.secrets = Secrets()
        plant(self.secrets)
        self.browsers = {"anonymous": Client(raise_request_exception=False)}
        people = {
            "reader": make_user(None, is_staff=False),
            "stranger": make_user(None),
            "researcher": make_user(RESEARCHER),
            "editor": make_user(EDITOR),
            "administrator": make_user(None, is_superuser=True),
        }
        for role, person in people.items():
            self.browsers[role] = Client(raise_request_exception=False)
            self.browsers[role].force_login(person)
        self.administrator = self.browsers["administrator"]

    def deeds(self) -> Iterator[Deed]:
        for noun in NOUNS:
            yield from self.on_rows(noun)
        yield from self._moves()
        yield from self.actions()
        yield from self._pages()
        yield from self.completions()

    def on_rows(self, noun: str) -> Iterator[Deed]:
        from django.apps import apps

        from tests.admin.pages import fields_of, text_of

        model = apps.get_model("claims", noun)
        yield Deed("list", f"/admin/claims/{noun}/?q=kanari")
        yield Deed("list", f"/admin/claims/{noun}/?all=")
        for pk in model.objects.order_by("pk").values_list("pk", flat=True)[:4]:
            row = f"/admin/claims/{noun}/{pk}"
            yield Deed(f"read {noun}", f"{row}/change/")
            yield Deed(f"history {noun}", f"{row}/history/")
            yield Deed(f"deletion {noun}", f"{row}/delete/")
            yield Deed(f"delete {noun}", f"{row}/delete/", {"post": "yes"})
            page = text_of(self.administrator.get(f"{row}/change/"))
            if fields := fields_of(page, f"{noun}_form"):
                yield Deed(f"save {noun}", f"{row}/change/", overwritten(fields))

    def _moves(self) -> Iterator[Deed]:
        from claims.models import Claim
        from tests.admin.pages import fields_of, move_address, text_of

        typed = {"note": "Overwritten.", "reason_en": "Overwritten.", "reason_fr": "Écrasé."}
        for claim in Claim.objects.order_by("pk"):
            for name in ("submit", "send_back", "publish", "revise", "discard", "drop", "withdraw"):
                page = self.administrator.get(move_address(claim, name))
                yield Deed(f"page {name}", move_address(claim, name))
                if page.status_code == 200:
                    data = fields_of(text_of(page)) | typed
                    yield Deed(name, move_address(claim, name), data)
            assigned = f"/admin/claims/claim/{claim.pk}/assign/"
            yield Deed("assign", assigned, {"version": str(claim.version)})

    def actions(self) -> Iterator[Deed]:
        from claims.desk import workflow
        from claims.models import Claim, Report, Source, Topic
        from claims.record.composing import content_sha256

        claims = list(Claim.objects.with_content())
        topic = Topic.objects.order_by("pk").values_list("pk", flat=True)[0]
        hashes = {slug: content_sha256(text) for slug, text in workflow.preview(claims).items()}
        for claim in claims:
            chosen = {"_selected_action": claim.pk, f"version-{claim.pk}": claim.version}
            confirmed = {"confirmed": "1", "topics": [topic], "to": ""}
            confirmed |= {f"preview-{claim.slug}": hashes[claim.slug]}
            for name in ("submit_selected", "assign_to_me", "add_topics", "remove_topics",
                         "export_selected", "publish_selected", "assign_selected"):  # fmt: skip
                data = {"action": name, **chosen, **confirmed}
                yield Deed(name, "/admin/claims/claim/", data)
        for report in Report.objects.all():
            for name in ("dismiss_selected", "forget_contacts"):
                data = {"action": name, "_selected_action": report.pk, "confirmed": "1"}
                yield Deed(name, "/admin/claims/report/", data | {"reason": "Overwritten."})
        for source in Source.objects.order_by("pk")[:4]:
            data = {"action": "mark_as_read", "_selected_action": source.pk}
            yield Deed("mark_as_read", "/admin/claims/source/", data)

    def _pages(self) -> Iterator[Deed]:
        from claims.models import Claim, Document, Source

        yield Deed("queue", "/admin/")
        yield Deed("queue", "/admin/claims/")
        for claim in Claim.objects.order_by("pk"):
            for name in ("page", "next"):
                yield Deed(f"{name} of a claim", f"/admin/claims/claim/{claim.pk}/{name}/")
            yield Deed("similar", f"/admin/claims/claim/similar/?statement_en={claim.statement_en}")
        for document in Document.objects.order_by("pk"):
            for name in ("read", "capture"):
                yield Deed(f"{name} a document", f"/admin/claims/document/{document.pk}/{name}/")
        for source in Source.objects.order_by("pk")[:4]:
            yield Deed("source at", f"/admin/claims/source/at/?url={source.url}")

    def completions(self) -> Iterator[Deed]:
        from tests.admin.test_permissions import AUTOCOMPLETED

        for noun, column in AUTOCOMPLETED:
            for term in ("", "kanari", "nobody"):
                asked = f"app_label=claims&model_name={noun}&field_name={column}&term={term}"
                yield Deed("completion", f"/admin/autocomplete/?{asked}")


def overwritten(fields: dict[str, Any]) -> dict[str, Any]:
    """The form with another text in each field that holds words."""
    return {
        name: "Overwritten." if isinstance(text, str) and "Nobody knows" in text else text
        for name, text in fields.items()
    }


def forbidden(deeds: Iterable[Deed]) -> list[tuple[str, Deed]]:
    """Who tries what."""
    found = []
    for deed in deeds:
        found += [(role, deed) for role in OUTSIDERS]
        if deed.data is not None:
            found += [("researcher", deed)] * (deed.what in RESEARCHERS_NOT)
            found += [("editor", deed)] * (deed.what in EDITORS_NOT)
    return found


def attack(world: World, tries: Iterable[tuple[str, Deed]]) -> tuple[Counter[str], list[str]]:
    """How often each person was refused, and what came through."""
    found: Counter[str] = Counter()
    faults = []
    before = digest("claims_")
    for role, deed in tries:
        browser = world.browsers[role]
        if deed.data is None:
            response = browser.get(deed.address)
        else:
            response = browser.post(deed.address, deed.data)
        told = response.getvalue().decode(errors="replace")
        found[role] += 1
        if role in OUTSIDERS and set(TOKEN.findall(told)) - set(TOKEN.findall(deed.address)):
            faults.append(f"{role}: {deed.what} {deed.address}: a secret came back")
        if response.status_code >= 500:
            faults.append(f"{role}: {deed.what} {deed.address}: status {response.status_code}")
        if (after := digest("claims_")) != before:
            faults.append(f"{role}: {deed.what} {deed.address}: a row changed")
            before = after
    return found, faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    options: Any = parser.parse_args()
    with scratch_database("factcheck_objects"):
        import logging

        logging.disable(logging.ERROR)
        world = World()
        tries = forbidden(world.deeds())
        random.Random(0).shuffle(tries)  # nosec B311: no secret
        start = time.monotonic()
        found, faults = attack(world, tries)
        seconds = time.monotonic() - start
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    counts = ", ".join(f"{count} as {role}" for role, count in sorted(found.items()))
    print(f"objects: {found.total()} tries, {len(faults)} faults; {counts}; {seconds:.0f} s")
    sys.exit(bool(faults) or found.total() < options.count)


if __name__ == "__main__":
    main()
