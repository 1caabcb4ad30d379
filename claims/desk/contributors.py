"""Who changed a claim's content since it was last published, read from the audit trail."""

import datetime
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Q

from claims.models import (
    Claim,
    ClaimTopic,
    Evidence,
    Figure,
    Note,
    Quote,
    Relation,
    Reply,
    Status,
    Visibility,
)

# Changes of these say where the work stands, not what a reader will read.
WORKFLOW_COLUMNS = {
    "status",
    "status_since",
    "assigned_to_id",
    "submitted_by_id",
    "created_at",
    "priority",
}
PARTS = [ClaimTopic, Evidence, Figure, Note, Quote, Relation, Reply]
# Readers are shown public notes only; who hides one changes what they read as well.
_SHOWN: dict[Any, Q] = {Note: Q(visibility=Visibility.PUBLIC) | Q(pgh_label="update")}


def contributors(claims: Collection[Claim]) -> dict[int, set[int]]:
    """The ids of the users who changed what each claim's next edition will say, by claim id.

    Content is editable in draft only, so what counts is all that came after the claim's last
    recorded status of published or withdrawn; for a claim never published, all of it. Asks the
    same number of queries for one claim and for many.
    """
    pks = [claim.pk for claim in claims]
    lives: dict[int, list[Any]] = {pk: [] for pk in pks}
    for event in _events(Claim).filter(pgh_obj_id__in=pks).order_by("pgh_id"):
        lives[event.pgh_obj_id].append(event)
    baselines = {pk: _baseline(events) for pk, events in lives.items()}
    found = {pk: _editors(events, baselines[pk]) for pk, events in lives.items()}
    for event in _events_of_parts(pks):
        if _is_later(event, baselines[event.claim_id]):
            found[event.claim_id].add(event.user)
    return {pk: {user for user in users if user is not None} for pk, users in found.items()}


class PartEvent(NamedTuple):
    """What counts of an event of a claim's part: whose claim, when, and by whom."""

    claim_id: int
    pgh_created_at: datetime.datetime
    pgh_context_id: Any
    metadata: dict[str, Any] | None

    @property
    def user(self) -> int | None:
        return (self.metadata or {}).get("user")


def _events(model: Any) -> Any:
    return model.pgh_event_model.objects.select_related("pgh_context")


def _events_of_parts(pks: list[int]) -> list[PartEvent]:
    """Of all parts in one query: seven of them take longer to ask for than to run."""
    columns = ("claim_id", "pgh_created_at", "pgh_context_id", "pgh_context__metadata")
    models: list[Any] = PARTS
    parts = [
        model.pgh_event_model.objects.order_by()
        .filter(_SHOWN.get(model, Q()), claim_id__in=pks)
        .values_list(*columns)
        for model in models
    ]
    return [PartEvent(*row) for row in parts[0].union(*parts[1:], all=True).order_by()]


def _baseline(events: list[Any]) -> Any:
    """The event that last left the claim published or withdrawn, if any did."""
    closed = [event for event in events if event.status in (Status.PUBLISHED, Status.WITHDRAWN)]
    return closed[-1] if closed else None


def _editors(events: list[Any], baseline: Any) -> set[int | None]:
    """Who changed the claim's own columns after the baseline."""
    found = set()
    before = None
    for event in events:
        is_new = baseline is None or event.pgh_id > baseline.pgh_id
        if is_new and (before is None or _content(event) != _content(before)):
            found.add(_user(event))
        before = event
    return found


def _is_later(event: Any, baseline: Any) -> bool:
    """Events carry the time of their transaction; the baseline's own are told by its context."""
    return baseline is None or (
        event.pgh_created_at >= baseline.pgh_created_at
        and (event.pgh_context_id is None or event.pgh_context_id != baseline.pgh_context_id)
    )


def _content(event: Any) -> dict[str, Any]:
    return {
        field.attname: getattr(event, field.attname)
        for field in event._meta.fields
        if not field.name.startswith("pgh_") and field.attname not in WORKFLOW_COLUMNS
    }


def _user(event: Any) -> int | None:
    return event.pgh_context and event.pgh_context.metadata.get("user")
