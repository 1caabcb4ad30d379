"""The moves of a claim, and the only code that assigns its status.

Each move locks the claim, checks who may and what is missing, changes the row, logs the move
and writes to the record, in one transaction. Who moves and when are passed in.
"""

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pghistory
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.models import Claim, CorrectionClass, Edition, EditionKind, Move, Note, Status
from claims.record import publishing
from claims.record.composing import compose, content_sha256
from claims.record.publishing import Correction

from . import checklist
from .contributors import contributors
from .restoring import restore


class TransitionError(Exception):
    """A move that is refused: ``messages`` say why and what to do."""

    def __init__(self, *messages: str) -> None:
        super().__init__(" ".join(messages))
        self.messages = list(messages)


@dataclass(frozen=True)
class MoveRule:
    """From which statuses a move starts, which permission it asks for, and its label."""

    sources: tuple[str, ...]
    permission: str
    label: Any


MOVES = {
    "submit": MoveRule((Status.DRAFT,), "claims.submit_claim", gettext_lazy("Submit for review")),
    "send_back": MoveRule((Status.IN_REVIEW,), "claims.send_back_claim", gettext_lazy("Send back")),
    "publish": MoveRule((Status.IN_REVIEW,), "claims.publish_claim", gettext_lazy("Publish")),
    "revise": MoveRule(
        (Status.PUBLISHED, Status.WITHDRAWN), "claims.revise_claim", gettext_lazy("Revise")
    ),
    "discard": MoveRule(
        (Status.DRAFT, Status.IN_REVIEW),
        "claims.discard_claim",
        gettext_lazy("Discard the revision"),
    ),
    "drop": MoveRule((Status.DRAFT,), "claims.drop_claim", gettext_lazy("Drop")),
    "withdraw": MoveRule(
        (Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED),
        "claims.withdraw_claim",
        gettext_lazy("Withdraw"),
    ),
}


def available_moves(claim: Claim, *, by: Any) -> list[str]:
    """The moves that this person may try on the claim as it stands, in the table's order.

    A move can still be refused for what only its own check finds out, such as missing evidence.
    """
    live = live_edition(claim)
    needs = {
        "discard": live is not None,
        "withdraw": live is not None,
        "drop": not claim.editions.exists(),
        "publish": claim.submitted_by_id != by.pk,
    }
    return [
        name
        for name, rule in MOVES.items()
        if claim.status in rule.sources and by.has_perm(rule.permission) and needs.get(name, True)
    ]


def live_edition(claim: Claim) -> Edition | None:
    """What readers see of the claim now, if anything."""
    return Edition.objects.live().filter(claim=claim).first()


def preview(claims: Sequence[Claim]) -> dict[str, dict[str, Any]]:
    """What publishing these claims together would say, by slug: the editions' contents."""
    together = {claim.slug for claim in claims}
    targets = {relation.target.slug for claim in claims for relation in claim.relations.all()}
    live = set(
        Edition.objects.live().filter(claim_slug__in=targets).values_list("claim_slug", flat=True)
    )
    return {claim.slug: compose(claim, live | together) for claim in claims}


def refusals_to_publish(claims: Sequence[Claim], *, by: Any) -> dict[str, list[str]]:
    """Why this person may not publish each claim as it stands, by slug: empty where they may.

    A correction note is not asked for.
    """
    changed_by = contributors(claims)
    return {claim.slug: _refusals(claim, by, changed_by[claim.pk]) for claim in claims}


def last_publications(claims: Sequence[Claim]) -> dict[str, Edition]:
    """The newest edition of each claim that said something, by slug."""
    editions = Edition.objects.filter(claim__in=claims, kind=EditionKind.PUBLICATION)
    newest = editions.order_by("claim_slug", "-number").distinct("claim_slug")
    newest = newest.defer("words_en", "words_fr", "names", "search", "targets")
    return {edition.claim_slug: edition for edition in newest}


def changes_rating(published: Edition | None, content: dict[str, Any]) -> bool:
    """Whether the content has another rating than what was last published, if anything was."""
    if published is None:
        return False
    rating = content["verdict"]["rating"] or {"scale": None, "slug": ""}
    return (rating["scale"], rating["slug"]) != (published.scale, published.rating)


def submit(claim: Claim, *, by: Any, at: datetime.datetime) -> None:
    """draft → in_review, once nothing on the checklist blocks it."""
    with _move("submit", claim, by=by, at=at) as locked:
        content = Claim.objects.with_content().get(pk=locked.pk)
        _refuse_findings(checklist.before_submission(content))
        _set_status(locked, Status.IN_REVIEW, at=at, submitted_by=by)


