"""Finds live editions from which the desk has drifted: publishing again would say something else.

A published claim's own content is closed, but what it shares with others is not: a topic is
renamed, a source corrected, a related claim goes live or is withdrawn.
"""

import datetime
from typing import Any

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import GreaterThan

from claims.models import (
    Claim,
    Claimant,
    Document,
    Edition,
    EditionKind,
    Measure,
    Rating,
    Section,
    Source,
    Status,
    Topic,
    Unit,
)
from claims.record.composing import completed

from .workflow import preview

# How many claims are composed to see whether they have drifted: those published longest ago.
CANDIDATES = 200
# Only so many of the record's newest editions are asked whether they touch a related claim.
NEWEST_EDITIONS = 5_000
# An event carries the time its transaction began: a request of the desk lasts no longer.
LONGEST_REQUEST = datetime.timedelta(seconds=30)

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


def drifted() -> list[int]:
    """The keys of drifted claims, oldest edition first, among the ``CANDIDATES`` oldest.

    Takes no more queries for many claims than for one.
    """
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
    reasons = [_changed(path) for path, model in SHARED.items() if model in edited]
    reasons.append(_related(newest))
    live = Edition.objects.live().filter(claim__status=Status.PUBLISHED).order_by("published_at")
    found: set[tuple[datetime.datetime, int]] = set()
    for reason in reasons:
        overtaken = live.filter(reason).values_list("published_at", "sequence").distinct()
        found.update(overtaken[:CANDIDATES])
    keys = [sequence for _published_at, sequence in sorted(found)[:CANDIDATES]]
    editions = Edition.objects.only("claim_id", "claim_slug", "payload", "published_at")
    return list(editions.filter(sequence__in=keys).order_by("published_at"))


def _edited() -> set[Any]:
    """The nouns of which any row has been edited at all."""
    models = {model.__name__: model for model in SHARED.values()}
    edits = [
        model.pgh_event_model.objects.filter(pgh_label="update").values_list(Value(name))[:1]
        for name, model in models.items()
    ]
    return {models[name] for (name,) in edits[0].union(*edits[1:])}


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
