"""Two people have opened the same claim, and both save at the same moment.

    python -m bench.attacks.conflicts --count 500

Each has a connection of its own. By turns both send the form with the same field changed, or with
different ones, or one of them takes the claim over by a bulk action, or a file with the claim is
imported. What was acknowledged must stand in the claim afterwards; who is refused with status 409
must find all that was typed, and what the other one wrote. Prints one line, and fails where
something was lost.
"""

import argparse
import io
import json
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from bench.scratch import scratch_database

SLUG = "contested"
DONE, REFUSED = 302, 409


@dataclass
class Save:
    """What one side wants: fields of the claim with their new values, and how to send them."""

    wants: dict[str, Any]
    send: Callable[[], tuple[int, str]]
    status: int = 0
    # What was answered: the page with both versions, where there is one.
    told: str = ""


@dataclass
class Conflicts:
    """One claim and two people, and what became of what they wrote."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        from django.test import Client

        from tests import factories as make

        self.claim = make.make_claim(slug=SLUG, explanation_en="Because.")
        self.people = [make.make_editor() for _person in range(2)]
        self.browsers = [Client(raise_request_exception=False) for _person in self.people]
        for browser, person in zip(self.browsers, self.people, strict=True):
            browser.force_login(person)

    def run(self, pairs: int) -> None:
        kinds = [self.same_field, self.other_field, self.action, self.file]
        for number in range(pairs):
            kind = kinds[number % len(kinds)]
            saves = kind(number)
            at_once(saves)
            self.check(f"pair {number}, {kind.__name__}", saves)

    def same_field(self, number: int) -> list[Save]:
        return [
            self._form(0, statement_en=f"First {number}."),
            self._form(1, statement_en=f"Second {number}."),
        ]

    def other_field(self, number: int) -> list[Save]:
        return [
            self._form(0, statement_en=f"Here {number}."),
            self._form(1, summary_en=f"There {number}."),
        ]

    def action(self, number: int) -> list[Save]:
        from claims.models import Claim

        # Whoever took it over the last time gives it back first.
        Claim.objects.filter(pk=self.claim.pk).update(assigned_to=None)
        return [self._form(0, statement_en=f"Written {number}."), self._takeover(1)]

    def file(self, number: int) -> list[Save]:
        return [
            self._form(0, statement_en=f"Typed {number}."),
            self._import(1, summary_fr=f"Lu {number}."),
        ]

    def _form(self, person: int, **wants: str) -> Save:
        """The form as it is opened now, to be sent with these changes."""
        from tests.admin.pages import change_address, open_claim

        browser, form = self.browsers[person], open_claim(self.browsers[person], self.claim)

        def send() -> tuple[int, str]:
            response = browser.post(change_address(self.claim), form | wants)
            return response.status_code, response.content.decode()

        return Save(wants, send)

    def _takeover(self, person: int) -> Save:
        """The bulk action, with the version that the list shows."""
        from claims.models import Claim
        from tests.admin.pages import list_address

        browser, pk = self.browsers[person], self.claim.pk
        version = Claim.objects.values_list("version", flat=True).get(pk=pk)
        given = {"action": "assign_to_me", "_selected_action": pk, f"version-{pk}": version}

        def send() -> tuple[int, str]:
            response = browser.post(list_address(Claim), given)
            return response.status_code, response.content.decode()

        return Save({"assigned_to_id": self.people[person].pk}, send)

    def _import(self, person: int, **wants: str) -> Save:
        from claims.interchange.importer import Refused

        def send() -> tuple[int, str]:
            try:
                bring(wants, self.people[person])
            except Refused as refusal:
                return REFUSED, str(refusal)
            return DONE, ""

        return Save(wants, send)

    def check(self, place: str, saves: list[Save]) -> None:
        """What was acknowledged stands in the claim; what was refused is on the page, whole."""
        from claims.models import Claim

        now = Claim.objects.values().get(pk=self.claim.pk)
        if not any(save.status == DONE for save in saves):
            self.faults.append(f"{place}: nobody saved: {[save.status for save in saves]}")
        for save, other in (saves, saves[::-1]):
            self.counts[{DONE: "saved", REFUSED: "refused"}.get(save.status, "failed")] += 1
            stands = all(now[name] == value for name, value in save.wants.items())
            if save.status == DONE and not stands:
                self.faults.append(f"{place}: {save.wants} was acknowledged, and is lost")
            elif save.status == REFUSED:
                self._check_refusal(place, save, other)
            elif save.status != DONE:
                self.faults.append(f"{place}: status {save.status} {save.told[:200]}")

    def _check_refusal(self, place: str, save: Save, other: Save) -> None:
        from tests.admin.pages import fields_of

        # The action has nothing typed: its page shows the claim as it is now.
        form, page = fields_of(save.told, "claim_form"), words_of(save.told)
        for name, value in save.wants.items():
            if isinstance(value, str) and form.get(name) != value:
                self.faults.append(f"{place}: {value!r} is not in the form any more")
        for value in other.wants.values():
            if isinstance(value, str) and value not in page:
                self.faults.append(f"{place}: {value!r} of the other one is not shown")


def words_of(page: str) -> str:
    """What a page says, without the words that it strikes out and without tags."""
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"<del\b.*?</del>", "", page, flags=re.DOTALL)))


def bring(wants: dict[str, str], by: Any) -> None:
    """Import a file that says nothing else of the claim."""
    from django.utils import timezone

    from claims.interchange.arriving import json_rows
    from claims.interchange.importer import import_files

    row = {"model": "claims.claim", "fields": {"slug": SLUG, **wants}}
    rows = json_rows(io.BytesIO(json.dumps([row]).encode()))
    import_files([("claims.json", rows)], by=by, at=timezone.now())


def at_once(saves: list[Save]) -> None:
    """All of them, each in a thread, from the same moment on."""
    barrier = threading.Barrier(len(saves))
    threads = [threading.Thread(target=_send, args=[save, barrier]) for save in saves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _send(save: Save, barrier: threading.Barrier) -> None:
    from django.db import connections

    try:
        barrier.wait(timeout=60)
        save.status, save.told = save.send()
    except Exception as error:
        save.told = f"{type(error).__name__}: {error}"
    finally:
        connections.close_all()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500, help="Pairs of saves.")
    options: Any = parser.parse_args()
    with scratch_database("factcheck_conflicts"):
        import logging

        logging.disable(logging.ERROR)
        conflicts = Conflicts()
        conflicts.prepare()
        start = time.monotonic()
        conflicts.run(options.count)
        seconds = time.monotonic() - start
    for fault in conflicts.faults[:20]:
        print(fault, file=sys.stderr)
    told = ", ".join(f"{number} {what}" for what, number in sorted(conflicts.counts.items()))
    print(
        f"conflicts: {options.count} pairs of saves at the same moment: {told}, "
        f"{len(conflicts.faults)} faults; {seconds:.0f} s"
    )
    sys.exit(bool(conflicts.faults))


if __name__ == "__main__":
    main()
