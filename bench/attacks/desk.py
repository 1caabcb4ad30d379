"""A desk at work over HTTP, that writes down what the site has acknowledged.

Two people take one claim after another around: revise, edit, submit, publish. Whatever the site
answers in between is either what was asked for, "come back later" (503 with Retry-After), or a
fault. A broken connection is no answer: the step may have been done or not.
"""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.attacks.application import Application
from bench.attacks.browser import Answer, NoAnswer


@dataclass
class Ledger:
    """What was acknowledged, what was left open, and what should not have been answered."""

    edits: list[tuple[str, str]] = field(default_factory=list)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    published: list[tuple[str, str]] = field(default_factory=list)
    # Steps without an answer, by what they were.
    open: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        return len(self.edits) + sum(self.moves.values())


class Postponed(Exception):
    """The site said that it cannot just now."""


class Desk(threading.Thread):
    """Works until told to stop, on the claims that are its own."""

    def __init__(
        self, site: Application, people: dict[str, dict[str, str]], claims: dict[str, int]
    ) -> None:
        super().__init__(daemon=True)
        self.site, self.claims, self.ledger = site, claims, Ledger()
        self.researcher = site.browser(people["researcher"])
        self.editor = site.browser(people["editor"])
        self.stopped = threading.Event()
        # Between two steps, in seconds.
        self.pause = 0.0

    def run(self) -> None:
        try:
            while True:
                for slug, pk in self.claims.items():
                    for _step in range(4):
                        if self.stopped.wait(self.pause):
                            return
                        self.step(slug, pk)
        except Exception as error:
            self.ledger.faults.append(f"The desk itself failed: {error!r}")

    def stop(self) -> Ledger:
        self.stopped.set()
        self.join()
        return self.ledger

    def step(self, slug: str, pk: int) -> None:
        """The next step that the claim's page offers."""
        what = "look"
        try:
            page = self._answer(self.researcher.get(f"/admin/claims/claim/{pk}/change/"), 200)
            what = self._next(page.text, pk)
            if what == "edit":
                self._edit(slug, pk, page)
            self._move(slug, pk, "submit" if what == "edit" else what)
        except NoAnswer:
            self.ledger.open[what] += 1
            time.sleep(0.02)
        except Postponed:
            time.sleep(0.05)

    def _next(self, html: str, pk: int) -> str:
        if f"/admin/claims/claim/{pk}/move/submit/" in html:
            return "edit"
        if f"/admin/claims/claim/{pk}/move/revise/" in html:
            return "revise"
        return "publish"

    def _edit(self, slug: str, pk: int, page: Answer) -> None:
        from tests.admin.pages import fields_of

        text = f"{slug} says {time.monotonic_ns()}."
        form: dict[str, Any] = fields_of(page.text, "claim_form") | {"statement_en": text}
        path = f"/admin/claims/claim/{pk}/change/"
        self._answer(self.researcher.post(path, form), 302)
        self.ledger.edits.append((slug, text))

    def _move(self, slug: str, pk: int, name: str) -> None:
        from tests.admin.pages import fields_of

        browser = self.editor if name == "publish" else self.researcher
        path = f"/admin/claims/claim/{pk}/move/{name}/"
        page = self._answer(browser.get(path), 200)
        form = fields_of(page.text)
        self._answer(browser.post(path, form), 302)
        self.ledger.moves[slug, name] += 1
        if name == "publish":
            self.ledger.published.append((slug, form["preview_sha256"]))

    def _answer(self, answer: Answer, expected: int) -> Answer:
        self.ledger.answers[answer.status] += 1
        if answer.status == expected:
            return answer
        if answer.status == 503 and answer.headers.get("Retry-After"):
            raise Postponed
        told = " ".join(answer.text.split())[:300]
        self.ledger.faults.append(f"Status {answer.status} instead of {expected}: {told}")
        raise Postponed


def desks(site: Application, seed: dict[str, Any], count: int, claims: int = 10) -> list[Desk]:
    """Started, each with claims that no other has."""
    every = list(seed["claims"].items())
    made = [
        Desk(site, seed["people"], dict(every[number * claims : (number + 1) * claims]))
        for number in range(count)
    ]
    for desk in made:
        desk.start()
    return made


def await_work(working: list[Desk], seconds: float, *, at_most: float = 30) -> None:
    """A while in which something is acknowledged: what hits an idle desk shows little."""
    before = sum(desk.ledger.acknowledged for desk in working)
    start = time.monotonic()
    while sum(desk.ledger.acknowledged for desk in working) == before:
        if time.monotonic() - start > at_most:
            break
        time.sleep(0.01)
    time.sleep(seconds)
