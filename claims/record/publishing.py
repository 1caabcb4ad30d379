"""Appends editions to the record: publications, withdrawals, and the blanking of one text.

Callers hold a transaction; ``desk.workflow`` decides who may publish what.
"""

import datetime
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from claims.models import Claim, Edition, EditionKind, Redaction

from .chain import FORMAT_VERSION, canonical, chain_hash, people_hash, sha256, timestamp
from .filing import listing_columns, update_terms
from .heads import sign_after_commit

# Any constant will do: it keeps two publications from reading the same head of the chain.
APPEND_LOCK = 0x0FAC7C4EC


@dataclass(frozen=True)
class Correction:
    """Why a claim is published again: a ``CorrectionClass`` and a note to readers."""

    correction_class: str
    note_en: str
    note_fr: str

    def as_payload(self) -> dict[str, str]:
        return {"class": self.correction_class, "note_en": self.note_en, "note_fr": self.note_fr}


@dataclass(frozen=True)
class Draft:
    """An edition to be: whose it is, what it says, and who answers for it (user ids)."""

    claim: Claim
    kind: str
    body: Mapping[str, Any]
    submitted_by: int | None
    approved_by: int


def publication(
    claim: Claim,
    content: dict[str, Any],
    *,
    submitted_by: int | None,
    approved_by: int,
    correction: Correction | None = None,
) -> Draft:
    body = {"correction": correction and correction.as_payload(), "content": content}
    return Draft(claim, EditionKind.PUBLICATION, body, submitted_by, approved_by)


def withdrawal(claim: Claim, *, reason_en: str, reason_fr: str, approved_by: int) -> Draft:
    body = {"reason_en": reason_en, "reason_fr": reason_fr}
    return Draft(claim, EditionKind.WITHDRAWAL, body, None, approved_by)


# Whoever appends has done more in the same transaction, and gives all of it up together.
@transaction.atomic(savepoint=False)
def append(drafts: Iterable[Draft], *, at: datetime.datetime) -> list[Edition]:
    """Write the drafts as editions, at most one a claim, and close those they succeed.

    Each is published at ``at``, or a microsecond after the newest edition where the clock
    stands behind it: the record's time only ever grows.
    """
    drafts = list(drafts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [APPEND_LOCK])
    head = _head()
    slugs = [draft.claim.slug for draft in drafts]
    closing = Edition.objects.current().filter(claim_slug__in=slugs).for_listing()
    current = {edition.claim_slug: edition for edition in closing}
    editions: list[Edition] = []
    for draft in drafts:
        head = _next(head, current.get(draft.claim.slug), draft, at)
        editions.append(head)

    closed = [
        _close(current[edition.claim_slug], edition)
        for edition in editions
        if edition.claim_slug in current
    ]
    Edition.objects.bulk_create(editions)
    update_terms(
        [edition for edition in closed if edition.kind == EditionKind.PUBLICATION],
        [edition for edition in editions if edition.kind == EditionKind.PUBLICATION],
    )
    if editions:
        sign_after_commit(editions[-1])
    return editions


def proposed(draft: Draft, *, at: datetime.datetime) -> Edition:
    """The edition that the draft would become if it were appended now. Not saved."""
    current = Edition.objects.current().filter(claim_slug=draft.claim.slug).first()
    return _next(_head(), current, draft, at)


@transaction.atomic
def redact(edition: Edition, *, reason: str, by: int | None, at: datetime.datetime) -> Redaction:
    """Blank the edition's text for good. Its hash stays, so that the chain still verifies.

    A trigger blanks the listing columns with the payload. Raises IntegrityError for a live
    publication: that must be withdrawn first.
    """
    redaction = Redaction.objects.create(edition=edition, reason=reason, by_id=by, at=at)
    Edition.objects.filter(pk=edition.pk).update(payload="")
    return redaction


def _head() -> Edition | None:
    """The newest edition, as far as the chain goes on from it."""
    links = Edition.objects.only("sequence", "published_at", "chain_hash")
    return links.order_by("-sequence").first()


def _next(
    head: Edition | None, current: Edition | None, draft: Draft, at: datetime.datetime
) -> Edition:
    tick = datetime.timedelta(microseconds=1)
    published_at = max(at, head.published_at + tick) if head else at
    number = current.number + 1 if current else 1
    payload = {
        "format": FORMAT_VERSION,
        "kind": draft.kind,
        "claim": draft.claim.slug,
        "number": number,
        "published_at": timestamp(published_at),
        "is_demonstration": bool(settings.FACTCHECK["demo"]),
        **draft.body,
    }
    text = canonical(payload)
    edition = Edition(
        sequence=head.sequence + 1 if head else 1,
        claim=draft.claim,
        claim_slug=draft.claim.slug,
        number=number,
        kind=draft.kind,
        published_at=published_at,
        submitted_by_id=draft.submitted_by,
        approved_by_id=draft.approved_by,
        people_salt=secrets.token_hex(16),
        format_version=FORMAT_VERSION,
        payload=text,
        payload_sha256=sha256(text),
        previous_hash=head.chain_hash if head else "",
        **listing_columns(payload),
    )
    edition.chain_hash = chain_hash_of(edition)
    return edition


def chain_hash_of(edition: Edition) -> str:
    """The hash the edition should carry, from its other columns."""
    return chain_hash(
        sequence=edition.sequence,
        claim=edition.claim_slug,
        number=edition.number,
        kind=edition.kind,
        published_at=edition.published_at,
        payload_sha256=edition.payload_sha256,
        people=people_hash(edition.people_salt, edition.submitted_by_id, edition.approved_by_id),
        previous=edition.previous_hash,
    )


def _close(current: Edition, successor: Edition) -> Edition:
    Edition.objects.filter(pk=current.pk).update(superseded_at=successor.published_at)
    return current
