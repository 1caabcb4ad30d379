"""Takes rows of files in: all or nothing, by the rights of whoever imports them.

Rows that the desk has are changed, others made; none is deleted, and none published. A draft
takes what comes; a published claim gets a revision first; a claim in review, or one that was
withdrawn, is a conflict. A rehearsal is the real run, rolled back.
"""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import batched, chain, groupby
from typing import Any

import pghistory
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Model
from django.utils.translation import gettext as _

from claims.desk import workflow
from claims.models import Claim, Note, Quote, Status

from .arrivals import (
    AUTHOR,
    TOPICS,
    Arrival,
    Key,
    differences,
    is_content,
    keep_note,
    numbers,
    on_desk,
    read,
    refuse_missing,
)
from .arriving import Located, UnreadableFile
from .content import model_of
from .outcomes import Detail, Outcome, Report, RowReport
from .rows import KINDS
from .storing import BATCH, Store

type Tell = Callable[[RowReport], None]


class Refused(Exception):
    """Nothing was written: the report says why."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


class OutcomeChanged(Exception):
    """The outcome is another than the one that was confirmed; nothing was written."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def import_files(
    files: Iterable[tuple[str, Iterable[Located]]],
    *,
    by: Any,
    at: datetime.datetime,
    tell: Tell | None = None,
    confirmed: str | None = None,
) -> Report:
    """Take the rows of named files in, one file after the other.

    ``by`` None is the administrator of the machine, who may do everything but open revisions,
    which need a name. ``tell`` is called for every row. ``confirmed`` is the SHA-256 of the
    report that someone has read. Raises Refused with every problem found, OutcomeChanged, or
    UnreadableFile; nothing is written then.
    """
    if by is not None and not may_import(by):
        raise PermissionDenied
    with transaction.atomic(), _acting(by):
        run = _Run(by, at, tell)
        for name, rows in files:
            try:
                run.take(name, rows)
            except UnreadableFile as error:
                error.file = name
                raise
        if not run.report.is_refused:
            run.finish()
        if run.report.is_refused:
            raise Refused(run.report)
        if confirmed is not None and run.report.sha256 != confirmed:
            raise OutcomeChanged(run.report)
    return run.report


def rehearse(
    files: Iterable[tuple[str, Iterable[Located]]],
    *,
    by: Any,
    at: datetime.datetime,
    tell: Tell | None = None,
) -> Report:
    """What importing would do: it is done, and rolled back. Raises UnreadableFile only."""
    try:
        with transaction.atomic():
            report = import_files(files, by=by, at=at, tell=tell)
            transaction.set_rollback(True)
    except Refused as refusal:
        return refusal.report
    return report


def may_import(user: Any) -> bool:
    return bool(user.has_perms(["claims.add_claim", "claims.change_claim"]))


def _acting(by: Any) -> Any:
    # Without a name the audit trail says that it came from outside.
    return pghistory.context(user=by.pk) if by else pghistory.context(importer="importfixture")


