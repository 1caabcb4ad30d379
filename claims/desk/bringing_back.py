"""Brings an earlier content of a claim back into a draft."""

from collections.abc import Collection, Iterator
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from claims.models import Claim, Evidence, Quote, Status

from .anchoring import anchor_new_words
from .versions import CONTENT, NOT_CONTENT, Bounds, Row, State, column, columns, last_known, state


class VersionError(Exception):
    """An earlier version that cannot be brought back: ``messages`` say why and what to do."""

    def __init__(self, *messages: str) -> None:
        super().__init__(" ".join(messages))
        self.messages = list(messages)


def bring_back(claim: Claim, at: Bounds, *, by: Any, version_seen: int) -> None:
    """Give a draft the content it had at an earlier moment.

    ``version_seen`` is the version that this was decided upon. What several claims share is
    left as it is now. Raises VersionError, and changes nothing, where that cannot be done.
    """
    with transaction.atomic(), pghistory.context(user=by.pk):
        locked = Claim.objects.select_for_update().filter(pk=claim.pk).first()
        if locked is None:
            raise VersionError(_("The claim “%(slug)s” is gone.") % {"slug": claim.slug})
        wanted = state(locked.pk, at)
        _refuse(locked, wanted, version_seen)
        _bring_back_claim(locked, wanted)
        new_ids: dict[int, int] = {}
        for noun, rows in wanted.items():
            if noun not in ("claim", "topics"):
                _bring_back_parts(locked, noun, rows, new_ids)


def hindrances(claim: Claim, wanted: State) -> list[str]:
    """Why the claim cannot be given this content, if it cannot."""
    if claim.status != Status.DRAFT:
        return [_("Only a draft can be changed: open a revision, or have the claim sent back.")]
    if claim.pk not in wanted["claim"]:
        return [_("The claim has no such version.")]
    return [*_gone(wanted), *_place_taken(claim, wanted["claim"][claim.pk])]


def _refuse(claim: Claim, wanted: State, version_seen: int) -> None:
    if claim.version != version_seen:
        raise VersionError(
            _(
                "Nothing was changed: someone else has changed the claim meanwhile. "
                "Read again what would change, then confirm."
            )
        )
    reasons = hindrances(claim, wanted)
    if reasons:
        raise VersionError(*reasons)


def _gone(wanted: State) -> Iterator[str]:
    """Shared rows that the version names and that have been deleted since."""
    for model, pks in related_rows(wanted).items():
        present = set(model._default_manager.filter(pk__in=pks).values_list("pk", flat=True))
        for row in last_known(model, pks - present).values():
            yield _("It names something that is gone from the desk: %(noun)s “%(row)s”.") % {
                "noun": model._meta.verbose_name,
                "row": row,
            }


def related_rows(wanted: State) -> dict[type[Model], set[int]]:
    """The ids of what a state refers to outside itself, by model."""
    found: dict[type[Model], set[int]] = {}
    for noun, rows in wanted.items():
        for name in set(columns(CONTENT[noun])) - NOT_CONTENT:
            related = column(CONTENT[noun], name).related_model
            if related and related is not Evidence:
                pks = {row[name] for row in rows.values()} - {None}
                found.setdefault(related, set()).update(pks)
    return found


def _place_taken(claim: Claim, wanted: Row) -> Iterator[str]:
    taken = Claim.objects.filter(document=wanted["document_id"], position=wanted["position"])
    for other in taken.exclude(pk=claim.pk):
        yield _(
            "Its place in the document, %(position)s, has been given to another claim: "
            "“%(claim)s”. Give that one another place first."
        ) % {"position": other.position, "claim": other}


def _bring_back_claim(claim: Claim, wanted: State) -> None:
    row = wanted["claim"][claim.pk]
    content = [name for name in row if name not in NOT_CONTENT]
    for name in content:
        setattr(claim, name, row[name])
    claim.save(update_fields=content)
    claim.topics.set([pair["topic_id"] for pair in wanted["topics"].values()])


def _bring_back_parts(
    claim: Claim, noun: str, rows: dict[int, Row], evidence: dict[int, int]
) -> None:
    """``evidence`` maps the old ids of evidence to new ones, where others have the old ones."""
    manager = getattr(claim, noun)
    manager.exclude(pk__in=rows).delete()
    present = manager.in_bulk(list(rows))
    taken = taken_ids(noun, set(rows) - present.keys())
    for pk, row in rows.items():
        if row.get("evidence_id") in evidence:
            row = {**row, "evidence_id": evidence[row["evidence_id"]]}
        part = put_back(claim, noun, None if pk in taken else pk, row, present.get(pk))
        if noun == "evidence" and part.pk != pk:
            evidence[pk] = part.pk


def taken_ids(noun: str, pks: Collection[int]) -> set[int]:
    """Ids that belong to other rows: loading a file sets the next id back to the highest."""
    return set(CONTENT[noun].objects.filter(pk__in=pks).values_list("pk", flat=True))


def put_back(claim: Claim, noun: str, pk: int | None, row: Row, part: Any = None) -> Any:
    """Give a part its earlier content; with its old id where it has been deleted since."""
    is_new = part is None
    if is_new:
        part = CONTENT[noun](pk=pk, claim=claim)
    changed = [
        name
        for name, value in row.items()
        if name not in NOT_CONTENT and (is_new or getattr(part, name) != value)
    ]
    for name in changed:
        setattr(part, name, row[name])
    if isinstance(part, Quote) and {"language", "exact"}.intersection(changed):
        anchor_new_words(part)
    if changed:
        part.save(force_insert=is_new)
    return part
