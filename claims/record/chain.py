"""Canonical texts and the hash chain that links every edition to the one before."""

import datetime
import hashlib
import json
from typing import Any

import rfc8785

FORMAT_VERSION = 3

_flat = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Any) -> str:
    """The one JSON text of ``value`` by RFC 8785. Decimals must come as strings."""
    return rfc8785.dumps(value).decode()


def canonical_line(value: dict[str, str | int] | list[str | int | None]) -> str:
    """What ``canonical`` gives for texts and whole numbers under ASCII names, much faster.

    Only nesting, fractions and other names would need more than the standard library's JSON.
    """
    return _flat(value)


def sha256(text: str) -> str:
    """The SHA-256 of the UTF-8 text, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def timestamp(moment: datetime.datetime) -> str:
    """The moment in UTC with microseconds, as RFC 3339: ``2026-11-23T17:54:00.000001Z``."""
    utc = moment.astimezone(datetime.UTC)
    return utc.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def people_hash(salt: str, submitted_by: int | None, approved_by: int) -> str:
    """Binds who submitted and who approved into the chain, without naming them outside."""
    return sha256(canonical_line([salt, submitted_by, approved_by]))


def chain_hash(
    *,
    sequence: int,
    claim: str,
    number: int,
    kind: str,
    published_at: datetime.datetime,
    payload_sha256: str,
    people: str,
    previous: str,
) -> str:
    """The hash of one edition: over its place, its payload's hash and the hash before it.

    The payload enters by its hash only, so that a redacted payload leaves the chain whole.
    """
    return sha256(
        canonical_line(
            {
                "sequence": sequence,
                "claim": claim,
                "number": number,
                "kind": kind,
                "published_at": timestamp(published_at),
                "payload_sha256": payload_sha256,
                "people": people,
                "previous": previous,
            }
        )
    )