class _Run:
    """One import, batch after batch."""

    def __init__(self, by: Any, at: datetime.datetime, tell: Tell | None) -> None:
        self.by, self.at, self.tell = by, at, tell
        self.report = Report()
        self.file = ""
        # Rows that were refused, so that what refers to them is not refused for that alone.
        self.refused: set[tuple[str, Key]] = set()
        # Where each claim that was written stands in its file, by number.
        self.lines: dict[int, tuple[str, int]] = {}
        self.documents: set[int] = set()
        self.store = Store(by)

    def take(self, name: str, rows: Iterable[Located]) -> None:
        self.file = name
        order = list(KINDS)
        last = 0
        for model, group in groupby(rows, key=lambda row: row.model):
            place = order.index(model)
            located = next(group)
            if place < last:
                raise UnreadableFile(
                    _("Line %(line)d: rows of %(model)s stand before those of %(other)s.")
                    % {"line": located.line, "model": model, "other": order[last]}
                )
            last = place
            seen: set[bytes] = set()
            for batch in batched(chain([located], group), BATCH):
                self._take_batch(model, batch, seen)
                if self.report.is_full:
                    return

    def finish(self) -> None:
        """What can only be seen at the end: places in the reading order."""
        for pk, slug, position in _sharing_a_place(self.documents):
            if pk in self.lines:
                self.file, line = self.lines[pk]
                message = _("Another claim has the place %d in this document.") % position
                details = (Detail("position", line, message),)
                label = "claims.claim"
                name = f"{label} {slug}"
                self._add(RowReport(self.file, line, name, label, Outcome.CONFLICT, details))
        if not self.report.is_refused:
            with connection.cursor() as cursor:
                try:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                except IntegrityError as error:
                    raise UnreadableFile(str(error).partition("\n")[0]) from error
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def _take_batch(self, label: str, batch: Sequence[Located], seen: set[bytes]) -> None:
        model = model_of(label)
        arrivals = [read(label, located) for located in batch]
        for arrival in arrivals:
            digest = _digest(arrival.key)
            if arrival.key and digest in seen:
                arrival.refuse(KINDS[label].key[-1], _("This row is in the file twice."))
            seen.add(digest)
        self._resolve(label, arrivals)
        self._compare(label, arrivals)
        touched = [one for one in arrivals if one.is_fine and (one.pk is None or one.changed)]
        self._check_rights(model, touched)
        if "claim" in KINDS[label].references or model is Claim:
            self._check_claims(model, [one for one in touched if one.is_fine])
        written = [one for one in touched if one.is_fine]
        self.store.write(model, written)
        if model is Claim:
            self._remember_places(written)
        for arrival in arrivals:
            self._add(self._reported(label, arrival))
            if not arrival.is_fine:
                self.refused.add((label, arrival.key))

    def _resolve(self, label: str, arrivals: list[Arrival]) -> None:
        """Put the numbers of the rows that are referred to in the place of their keys."""
        wanted: dict[str, set[Key]] = defaultdict(set)
        for arrival in arrivals:
            for model, key in arrival.references.values():
                wanted[model].add(key)
            wanted["claims.topic"].update(arrival.topics or ())
        found = {model: numbers(model, keys) for model, keys in wanted.items() if keys}
        for arrival in arrivals:
            for name, (model, key) in arrival.references.items():
                arrival.values[f"{name}_id"] = self._number(arrival, name, model, key, found)
            if arrival.topics is not None:
                arrival.values[TOPICS] = {
                    self._number(arrival, TOPICS, "claims.topic", key, found)
                    for key in arrival.topics
                }
            if author := arrival.author:
                self._check_author(arrival, author)

    def _number(
        self,
        arrival: Arrival,
        name: str,
        model: str,
        key: Key,
        found: dict[str, dict[Key, int]],
    ) -> int | None:
        number = found[model].get(key)
        if number is None:
            told = " ".join([model, *map(str, key)])[:200]
            message = (
                _("It refers to a row that is refused: %s.")
                if (model, key) in self.refused
                else _("It refers to what is neither on the desk nor above this row: %s.")
            )
            arrival.refuse(name, message % told)
        return number

    def _check_author(self, arrival: Arrival, author: str) -> None:
        users = get_user_model().objects
        if self.by is not None and author != self.by.get_username():
            arrival.refuse(AUTHOR, _("A note can be imported as your own only."))
        elif user := users.filter(username=author).first():
            arrival.values["author_id"] = user.pk
        else:
            arrival.refuse(AUTHOR, _("There is no user “%s”.") % author[:80])

    def _compare(self, label: str, arrivals: list[Arrival]) -> None:
        model = model_of(label)
        known = on_desk(label, [one.key for one in arrivals if one.key])
        if model is Quote:
            self.store.leave_place_to_texts(arrivals)
        for arrival in arrivals:
            before = known.get(arrival.key)
            if before is None:
                refuse_missing(model, arrival)
                continue
            arrival.pk, arrival.before = before["pk"], before
            arrival.changed = [
                name for name, value in arrival.values.items() if before[name] != value
            ]
            if model is Note:
                keep_note(arrival)

    def _check_rights(self, model: type[Model], arrivals: list[Arrival]) -> None:
        if self.by is None:
            return
        for arrival in arrivals:
            verb = "add" if arrival.pk is None else "change"
            if not self.by.has_perm(f"claims.{verb}_{model._meta.model_name}"):
                arrival.refuse(
                    arrival.first,
                    (
                        _("You may not add rows of this kind: %s.")
                        if verb == "add"
                        else _("You may not change rows of this kind: %s.")
                    )
                    % model._meta.verbose_name_plural,
                )

    def _check_claims(self, model: type[Model], arrivals: list[Arrival]) -> None:
        """Only drafts take content: open revisions, or refuse."""
        slugs = {
            one.claim_slug
            for one in arrivals
            if not (model is Claim and one.pk is None) and is_content(model, one)
        }
        claims = Claim.objects.filter(slug__in=slugs).order_by("pk")
        locked = {claim.slug: claim for claim in claims.select_for_update(of=("self",))}
        for arrival in arrivals:
            claim = locked.get(arrival.claim_slug)
            if claim is None or claim.status == Status.DRAFT or not is_content(model, arrival):
                continue
            if claim.status == Status.PUBLISHED:
                self._revise(claim, arrival)
            else:
                message = {
                    Status.IN_REVIEW: _("The claim is in review: it must be sent back first."),
                    Status.WITHDRAWN: _("The claim was withdrawn: open a revision first."),
                }[Status(claim.status)]
                arrival.disagree(arrival.first, message)

    def _revise(self, claim: Claim, arrival: Arrival) -> None:
        if self.by is None:
            arrival.disagree(
                arrival.first, _("The claim is published: say with --by who opens a revision.")
            )
            return
        try:
            workflow.revise(claim, by=self.by, at=self.at)
        except workflow.TransitionError as refusal:
            arrival.disagree(arrival.first, str(refusal))
        else:
            self.report.revised.append(claim.slug)

    def _remember_places(self, claims: list[Arrival]) -> None:
        for claim in claims:
            if claim.is_fine and claim.pk is not None:
                self.lines[claim.pk] = self.file, claim.located.line
                self.documents.add({**claim.before, **claim.values}["document_id"])

    def _reported(self, label: str, arrival: Arrival) -> RowReport:
        located = arrival.located
        outcome, details = Outcome.UNCHANGED, []
        if arrival.invalid:
            outcome, details = Outcome.INVALID, arrival.invalid
        elif arrival.conflicts:
            outcome, details = Outcome.CONFLICT, arrival.conflicts
        elif arrival.changed:
            outcome, details = Outcome.CHANGED, differences(label, arrival)
        elif not arrival.before:
            outcome = Outcome.NEW
        return RowReport(self.file, located.line, located.name, label, outcome, tuple(details))

    def _add(self, row: RowReport) -> None:
        self.report.add(row)
        if self.tell:
            self.tell(row)


def _digest(key: Key) -> bytes:
    """Stands for a key in a tenth of its memory: a file may have millions."""
    return hashlib.blake2b(repr(key).encode(), digest_size=16).digest()


def _sharing_a_place(documents: set[int]) -> Iterator[tuple[int, str, int]]:
    """The claims that share their place in a document: number, slug and place."""
    for document in sorted(documents):
        claims = Claim.objects.filter(document=document).order_by("position", "pk")
        taken = claims.order_by().values("position").annotate(count=Count("pk"))
        twice = taken.filter(count__gt=1).values("position")
        yield from claims.filter(position__in=twice).values_list("pk", "slug", "position")