def send_back(claim: Claim, *, by: Any, at: datetime.datetime, note: str) -> None:
    """in_review → draft, with a note that says what is to be done."""
    with _move("send_back", claim, by=by, at=at, note=_required(note)) as locked:
        count = locked.notes.count() + 1
        Note.objects.create(claim=locked, key=_note_key(locked, count), text_en=note, author=by)
        _set_status(locked, Status.DRAFT, at=at)


def publish(
    claim: Claim,
    *,
    by: Any,
    at: datetime.datetime,
    preview_sha256: str,
    correction: Correction | None = None,
) -> Edition:
    """in_review → published: what was previewed becomes the claim's next edition."""
    corrections = {claim.slug: correction} if correction else {}
    editions = publish_many({claim.slug: preview_sha256}, by=by, at=at, corrections=corrections)
    claim.refresh_from_db(fields=["status", "status_since", "submitted_by"])
    return editions[0]


@transaction.atomic
def publish_many(
    previews: Mapping[str, str],
    *,
    by: Any,
    at: datetime.datetime,
    corrections: Mapping[str, Correction] | None = None,
) -> list[Edition]:
    """Publish claims together, all or none, so that they may refer to each other.

    ``previews`` maps each claim's slug to the ``content_sha256`` of what was read;
    ``corrections`` has one for every claim whose rating differs from the last published one.
    """
    corrections = corrections or {}
    with _acting("publish", by):
        claims = _locked(list(previews))
        _refuse_missing(previews, claims)
        contents = preview(claims)
        published = last_publications(claims)
        changed_by = contributors(claims)
        drafts = []
        for claim in claims:
            content, correction = contents[claim.slug], corrections.get(claim.slug)
            _check_publication(claim, by, changed_by[claim.pk])
            _refuse_other_text(claim, content, previews[claim.slug])
            _check_correction(published.get(claim.slug), content, correction)
            drafts.append(
                publishing.publication(
                    claim,
                    content,
                    submitted_by=claim.submitted_by_id,
                    approved_by=by.pk,
                    correction=correction,
                )
            )
        editions = publishing.append(drafts, at=at)
        for claim in claims:
            _log("publish", claim, Status.PUBLISHED, by=by, at=at)
        _set_status_of(claims, Status.PUBLISHED, at=at)
    return editions


def revise(claim: Claim, *, by: Any, at: datetime.datetime) -> None:
    """published or withdrawn → draft. What is live stays live meanwhile."""
    with _move("revise", claim, by=by, at=at) as locked:
        _set_status(locked, Status.DRAFT, at=at)


def discard(claim: Claim, *, by: Any, at: datetime.datetime) -> None:
    """draft or in_review → published: the desk rows go back to the live edition."""
    with _move("discard", claim, by=by, at=at) as locked:
        edition = live_edition(locked)
        if edition is None:
            raise TransitionError(_("There is no live edition to go back to."))
        try:
            restore(locked, edition.content["content"])
        except ObjectDoesNotExist as error:
            raise TransitionError(
                _("The live edition names something that is gone from the desk: %(error)s")
                % {"error": error}
            ) from error
        _set_status(locked, Status.PUBLISHED, at=at)


def drop(claim: Claim, *, by: Any, at: datetime.datetime) -> None:
    """Delete a draft that was never published. Its history stays."""
    with _move("drop", claim, by=by, at=at) as locked:
        if locked.editions.exists():
            raise TransitionError(
                _("This claim has been published: withdraw it, or discard the revision.")
            )
        locked.delete()


def withdraw(
    claim: Claim, *, by: Any, at: datetime.datetime, reason_en: str, reason_fr: str
) -> Edition:
    """Any status with a live edition → withdrawn: readers get the reason and nothing else."""
    note = _required(reason_en)
    _required(reason_fr)
    with _move("withdraw", claim, by=by, at=at, note=note) as locked:
        if live_edition(locked) is None:
            raise TransitionError(_("This claim is not published."))
        draft = publishing.withdrawal(
            locked, reason_en=reason_en, reason_fr=reason_fr, approved_by=by.pk
        )
        edition = publishing.append([draft], at=at)[0]
        _set_status(locked, Status.WITHDRAWN, at=at)
    return edition


@contextmanager
def _move(
    name: str, claim: Claim, *, by: Any, at: datetime.datetime, note: str = ""
) -> Iterator[Claim]:
    """Lock the claim, check who may, hand it over to be changed, log the move."""
    with transaction.atomic(), _acting(name, by):
        claims = Claim.objects.select_for_update(of=("self",)).select_related("rating")
        locked = claims.filter(slug=claim.slug).first()
        if locked is None:
            raise TransitionError(_("The claim “%(slug)s” is gone.") % {"slug": claim.slug})
        _check_status(name, locked, by)
        before, slug = locked.status, locked.slug
        yield locked
        after = "" if locked.pk is None else locked.status
        Move.objects.create(
            claim_slug=slug, name=name, from_status=before, to_status=after, by=by, at=at, note=note
        )
    claim.status, claim.submitted_by = locked.status, locked.submitted_by
    claim.status_since = locked.status_since


