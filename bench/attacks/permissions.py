"""Every address, for everybody, in every way: what is answered, against the table beside this file.

    python -m bench.attacks.permissions
    python -m bench.attacks.permissions --write   # makes the table anew, to be reviewed

The table is ``permissions.csv``. A pattern that has no row there is a fault, and so is a row that
no pattern has. Nothing that is asked stays done: each request is rolled back.
"""

import argparse
import csv
import itertools
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.attacks.addresses import Pattern, patterns
from bench.scratch import scratch_database

TABLE = Path(__file__).with_suffix(".csv")
ROLES = [
    "anonymous",
    "researcher",
    "other_researcher",
    "editor",
    "chief_editor",
    "administrator",
]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
LOGIN = "login"

# An address, a method, and what each role gets.
type Key = tuple[str, str]
type Answers = dict[Key, list[str]]


@dataclass(frozen=True)
class Case:
    """An address that can be asked for, under the name it has in the table."""

    name: str
    address: str


class World:
    """One row of everything, and a browser for each role."""

    def __init__(self) -> None:
        from django.test import Client

        from claims.desk.roles import CHIEF_EDITOR, EDITOR, RESEARCHER
        from tests.factories import make_user

        groups = dict(zip(ROLES[1:5], [RESEARCHER, RESEARCHER, EDITOR, CHIEF_EDITOR], strict=True))
        self.people = {role: make_user(group) for role, group in groups.items()}
        self.people["administrator"] = make_user(None, is_superuser=True)
        self.browsers: dict[str, Any] = {}
        for role in ROLES:
            self.browsers[role] = Client(raise_request_exception=False)
            if role in self.people:
                self.browsers[role].force_login(self.people[role])
        self.cookies = {role: dict(one.cookies.items()) for role, one in self.browsers.items()}
        self.claims: dict[str, Any] = {}
        self.ids = self._rows()

    def _rows(self) -> dict[str, Any]:
        """The id of one row of each model that the admin shows."""
        from django.contrib.auth.models import Group
        from django.utils import timezone

        from claims.models import Move, Term, Transcript
        from claims.record.publishing import redact
        from factcheck.accounts.models import AccountEvent, Happening
        from tests import factories as make
        from tests.interview import publish_some

        publish_some(1)
        self.claims["draft"] = make.make_rated_claim(assigned_to=self.people["researcher"])
        self.claims["in_review"] = make.submit(make.make_rated_claim(), self.people["researcher"])
        published = make.make_published()
        self.claims["published"] = published.claim
        gone = make.make_published()
        make.withdraw(gone.claim)
        figure = make.make_figure()
        document = self.claims["draft"].document
        rows = {
            "claim": self.claims["draft"],
            "source": make.make_source(),
            "measure": figure.measure,
            "unit": figure.measure.unit,
            "move": Move.objects.first(),
            "report": make.make_report(edition=published),
            "claimant": make.make_claimant(),
            "document": document,
            "section": make.make_section(document=document),
            "transcript": Transcript.objects.create(document=document, language="en", text="Text."),
            "term": Term.objects.order_by("pk").first(),
            "edition": published,
            "redaction": redact(gone, reason="Court order.", by=None, at=timezone.now()),
            "rating": make.make_rating(),
            "topic": make.make_topic(),
            "group": Group.objects.order_by("pk").first(),
            "user": make.make_user(None),
            "accountevent": AccountEvent.objects.create(
                happening=Happening.LINK_MADE, account="user", at=timezone.now()
            ),
        }
        return {name: row.pk for name, row in rows.items()}

    def cases(self, pattern: Pattern) -> Iterator[Case]:
        """The pattern with what its places can hold; a move in the status where it begins."""
        if pattern.name == "admin:claims_claim_move":
            yield from self._moves(pattern)
            return
        noun = pattern.name.split("_")[1] if pattern.name.count("_") >= 2 else ""
        if not noun and pattern.parameters == ["object_id"]:
            # Django's old addresses of rows have no name: the noun stands in the route.
            noun = pattern.route.split("/")[2]
        if "content_type_id" in pattern.parameters:
            noun = "claim"
        values = {
            "object_id": self.ids.get(noun, 1),
            "id": self.ids["user"],
            "claim_id": self.claims["draft"].pk,
            "document_id": self.ids["document"],
            "moment": "2026-11-28T12:00:00+00:00",
            "content_type_id": self._content_type(),
            "app_label": "claims",
            "url": "nothing",
            "slug": self._slug(pattern),
            "language": "en",
            "number": 1,
            "section": "claims",
            "name": "claims.csv",
            "rest": "nothing",
            "token": "nothing",
        }
        yield Case(pattern.route, pattern.address(values))

    def _moves(self, pattern: Pattern) -> Iterator[Case]:
        from claims.desk.workflow import MOVES

        for name, rule in MOVES.items():
            status = "published" if "published" in rule.sources else rule.sources[0]
            values = {"claim_id": self.claims[status].pk, "name": name}
            yield Case(pattern.route.replace("<slug:name>", name), pattern.address(values))

    def _content_type(self) -> int:
        from django.contrib.contenttypes.models import ContentType

        from claims.models import Claim

        return ContentType.objects.get_for_model(Claim).pk

    def _slug(self, pattern: Pattern) -> str:
        known = {"documents": "interview", "fixtures": "interview", "topics": "rain"}
        known |= {"claimants": "speaker", "ratings": "false"}
        parts = pattern.route.split("/")
        return next((slug for part, slug in known.items() if part in parts), "claim-a")

    def answer(self, role: str, method: str, address: str) -> str:
        """The status, or that one is asked to log in. Whatever was done is undone."""
        from http.cookies import SimpleCookie

        from django.db import transaction

        browser = self.browsers[role]
        browser.cookies = SimpleCookie()
        browser.cookies.update(self.cookies[role])
        with transaction.atomic():
            response = browser.generic(method, address, content_type="multipart/form-data")
            response.getvalue()
            transaction.set_rollback(True)
        place = response.get("Location", "")
        return LOGIN if place.startswith("/admin/login/") else str(response.status_code)


