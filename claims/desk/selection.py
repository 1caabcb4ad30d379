"""Changes of several claims at once: what is allowed is done, the rest is refused one by one.

Each claim comes with the version that was seen. Whatever has changed since is left alone, so
that nobody overwrites what they have not read.
"""

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pghistory
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from claims.models import Claim, Status, Topic

from . import workflow

# Where permissions are looked up: accounts come in through more than one backend.
PERMISSIONS = "django.contrib.auth.backends.ModelBackend"

Seen = Mapping[int, int]


class ClosedClaim(workflow.TransitionError):
    """The content of a claim that is no draft was to be changed."""


@dataclass(frozen=True)
class Refusal:
    claim: Claim
    reasons: list[str]


@dataclass
class Outcome:
    """What became of each claim: done, refused, changed since it was seen, or no longer there."""

    done: list[Claim] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    stale: list[Claim] = field(default_factory=list)
    gone: int = 0


def assignable() -> QuerySet[Any]:
    """Whom a claim can be assigned to: staff who may change claims."""
    people = get_user_model().objects.with_perm("claims.change_claim", backend=PERMISSIONS)
    return people.filter(is_staff=True).order_by("username")


def assign(seen: Seen, *, to: Any, by: Any) -> Outcome:
    """Give the claims to one person, or to nobody. Possible in any status."""

    def change(claim: Claim) -> None:
        claim.assigned_to = to
        claim.save(update_fields=["assigned_to"])

    return _each(seen, change, by=by)


def add_topics(seen: Seen, *, topics: Collection[Topic], by: Any) -> Outcome:
    return _each(seen, _on_draft(lambda claim: claim.topics.add(*topics)), by=by)


def remove_topics(seen: Seen, *, topics: Collection[Topic], by: Any) -> Outcome:
    return _each(seen, _on_draft(lambda claim: claim.topics.remove(*topics)), by=by)


def submit(seen: Seen, *, by: Any, at: datetime.datetime) -> Outcome:
    return _each(seen, lambda claim: workflow.submit(claim, by=by, at=at), by=by)


@transaction.atomic
def _each(seen: Seen, change: Callable[[Claim], None], *, by: Any) -> Outcome:
    """Lock the claims in the order of their keys, compare versions, change one after the other."""
    locked = Claim.objects.select_for_update(of=("self",)).filter(pk__in=seen).order_by("pk")
    outcome = Outcome()
    with pghistory.context(user=by.pk):
        for claim in locked:
            if claim.version != seen[claim.pk]:
                outcome.stale.append(claim)
                continue
            try:
                with transaction.atomic():
                    change(claim)
            except workflow.TransitionError as refusal:
                outcome.refused.append(Refusal(claim, refusal.messages))
            else:
                outcome.done.append(claim)
    found = [*outcome.done, *outcome.stale, *(refusal.claim for refusal in outcome.refused)]
    outcome.gone = len(seen) - len(found)
    return outcome


def _on_draft(change: Callable[[Claim], None]) -> Callable[[Claim], None]:
    def checked(claim: Claim) -> None:
        if claim.status != Status.DRAFT:
            raise ClosedClaim(
                _("It is “%(status)s”: open a revision before changing its content.")
                % {"status": claim.get_status_display()}
            )
        change(claim)

    return checked