@contextmanager
def _acting(name: str, by: AbstractBaseUser) -> Iterator[None]:
    """Tell the database who acts, and by which move: its triggers accept no other jump."""
    with pghistory.context(user=by.pk):
        _name_move(name)
        yield
        _name_move("")


def _name_move(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('factcheck.move', %s, true)", [name])


def _locked(slugs: Sequence[str]) -> list[Claim]:
    """The claims, locked in the order of their keys, with all their content."""
    claims = Claim.objects.filter(slug__in=slugs).order_by("pk")
    pks = list(claims.select_for_update(of=("self",)).values_list("pk", flat=True))
    return list(Claim.objects.with_content().filter(pk__in=pks).order_by("document", "position"))


def _check_status(name: str, claim: Claim, by: Any) -> None:
    rule = MOVES[name]
    if not by.has_perm(rule.permission):
        raise TransitionError(
            _("You may not do this: “%(move)s” asks for another role.") % {"move": rule.label}
        )
    if claim.status not in rule.sources:
        raise TransitionError(
            _("“%(claim)s” is now “%(status)s”: “%(move)s” is not possible.")
            % {"claim": claim, "status": claim.get_status_display(), "move": rule.label}
        )


def _refusals(claim: Claim, by: Any, changed_by: Collection[int]) -> list[str]:
    try:
        _check_publication(claim, by, changed_by)
    except TransitionError as refusal:
        return refusal.messages
    return []


def _check_publication(claim: Claim, by: Any, changed_by: Collection[int]) -> None:
    _check_status("publish", claim, by)
    _refuse_own_work(claim, by, changed_by)
    _refuse_findings(checklist.before_publication(claim))


def _refuse_findings(findings: list[checklist.Finding]) -> None:
    if hindrances := checklist.blocking(findings):
        raise TransitionError(*(finding.message for finding in hindrances))


def _refuse_own_work(claim: Claim, by: Any, changed_by: Collection[int]) -> None:
    if claim.submitted_by_id == by.pk:
        raise TransitionError(_("You submitted this claim: another editor must approve it."))
    if by.pk in changed_by:
        raise TransitionError(
            _(
                "You have changed this claim since it was last published: "
                "another editor must approve it."
            )
        )


def _refuse_missing(previews: Mapping[str, str], claims: list[Claim]) -> None:
    missing = set(previews) - {claim.slug for claim in claims}
    if missing:
        raise TransitionError(
            *(_("There is no claim “%(slug)s”.") % {"slug": slug} for slug in sorted(missing))
        )


def _refuse_other_text(claim: Claim, content: dict[str, Any], read_sha256: str) -> None:
    if content_sha256(content) != read_sha256:
        raise TransitionError(
            _("“%(claim)s” has changed since you read it. Read the preview again, then publish.")
            % {"claim": claim}
        )


def _check_correction(
    published: Edition | None, content: dict[str, Any], correction: Correction | None
) -> None:
    if correction:
        if correction.correction_class not in CorrectionClass.values:
            raise TransitionError(_("Choose the kind of correction."))
        _required(correction.note_en)
        _required(correction.note_fr)
    elif changes_rating(published, content):
        raise TransitionError(
            _(
                "The rating changes: say why in a correction note, "
                "and choose the kind of correction."
            )
        )


def _required(text: str) -> str:
    if not text.strip():
        raise TransitionError(_("Say why, in each language that is asked for."))
    return text.strip()


def _note_key(claim: Claim, count: int) -> str:
    taken = {note.key for note in claim.notes.all()}
    while f"review-{count}" in taken:
        count += 1
    return f"review-{count}"


def _set_status(
    claim: Claim, status: str, *, at: datetime.datetime, submitted_by: Any = None
) -> None:
    claim.status, claim.status_since, claim.submitted_by = status, at, submitted_by
    claim.save(update_fields=["status", "status_since", "submitted_by"])


def _set_status_of(claims: list[Claim], status: str, *, at: datetime.datetime) -> None:
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(
        status=status, status_since=at, submitted_by=None
    )


def _log(name: str, claim: Claim, to: str, *, by: Any, at: datetime.datetime) -> None:
    Move.objects.create(
        claim_slug=claim.slug, name=name, from_status=claim.status, to_status=to, by=by, at=at
    )
