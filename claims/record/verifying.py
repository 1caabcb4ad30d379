"""Checks the whole record: every hash, the chain, the listing columns, the closings, the terms."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.db.models import F

from claims.models import Edition, EditionKind, Redaction, Term

from .chain import FORMAT_VERSION, sha256, timestamp
from .filing import Key, keys, listing_columns
from .heads import Head as SignedHead
from .publishing import chain_hash_of

# Editions that the database hands out at once.
CHUNK = 1_000


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
    format_version: int = 1


class Newest(NamedTuple):
    """The newest edition of a claim so far: what its next one and the terms are checked with."""

    place: str
    number: int
    superseded_at: datetime.datetime | None
    keys: tuple[Key, ...]


def faults(progress: Callable[[int], object] = lambda count: None) -> Iterator[Fault]:
    """Every row of the record that does not fit, in the order of the chain.

    ``progress`` is called with the number of editions read so far.
    """
    head = Head()
    newest: dict[str, Newest] = {}
    # A large record is filed under few keys: each of them is held once.
    shared: dict[Key, Key] = {}
    redacted = set(Redaction.objects.values_list("edition_id", flat=True))
    for count, edition in enumerate(_editions(), start=1):
        place = f"Edition {edition.sequence} ({edition})"
        for problem in _problems(edition, head, is_redacted=edition.pk in redacted):
            yield Fault(place, problem)
        yield from _closing_faults(edition, place, newest.get(edition.claim_slug))
        found = keys(edition) if edition.kind == EditionKind.PUBLICATION else ()
        filed = tuple(shared.setdefault(key, key) for key in found)
        newest[edition.claim_slug] = Newest(place, edition.number, edition.superseded_at, filed)
        head = Head(
            edition.sequence, edition.chain_hash, edition.published_at, edition.format_version
        )
        progress(count)

    counts: Counter[Key] = Counter()
    for last in newest.values():
        if last.superseded_at is not None:
            yield Fault(last.place, "it is closed, but no later edition of the claim follows")
        else:
            counts.update(last.keys)
    yield from _term_faults(counts)


def _editions() -> Iterator[Any]:
    """In the order of the chain, without what the database computes; with the claim's slug."""
    editions = Edition.objects.order_by("sequence").defer("search", "targets")
    return editions.annotate(attached_to=F("claim__slug")).iterator(chunk_size=CHUNK)


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


def _problems(edition: Any, head: Head, *, is_redacted: bool) -> Iterator[str]:
    if edition.sequence != head.sequence + 1:
        yield f"the edition before it is {head.sequence}: one is missing"
    if edition.previous_hash != head.chain_hash:
        yield "it does not carry the hash of the edition before it"
    if head.published_at and edition.published_at <= head.published_at:
        yield "it is not later than the edition before it"
    if edition.chain_hash != chain_hash_of(edition):
        yield "its hash does not fit its columns"
    if edition.attached_to != edition.claim_slug:
        yield "it is attached to another claim"
    if edition.is_redacted:
        if not is_redacted:
            yield "its text is gone, and no redaction says why"
        # The payload that says it is gone as well, but formats only ever grow.
        if not head.format_version <= edition.format_version <= FORMAT_VERSION:
            yield "nothing was written in its format at that time"
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
    blank = _blank_columns()
    for name in LISTING_COLUMNS:
        # What was redacted keeps its correction class: that is history, not content. A first
        # edition corrected nothing.
        if edition.is_redacted and name == "correction_class" and edition.number > 1:
            continue
        if getattr(edition, name) != expected.get(name, blank[name]):
            yield f"its column {name} does not fit its payload"


@cache
def _blank_columns() -> dict[str, Any]:
    """The listing columns of an edition without content."""
    blank = Edition()
    return {name: getattr(blank, name) for name in LISTING_COLUMNS}


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


def _closing_faults(edition: Edition, place: str, previous: Newest | None) -> Iterator[Fault]:
    if edition.number != (previous.number + 1 if previous else 1):
        yield Fault(place, "an edition of the claim is missing")
    if previous and previous.superseded_at != edition.published_at:
        yield Fault(previous.place, "it was not closed when its successor was published")


def _term_faults(expected: Counter[Key]) -> Iterator[Fault]:
    terms = Term.objects.values_list("kind", "slug", "live_count")
    found = {(kind, slug): live_count for kind, slug, live_count in terms}
    for key in sorted(expected.keys() | found.keys()):
        if expected[key] != found.get(key, 0):
            kind, slug = key
            yield Fault(
                f"Term {kind} {slug}",
                f"it counts {found.get(key, 0)} live editions, but there are {expected[key]}",
            )
