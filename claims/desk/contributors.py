"""Who changed a claim's content since it was last published, read from the audit trail."""

from typing import Any

from django.db.models import Q

from claims.models import (
    Claim,
    ClaimTopic,
    Evidence,
    Figure,
    Note,
    Quote,
    Relation,
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
PARTS = [ClaimTopic, Evidence, Figure, Quote, Relation]


def contributors(claim: Claim) -> set[int]:
    """The ids of the users who changed what the claim's next edition will say.

    Content is editable in draft only, so what counts is all that came after the claim's last
    recorded status of published or withdrawn; for a claim never published, all of it.
    """
    events = list(_events(Claim).filter(pgh_obj_id=claim.pk).order_by("pgh_id"))
    closed = [event for event in events if event.status in (Status.PUBLISHED, Status.WITHDRAWN)]
    baseline = closed[-1] if closed else None
    found = set()
    before = None
    for event in events:
        is_new = baseline is None or event.pgh_id > baseline.pgh_id
        if is_new and (before is None or _content(event) != _content(before)):
            found.add(_user(event))
        before = event
    since = Q() if baseline is None else _after(baseline)
    parts = [_events(model).filter(since, claim_id=claim.pk) for model in PARTS]
    parts.append(_events(Note).filter(since, claim_id=claim.pk, visibility=Visibility.PUBLIC))
    found |= {_user(event) for events in parts for event in events}
    return {user for user in found if user is not None}


def _events(model: Any) -> Any:
    return model.pgh_event_model.objects.select_related("pgh_context")


def _after(baseline: Any) -> Q:
    """Events carry the time of their transaction; the baseline's own are told by its context."""
    return Q(pgh_created_at__gte=baseline.pgh_created_at) & ~Q(
        pgh_context_id=baseline.pgh_context_id
    )


def _content(event: Any) -> dict[str, Any]:
    return {
        field.attname: getattr(event, field.attname)
        for field in event._meta.fields
        if not field.name.startswith("pgh_") and field.attname not in WORKFLOW_COLUMNS
    }


def _user(event: Any) -> int | None:
    return event.pgh_context and event.pgh_context.metadata.get("user")
