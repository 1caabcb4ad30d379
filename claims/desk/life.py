"""The whole life of a claim: every change of its rows, its moves and its editions, in order."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from django.contrib.auth import get_user_model

from claims.models import Edition, EditionKind, Move, Note

from .versions import CONTENT, Bounds, Difference, Row, columns, compare, events, owner

TOLD: dict[str, Any] = {**CONTENT, "notes": Note}
# What a move tells in words, and what says nothing to a person.
NOT_TOLD = {
    "status",
    "status_since",
    "submitted_by_id",
    "created_at",
    "prefix",
    "suffix",
    "transcript_sha256",
}
EDITION_OF = {"publish": EditionKind.PUBLICATION, "withdraw": EditionKind.WITHDRAWAL}


@dataclass
class Change:
    """What one transaction did, and the move and the edition that came of it.

    ``by`` is None where the trail does not say who it was. ``bounds`` is the moment after it.
    """

    at: datetime.datetime
    by: Any = None
    differences: list[Difference] = field(default_factory=list)
    bounds: Bounds = field(default_factory=Bounds)
    statuses: tuple[str, str] | None = None
    move: Move | None = None
    edition: Edition | None = None

    @property
    def is_content(self) -> bool:
        return any(difference.is_content for difference in self.differences)


@dataclass
class Group:
    """The events of one transaction, each with its noun."""

    at: datetime.datetime
    user: int | None
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    rank: tuple[datetime.datetime, int] = (datetime.datetime.min, 0)


def life(pk: int) -> list[Change]:
    """All changes of a claim, the oldest first, in a fixed number of queries.

    Of a claim that was dropped, too; empty where there never was one.
    """
    groups = _groups(pk, Bounds())
    slug = next((event["slug"] for noun, event in _all(groups) if noun == "claim"), None)
    if slug is None:
        return []
    users = _users(groups)
    changes = list(_changes(pk, groups, users))
    dropped = [change.at for change in changes if change.statuses and not change.statuses[1]]
    _add_moves(changes, _moves(slug, dropped_at=dropped[-1] if dropped else None))
    editions = Edition.objects.filter(claim=pk).for_listing().select_related("approved_by")
    _add_editions(changes, list(editions.order_by("number")))
    return [change for change in changes if change.differences or change.move or change.edition]


def changed_since(pk: int, seen: Bounds) -> list[tuple[Any, datetime.datetime]]:
    """Who changed the claim after a moment, and when."""
    groups = _groups(pk, seen)
    users = _users(groups)
    return [(users.get(group.user), group.at) for group in groups if _counts(group)]


def _counts(group: Group) -> bool:
    return any(noun != "notes" for noun, _event in group.events)


def _groups(pk: int, after: Bounds) -> list[Group]:
    """The events of the claim and its parts by transaction, in the order of their effect."""
    found: dict[Any, Group] = {}
    chains = []
    for noun, model in TOLD.items():
        first = after.of(noun) if noun in CONTENT else 0
        rows = events(model).filter(**{owner(model): pk}, pgh_id__gt=first).order_by("pgh_id")
        chain = []
        for event in rows.values(
            "id",
            "pgh_id",
            "pgh_label",
            "pgh_created_at",
            "pgh_context",
            "pgh_context__metadata",
            *columns(model),
        ):
            at, metadata = event["pgh_created_at"], event["pgh_context__metadata"] or {}
            key = (at, event["pgh_context"])
            group = found.setdefault(key, Group(at, metadata.get("user"), rank=(at, 0)))
            group.events.append((noun, event))
            chain.append(group)
        chains.append(chain)
    return _in_order(found.values(), chains)


def _in_order(groups: Iterable[Group], chains: list[list[Group]]) -> list[Group]:
    """By time; but an event carries the time at which its transaction began.

    One that then waited for another comes after it: each table tells by its numbers.
    """
    for _pass in chains:
        for chain in chains:
            for before, after in pairwise(chain):
                if after is not before and after.rank <= before.rank:
                    after.rank = (before.rank[0], before.rank[1] + 1)
    return sorted(groups, key=lambda group: group.rank)


def _all(groups: list[Group]) -> Iterator[tuple[str, dict[str, Any]]]:
    return (event for group in groups for event in group.events)


def _users(groups: list[Group]) -> dict[int | None, Any]:
    pks = {group.user for group in groups} - {None}
    return dict(get_user_model()._default_manager.in_bulk(pks))


def _changes(pk: int, groups: list[Group], users: dict[int | None, Any]) -> Iterator[Change]:
    rows: dict[tuple[str, int], Row] = {}
    last = dict.fromkeys(CONTENT, 0)
    for group in groups:
        before: dict[tuple[str, int], Row | None] = {}
        for noun, event in group.events:
            place = (noun, event["id"])
            before.setdefault(place, rows.get(place))
            if noun in last:
                last[noun] = max(last[noun], event["pgh_id"])
            if event["pgh_label"] == "delete":
                rows.pop(place, None)
            else:
                rows[place] = {name: event[name] for name in columns(TOLD[noun])}
        found = [compare(*place, row, rows.get(place)) for place, row in before.items()]
        yield Change(
            at=group.at,
            by=users.get(group.user),
            differences=[told for one in found if (told := _told(one))],
            bounds=Bounds(tuple(last.values())),
            statuses=_statuses(before.get(("claim", pk)), rows.get(("claim", pk))),
        )


def _told(difference: Difference) -> Difference | None:
    """Without what a move says better, and without what says nothing to a person."""
    told = [name for name in difference.columns if name not in NOT_TOLD]
    return replace(difference, columns=told) if told else None


def _statuses(before: Row | None, after: Row | None) -> tuple[str, str] | None:
    """From which status to which the claim went; to none where it was deleted."""
    if before is None or (after and before["status"] == after["status"]):
        return None
    return before["status"], after["status"] if after else ""


def _moves(slug: str, *, dropped_at: datetime.datetime | None) -> list[Move]:
    """The log is by slug, which a new claim may bear after one that was dropped: each its part."""
    lives: list[list[Move]] = [[]]
    for move in Move.objects.of_claim(slug).select_related("by"):
        lives[-1].append(move)
        if move.name == "drop":
            lives.append([])
    if dropped_at is None or len(lives) == 1:
        return lives[-1]
    return min(lives[:-1], key=lambda moves: abs(moves[-1].at - dropped_at))


def _add_moves(changes: list[Change], moves: list[Move]) -> None:
    """Both lists are in order: each move belongs to the next change with its statuses."""
    waiting = list(moves)
    for change in changes:
        for move in waiting:
            if change.statuses == (move.from_status, move.to_status):
                change.move, change.by = move, change.by or move.by
                waiting.remove(move)
                break
    for move in waiting:
        _insert(changes, Change(at=move.at, by=move.by, move=move))


def _add_editions(changes: list[Change], editions: list[Edition]) -> None:
    waiting = list(editions)
    for change in changes:
        kind = EDITION_OF.get(change.move.name) if change.move else None
        for edition in waiting:
            if edition.kind == kind:
                change.edition = edition
                waiting.remove(edition)
                break
    for edition in waiting:
        _insert(changes, Change(at=edition.published_at, by=edition.approved_by, edition=edition))


def _insert(changes: list[Change], late: Change) -> None:
    """Something that no change of a row stands beside: where its time says."""
    index = next((i for i, change in enumerate(changes) if change.at > late.at), len(changes))
    late.bounds = changes[index - 1].bounds if index else Bounds()
    changes.insert(index, late)
