"""The files of the record as tests read them, and a record with a history to export."""

import csv
import io
from typing import Any

from django.utils import timezone

from claims.interchange.files import FILES
from claims.record.publishing import redact
from tests.factories import (
    at_noon,
    correct,
    make_evidence,
    make_quote,
    make_rated_claim,
    publish_claim,
    withdraw,
)

STRANGE = "a \\ \" ' \t = é 😀 \u2028 </script> |;,\nnext"


def text_of(name: str) -> str:
    file = FILES[name]
    return b"".join(file.blocks(file.editions())).decode()


def read_table(text: str, delimiter: str = ",") -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def publish_history() -> None:
    """A corrected claim, a withdrawn one and a redacted edition, with texts that need escapes."""
    claim = make_rated_claim("true", slug="mended", statement_en=STRANGE)
    make_quote(claim=claim, language="en", exact="so it was said")
    make_evidence(claim=claim, stance="supports")
    publish_claim(claim, at=at_noon("2026-02-01"))
    correct(claim, rating="false", at=at_noon("2026-02-03"))
    gone = make_rated_claim("true", slug="gone", statement_en="Never said.")
    publish_claim(gone, at=at_noon("2026-02-04"))
    withdraw(gone, at=at_noon("2026-02-05"))
    blanked = make_rated_claim("true", slug="blanked", statement_en="A frightened source.")
    publish_claim(blanked, at=at_noon("2026-02-06"))
    correct(blanked, statement_en="A source.", at=at_noon("2026-02-07"))
    redact(blanked.editions.first(), reason="A court.", by=None, at=timezone.now())
