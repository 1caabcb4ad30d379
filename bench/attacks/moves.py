"""Eight editors try every move on one claim at once.

    python -m bench.attacks.moves --count 500 --clients 8

Each has a connection of its own. In every other round all try the same move: one may win. Prints
one line, and fails where a move was accepted that the table does not have, where the log and the
audit trail do not hold exactly the moves that were accepted, or where two won.
"""

import argparse
import itertools
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.scratch import scratch_database

SLUG = "contested"


@dataclass
class Contest:
    """One claim, the people who want it, and what each of them was told."""

    clients: int
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # nosec B311
    accepted: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    people: list[Any] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self) -> None:
        from tests import factories as make

        make.make_claim(slug=SLUG)
        self.people = [make.make_chief_editor() for _client in range(self.clients)]

    def run(self, rounds: int) -> None:
        for number in range(rounds):
            self.round(number)
        self._check_the_log()

    def round(self, number: int) -> None:
        from claims.desk.workflow import MOVES
        from claims.models import Claim, Move

        status = Claim.objects.values_list("status", flat=True).get(slug=SLUG)
        fitting = [
            name for name, rule in MOVES.items() if status in rule.sources and name != "drop"
        ]
        names = [self.chance.choice([*MOVES]) for _client in range(self.clients)]
        names = ["submit" if name == "drop" else name for name in names]
        if number % 2 == 0:
            names = [self.chance.choice(fitting)] * self.clients
        before = Move.objects.count()
        barrier = threading.Barrier(self.clients)
        won: list[str] = []
        threads = [
            threading.Thread(target=self._try, args=[name, person, barrier, won])
            for name, person in zip(names, self.people, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.accepted.update(won)
        self.refused += self.clients - len(won)
        if Move.objects.count() - before != len(won):
            self.faults.append(f"round {number}: {won} were accepted, but the log differs")
        if number % 2 == 0 and len(won) > 1:
            self.faults.append(f"round {number}: {names[0]} from {status} was won {len(won)} times")

    def _try(self, name: str, person: Any, barrier: Any, won: list[str]) -> None:
        from django.db import connections

        from claims.desk.workflow import TransitionError

        try:
            move = _prepared(name, person)
            barrier.wait(timeout=60)
            move()
        except TransitionError:
            pass
        except Exception as error:
            with self.lock:
                self.faults.append(f"{name}: {type(error).__name__}: {error}"[:200])
        else:
            with self.lock:
                won.append(name)
        finally:
            connections.close_all()

    def _check_the_log(self) -> None:
        """The moves lead on from one another, each is in the table, and each left one event."""
        from claims.desk.workflow import MOVES
        from claims.models import Claim, Move

        status = "draft"
        log = list(Move.objects.filter(claim_slug=SLUG).order_by("pk"))
        for move in log:
            if move.from_status != status or status not in MOVES[move.name].sources:
                self.faults.append(f"the log says {move.name} from {move.from_status} at {status}")
            status = move.to_status
        if status != Claim.objects.get(slug=SLUG).status:
            self.faults.append("the log does not end at the claim's status")
        if len(log) != self.accepted.total():
            self.faults.append(f"{len(log)} moves are in the log, not {self.accepted.total()}")
        if (changes := _status_changes()) != len(log):
            self.faults.append(f"the trail has {changes} changes of status, not {len(log)}")


def _status_changes() -> int:
    """How often the audit trail saw the claim's status change."""
    from claims.models import Claim

    events = Claim.pgh_event_model.objects.filter(slug=SLUG).order_by("pgh_id")
    statuses = list(events.values_list("status", "status_since"))
    return sum(one != other for one, other in itertools.pairwise(statuses))


def _prepared(name: str, person: Any) -> Any:
    """The move as this person would make it, with what has been read of the claim just now."""
    from functools import partial

    from django.utils import timezone

    from claims.desk import workflow
    from claims.models import Claim
    from claims.record.composing import content_sha256

    claim = Claim.objects.with_content().get(slug=SLUG)
    given: dict[str, Any] = {"by": person, "at": timezone.now()}
    if name == "send_back":
        given["note"] = "Again."
    elif name == "publish":
        given["preview_sha256"] = content_sha256(workflow.preview([claim])[SLUG])
    elif name == "withdraw":
        given |= {"reason_en": "Gone.", "reason_fr": "Parti."}
    return partial(getattr(workflow, name), claim, **given)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500, help="Rounds.")
    parser.add_argument("--clients", type=int, default=8)
    options: Any = parser.parse_args()
    with scratch_database("factcheck_moves"):
        contest = Contest(options.clients)
        contest.prepare()
        start = time.monotonic()
        contest.run(options.count)
        seconds = time.monotonic() - start
    for fault in contest.faults[:20]:
        print(fault, file=sys.stderr)
    told = ", ".join(f"{number} {name}" for name, number in sorted(contest.accepted.items()))
    print(
        f"moves: {options.count} rounds of {options.clients}, {contest.accepted.total()} accepted "
        f"({told}), {contest.refused} refused, {len(contest.faults)} faults; {seconds:.0f} s"
    )
    sys.exit(bool(contest.faults))


if __name__ == "__main__":
    main()
