"""The desk's queues: which claims and which readers' reports wait for whom, the oldest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, Evidence, LinkState, Quote, Report, Status

from .anchoring import LOST
from .contributors import PARTS, contributors
from .drift import drifted

# Nobody needs to know how far above a hundred a queue has grown.
COUNT_LIMIT = 100
FIRST_ROWS = 5


@dataclass(frozen=True)
class Queue:
    """Some claims, by statuses and by a condition; ``name`` stands in addresses.

    The condition takes the person asking. Whoever lacks the permission has no such queue.
    """

    name: str
    label: Any
    permission: str
    statuses: tuple[str, ...]
    condition: Callable[[Any], Q]
    explanation: Any = ""

    def condition_in_all(self, user: Any) -> Q:
        """The whole condition, statuses included: for a list that is filtered further."""
        return Q(status__in=self.statuses) & self.condition(user)

    def claims(self, user: Any) -> QuerySet[Claim]:
        return Claim.objects.filter(self.condition_in_all(user)).order_by("status_since", "pk")


@dataclass(frozen=True)
class Counted:
    """How many rows there are, counted to the limit."""

    count: int

    @property
    def is_more(self) -> bool:
        return self.count > COUNT_LIMIT

    @property
    def shown_count(self) -> str:
        return f"{COUNT_LIMIT}+" if self.is_more else str(self.count)


@dataclass(frozen=True)
class Waiting(Counted):
    """What a queue holds: its first rows, and how many there are."""

    queue: Queue
    rows: list[Claim]


@dataclass(frozen=True)
class WaitingReports(Counted):
    """The readers' reports that nobody has answered yet, the oldest first."""

    rows: list[Report]


def queues_of(user: Any) -> list[Queue]:
    """The queues that this person has a use for, in the order of the desk."""
    return [queue for queue in QUEUES if user.has_perm(queue.permission)]


def waiting(user: Any) -> list[Waiting]:
    """The person's desk, in a fixed number of queries, none of which counts beyond the limit."""
    queues = queues_of(user)
    if not queues:
        return []
    keys = _oldest(queues, user)
    first = {key for found in keys.values() for key in found[:FIRST_ROWS]}
    rows = Claim.objects.select_related("document", "rating").in_bulk(first)
    return [
        Waiting(
            len(keys[queue.name]),
            queue,
            [rows[key] for key in keys[queue.name][:FIRST_ROWS] if key in rows],
        )
        for queue in queues
    ]


def waiting_reports(user: Any) -> WaitingReports | None:
    """The reports on this person's desk; None for whoever may not see them."""
    if not user.has_perm("claims.view_report"):
        return None
    new = Report.objects.new().order_by("received_at", "pk")
    count = len(new.values_list("pk")[: COUNT_LIMIT + 1])
    return WaitingReports(count, list(new.with_listing_relations()[:FIRST_ROWS]))


def _oldest(queues: Sequence[Queue], user: Any) -> dict[str, list[int]]:
    """The keys of each queue's oldest claims, one more than the limit, in one query.

    Status by status: each part can be read from an index, and stops at the limit.
    """
    parts = []
    for queue in queues:
        matching = Claim.objects.filter(queue.condition(user)).annotate(queue=Value(queue.name))
        parts += [
            matching.filter(status=status)
            .order_by("status_since", "pk")
            .values_list("queue", "status_since", "pk")[: COUNT_LIMIT + 1]
            for status in queue.statuses
        ]
    found: dict[str, list[int]] = {queue.name: [] for queue in queues}
    for name, _since, key in sorted(parts[0].union(*parts[1:], all=True).order_by()):
        found[name].append(key)
    return {name: keys[: COUNT_LIMIT + 1] for name, keys in found.items()}


# Conditions


def _mine(user: Any) -> Q:
    return Q(assigned_to=user)


def _my_drafts(user: Any) -> Q:
    return _mine(user) & Q(sent_back_to=None)


