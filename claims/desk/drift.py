"""Finds live editions from which the desk has drifted: publishing again would say something else.

A published claim's own content is closed, but what it shares with others is not: a topic is
renamed, a source corrected, a related claim goes live or is withdrawn.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan

from claims.models import (
    Claim,
    Claimant,
    Document,
    Edition,
    EditionKind,
    Measure,
    Move,
    Rating,
    Section,
    Source,
    Status,
    Topic,
    Unit,
)
from claims.models.keys import among
from claims.record.composing import completed

from .workflow import preview

# How many claims are composed to see whether they have drifted: those published longest ago.
CANDIDATES = 200
# Only so many of the record's newest editions are asked whether they touch a related claim.
NEWEST_EDITIONS = 5_000
# So many edits of each noun are looked at, the newest, and so many claims that share a row.
NEWEST_EDITS = 1_000
MOST_SHARING = 5_000
# An event carries the time its transaction began: a request of the desk lasts no longer.
LONGEST_REQUEST = datetime.timedelta(seconds=30)
LONGEST_KEPT = 60.0  # seconds

# What claims share, by the path from the edition to the row whose changes count.
SHARED: dict[str, Any] = {
    "claim__claimant": Claimant,
    "claim__document": Document,
    "claim__evidence__source": Source,
    "claim__figures__measure": Measure,
    "claim__figures__measure__unit": Unit,
    "claim__rating": Rating,
    "claim__replies__claimant": Claimant,
    "claim__reported_claimant": Claimant,
    "claim__section": Section,
    "claim__topics": Topic,
}
_NOUNS = list(dict.fromkeys(SHARED.values()))


def drifted() -> list[int]:
    """The keys of drifted claims, oldest edition first, among the ``CANDIDATES`` oldest.

    Found once for each state of the desk, in each process: the first page of all editors asks.
    """
    global _found
    state = _state()
    last = _found
    if last is None or last.state != state or monotonic() > last.until:
        last = _found = Found(state, monotonic() + LONGEST_KEPT, compared())
    return last.keys


@dataclass(frozen=True)
class Found:
    """The drifted claims of one state of the desk. ``until`` is a time of the monotonic clock."""

    state: list[tuple[str, int]]
    until: float
    keys: list[int]


_found: Found | None = None


def _state() -> list[tuple[str, int]]:
    """What changes when a claim may have drifted, or be up to date again: last keys, by table.

    Of two transactions at once, the one with the smaller key may be the later to commit. So
    nothing is kept for longer than ``LONGEST_KEPT``.
    """
    events = [model.pgh_event_model.objects.order_by("-pgh_id") for model in _NOUNS]
    tables = [Edition.objects.order_by("-sequence"), Move.objects.order_by("-pk"), *events]
    last = [rows.values_list(Value(rows.model.__name__), "pk")[:1] for rows in tables]
    found = sorted(last[0].union(*last[1:], all=True).order_by())
    return [(str(connection.settings_dict["NAME"]), 0), *found]


def compared() -> list[int]:
    """What ``drifted`` says, found anew. Takes no more queries for many claims than for one."""
    editions = candidates()
    claims = Claim.objects.with_content().in_bulk([edition.claim_id for edition in editions])
    today = preview(list(claims.values()))
    return [
        edition.claim_id
        for edition in editions
        if _words(today[edition.claim_slug]) != _words(completed(edition.content["content"]))
    ]


def candidates() -> list[Edition]:
    """Live editions of published claims that something may have overtaken, the oldest first.

    One small query for each reason that there is: together they would be a single one that
    takes PostgreSQL longer to plan than to run.
    """
    newest = Edition.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    edited = _edited()
    live = Edition.objects.live().filter(claim__status=Status.PUBLISHED)
    overtaken = [
        _concerned(live, path, edited[model]).filter(_changed(path))
        for path, model in SHARED.items()
        if model in edited
    ]
    overtaken.append(live.filter(_related(newest)))
    found: set[tuple[datetime.datetime, int]] = set()
    for editions in overtaken:
        rows = editions.order_by("published_at").values_list("published_at", "sequence")
        found.update(rows.distinct()[:CANDIDATES])
    keys = [sequence for _published_at, sequence in sorted(found)[:CANDIDATES]]
    editions = Edition.objects.only("claim_id", "claim_slug", "payload", "published_at")
    return list(editions.filter(sequence__in=keys).order_by("published_at"))


def _edited() -> dict[Any, set[int]]:
    """By noun, the keys of the rows that were edited last; of most nouns there are none."""
    models = {model.__name__: model for model in _NOUNS}
    edits = [
        model.pgh_event_model.objects.filter(pgh_label="update")
        .order_by("-pgh_id")
        .values_list(Value(name), "pgh_obj")[:NEWEST_EDITS]
        for name, model in models.items()
    ]
    found: dict[Any, set[int]] = defaultdict(set)
    for name, key in edits[0].union(*edits[1:], all=True).order_by():
        found[models[name]].add(key)
    return found


def _concerned(live: QuerySet[Edition], path: str, keys: set[int]) -> QuerySet[Edition]:
    """The editions of claims that share the edited rows; of very many, the oldest.

    A topic may have a fifth of all claims: their editions would take seconds to go through.
    """
    sharing = Claim.objects.order_by().filter(**{f"{path.removeprefix('claim__')}__in": keys})
    claims = list(sharing.values_list("pk", flat=True)[: MOST_SHARING + 1])
    if len(claims) <= MOST_SHARING:
        return live.filter(among(set(claims), "claim"))
    oldest = live.order_by("published_at").values_list("sequence", flat=True)[:MOST_SHARING]
    return live.filter(among(oldest, "sequence"))


def _changed(path: str) -> Q:
    return Q(
        **{
            f"{path}__events__pgh_label": "update",
            f"{path}__events__pgh_created_at__gt": F("published_at") - LONGEST_REQUEST,
        }
    )


def _related(newest: int) -> Q:
    """Editions that name a withdrawn claim, or leave out a related one that is live by now.

    In one condition, so that its parts speak of the same relation and the same target.
    """
    relation, theirs = "claim__relations", "claim__relations__target__editions"
    named = Concat(
        Value('{"kind":"'),
        F(f"{relation}__kind"),
        Value('","target":"'),
        F(f"{relation}__target__slug"),
        Value('"}'),
        output_field=TextField(),
    )
    is_named = GreaterThan(StrIndex("payload", named), 0)
    withdrawn = Q(**{f"{theirs}__kind": EditionKind.WITHDRAWAL}) & Q(is_named)
    gone_live = Q(**{f"{theirs}__kind": EditionKind.PUBLICATION}) & ~Q(is_named)
    later = {
        f"{theirs}__superseded_at": None,
        f"{theirs}__sequence__gt": newest - NEWEST_EDITIONS,
        f"{theirs}__published_at__gt": F("published_at"),
    }
    return Q(**later) & (withdrawn | gone_live)


def _words(content: dict[str, Any]) -> dict[str, Any]:
    """Without the places of quotes: a text captured anew moves them, which readers never see."""
    places = {"start", "end", "transcript_sha256"}
    quotes = [
        {name: value for name, value in quote.items() if name not in places}
        for quote in content["quotes"]
    ]
    return {**content, "quotes": quotes}