def cases(world: World) -> list[Case]:
    return [case for pattern in patterns() for case in world.cases(pattern)]


def cells(found: Iterable[Case]) -> list[tuple[Case, str]]:
    return list(itertools.product(found, METHODS))


def attack(world: World, asked: Iterable[tuple[Case, str]]) -> Answers:
    return {
        (case.name, method): [world.answer(role, method, case.address) for role in ROLES]
        for case, method in asked
    }


def differences(found: Answers, table: Answers) -> Iterator[str]:
    for key, answers in found.items():
        expected = table.get(key)
        if expected is None:
            yield f"{key[1]} {key[0]}: has no row in {TABLE.name}"
        elif answers != expected:
            for role, one, other in zip(ROLES, answers, expected, strict=True):
                if one != other:
                    yield f"{key[1]} {key[0]} as {role}: {one} instead of {other}"


def uncovered(found: Iterable[Case], table: Answers) -> Iterator[str]:
    """Patterns without a row, and rows without a pattern."""
    names, known = {case.name for case in found}, {name for name, _method in table}
    yield from (f"{name}: has no row in {TABLE.name}" for name in sorted(names - known))
    yield from (f"{name}: there is no such address" for name in sorted(known - names))


def read() -> Answers:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["address"], method): [row[role] for role in ROLES]
        for row in rows
        for method in row["methods"].split()
    }


def write(found: Answers) -> None:
    """Methods that are answered alike share a line."""
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["address", "methods", *ROLES])
        for name in dict.fromkeys(name for name, _method in found):
            alike: dict[tuple[str, ...], list[str]] = {}
            for method in METHODS:
                alike.setdefault(tuple(found[name, method]), []).append(method)
            for answers, methods in alike.items():
                table.writerow([name, " ".join(methods), *answers])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="Make the table anew.")
    options: Any = parser.parse_args()
    with scratch_database("factcheck_permissions"):
        import logging

        logging.disable(logging.ERROR)
        world = World()
        start = time.monotonic()
        asked = cases(world)
        found = attack(world, cells(asked))
        seconds = time.monotonic() - start
    if options.write:
        write(found)
    table = read()
    faults = [*uncovered(asked, table), *differences(found, table)]
    faults += [
        f"{key}: {answers}"
        for key, answers in found.items()
        if any(answer.startswith("5") for answer in answers)
    ]
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    number = sum(len(answers) for answers in found.values())
    print(
        f"permissions: {len(asked)} addresses, {number} answers, {len(faults)} differences "
        f"from the table; {seconds:.0f} s"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
