"""Checks the whole record: every hash, the chain, the listing columns, the closings, the terms."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from claims.models import Edition, EditionKind, Redaction, Term

from .chain import sha256, timestamp
from .filing import keys, listing_columns
from .heads import Head as SignedHead
from .publishing import chain_hash_of


@dataclass(frozen=True)
class Fault:
    """What does not fit: ``place`` names the row, ``problem`` says what is wrong with it."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


@dataclass
class Head:
    """The last edition seen: what the next one must follow."""

    sequence: int = 0
    chain_hash: str = ""
    published_at: datetime.datetime | None = None


def faults(progress: Callable[[int], object] = lambda count: None) -> Iterator[Fault]:
    """Every row of the record that does not fit, in the order of the chain.

    ``progress`` is called with the number of editions read so far.
    """
    head = Head()
    current: dict[str, Edition] = {}
    counts: Counter[tuple[str, str]] = Counter()
    redacted = set(Redaction.objects.values_list("edition_id", flat=True))
    editions = Edition.objects.order_by("sequence").select_related("claim")
    for count, edition in enumerate(editions.iterator(chunk_size=500), start=1):
        place = f"Edition {edition.sequence} ({edition})"
        for problem in _problems(edition, head, is_redacted=edition.pk in redacted):
            yield Fault(place, problem)
        yield from _closing_faults(edition, current.get(edition.claim_slug))
        current[edition.claim_slug] = _without_texts(edition)
        head = Head(edition.sequence, edition.chain_hash, edition.published_at)
        progress(count)

    for edition in current.values():
        if edition.superseded_at is not None:
            place = f"Edition {edition.sequence} ({edition})"
            yield Fault(place, "it is closed, but no later edition of the claim follows")
        elif edition.kind == EditionKind.PUBLICATION:
            counts.update(keys(edition))
    yield from _term_faults(counts)


def head_faults(heads: Iterable[SignedHead], *, is_signed_to_end: bool = True) -> Iterator[Fault]:
    """Where the record is not what was signed: another edition, none, or one too many.

    ``is_signed_to_end`` asks for a signature of the last edition as well.
    """
    hashes = dict(Edition.objects.order_by("sequence").values_list("sequence", "chain_hash"))
    end, signed = max(hashes, default=0), 0
    for head in sorted(heads, key=lambda head: head.sequence):
        place, signed = f"Edition {head.sequence}", head.sequence
        if head.sequence > end:
            # One line is enough for all that is gone.
            yield Fault(f"Edition {end + 1}", f"it is gone: {head.sequence} were signed {head.at}")
            break
        if hashes.get(head.sequence) != head.chain_hash:
            yield Fault(place, f"it is not the one that was signed, of {head.at}")
    if is_signed_to_end and signed < end:
        yield Fault(f"Edition {signed + 1}", "no signed head vouches for it")


def _problems(edition: Edition, head: Head, *, is_redacted: bool) -> Iterator[str]:
    if edition.sequence != head.sequence + 1:
        yield f"the edition before it is {head.sequence}: one is missing"
    if edition.previous_hash != head.chain_hash:
        yield "it does not carry the hash of the edition before it"
    if head.published_at and edition.published_at <= head.published_at:
        yield "it is not later than the edition before it"
    if edition.chain_hash != chain_hash_of(edition):
        yield "its hash does not fit its columns"
    if edition.claim.slug != edition.claim_slug:
        yield "it is attached to another claim"
    if edition.is_redacted:
        if not is_redacted:
            yield "its text is gone, and no redaction says why"
        yield from _column_problems(edition, {})
    elif is_redacted:
        yield "it has a redaction, but its text is still there"
    elif edition.payload_sha256 != sha256(edition.payload):
        yield "its payload does not fit its hash"
    else:
        yield from _payload_problems(edition, edition.content)


def _payload_problems(edition: Edition, payload: dict[str, Any]) -> Iterator[str]:
    expected = {
        "format": edition.format_version,
        "kind": edition.kind,
        "claim": edition.claim_slug,
        "number": edition.number,
        "published_at": timestamp(edition.published_at),
    }
    for name, value in expected.items():
        if payload.get(name) != value:
            yield f"its payload says another {name}"
    yield from _column_problems(edition, listing_columns(payload))


def _column_problems(edition: Edition, expected: dict[str, Any]) -> Iterator[str]:
    blank = Edition()
    for name in LISTING_COLUMNS:
        # What was redacted keeps its correction class: that is history, not content. A first
        # edition corrected nothing.
        if edition.is_redacted and name == "correction_class" and edition.number > 1:
            continue
        if getattr(edition, name) != expected.get(name, getattr(blank, name)):
            yield f"its column {name} does not fit its payload"


LISTING_COLUMNS = [
    "statement_en",
    "statement_fr",
    "summary_en",
    "summary_fr",
    "scale",
    "rating",
    "rating_value",
    "is_outdated",
    "claim_kind",
    "document_slug",
    "section_number",
    "position",
    "claimant_slug",
    "reported_claimant_slug",
    "topics",
    "made",
    "event_date",
    "correction_class",
    "words_en",
    "words_fr",
    "names",
]


def _closing_faults(edition: Edition, previous: Edition | None) -> Iterator[Fault]:
    if edition.number != (previous.number + 1 if previous else 1):
        yield Fault(f"Edition {edition.sequence} ({edition})", "an edition of the claim is missing")
    if previous and previous.superseded_at != edition.published_at:
        yield Fault(
            f"Edition {previous.sequence} ({previous})",
            "it was not closed when its successor was published",
        )


def _without_texts(edition: Edition) -> Edition:
    """Only what the checks on the claim's next edition and on the terms still need."""
    for name in ("payload", "words_en", "words_fr", "names", "search"):
        edition.__dict__.pop(name, None)
    edition.__dict__.pop("content", None)
    return edition


def _term_faults(expected: Counter[tuple[str, str]]) -> Iterator[Fault]:
    found = {(term.kind, term.slug): term.live_count for term in Term.objects.all()}
    for key in sorted(expected.keys() | found.keys()):
        if expected[key] != found.get(key, 0):
            kind, slug = key
            yield Fault(
                f"Term {kind} {slug}",
                f"it counts {found.get(key, 0)} live editions, but there are {expected[key]}",
            )