def _sent_back_to_me(user: Any) -> Q:
    """Also what somebody else is assigned to, where this person was the last to submit it."""
    return Q(sent_back_to__isnull=False) & (_mine(user) | Q(sent_back_to=user))


def _waiting_for_my_review(user: Any) -> Q:
    return ~Q(submitted_by=user) & ~Q(pk__in=_own_work(user))


def _own_work(user: Any) -> list[int]:
    """Which of the claims longest in review the person has changed, and so may not publish."""
    in_review = Claim.objects.filter(status=Status.IN_REVIEW).exclude(submitted_by=user)
    oldest = list(in_review.order_by("status_since").values_list("pk", flat=True)[:COUNT_LIMIT])
    touched = _touched_by(user, oldest)
    if not touched:
        return []
    changed_by = contributors(Claim.objects.filter(pk__in=touched))
    return [key for key, users in changed_by.items() if user.pk in users]


def _touched_by(user: Any, keys: list[int]) -> list[int]:
    """Those of the claims in whose history the person stands at all: most often none."""
    own = _events(Claim, user).filter(pgh_obj__in=keys).values_list("pgh_obj")
    parts = [_events(part, user).filter(claim__in=keys).values_list("claim") for part in PARTS]
    return [key for (key,) in own.union(*parts)]


def _events(model: Any, user: Any) -> QuerySet[Any]:
    return model.pgh_event_model.objects.filter(pgh_context__metadata__user=user.pk)


def _open(_user: Any) -> Q:
    return Q(is_open=True)


def _open_revision(_user: Any) -> Q:
    return Q(is_revision=True)


def _lost_quote(_user: Any) -> Q:
    return Q(Exists(Quote.objects.filter(claim=OuterRef("pk"), state__in=LOST)))


def _broken_link(_user: Any) -> Q:
    broken = Evidence.objects.filter(source__link_check__state=LinkState.BROKEN)
    return Q(Exists(broken.filter(claim=OuterRef("pk"))))


ANY_STATUS = tuple(Status.values)
QUEUES = [
    Queue("my-drafts", _("My drafts"), "claims.change_claim", (Status.DRAFT,), _my_drafts),
    Queue(
        "sent-back", _("Sent back to me"), "claims.submit_claim", (Status.DRAFT,), _sent_back_to_me
    ),
    Queue(
        "waiting",
        _("Waiting for my review"),
        "claims.publish_claim",
        (Status.IN_REVIEW,),
        _waiting_for_my_review,
    ),
    Queue(
        "assigned",
        _("Assigned to me, not drafts"),
        "claims.change_claim",
        (Status.IN_REVIEW, Status.PUBLISHED, Status.WITHDRAWN),
        _mine,
    ),
    Queue(
        "submitted",
        _("Submitted by me, waiting"),
        "claims.submit_claim",
        (Status.IN_REVIEW,),
        lambda user: Q(submitted_by=user),
    ),
    Queue(
        "revisions",
        _("Live with an open revision"),
        "claims.view_claim",
        (Status.DRAFT, Status.IN_REVIEW),
        _open_revision,
    ),
    Queue("open", _("Open claims"), "claims.view_claim", ANY_STATUS, _open),
    Queue(
        "drifted",
        _("Live editions to bring up to date"),
        "claims.revise_claim",
        (Status.PUBLISHED,),
        lambda _user: Q(pk__in=drifted()),
        explanation=_(
            "A source, topic, name or related claim has changed since: revise the claim and "
            "publish it again. At most 200 are compared, those published longest ago first."
        ),
    ),
    Queue(
        "lost-quotes",
        _("Quotes lost"),
        "claims.change_claim",
        ANY_STATUS,
        _lost_quote,
    ),
    Queue(
        "broken-links",
        _("Links broken"),
        "claims.change_claim",
        ANY_STATUS,
        _broken_link,
        explanation=_(
            "A page that the evidence cites is gone: look for an archived copy, or another source."
        ),
    ),
]
