"""Files of claims to be imported, and how much of one came in."""

import json
from collections import Counter
from typing import Any

from psycopg import Connection

from bench.generated import Generator

CLAIMS = 40
ROWS = list(Generator(CLAIMS).rows())
NOUNS = ("claim", "quote", "evidence", "figure", "note", "relation")
_counts = Counter(row["model"].removeprefix("claims.") for row in ROWS)
WHOLE = {noun: _counts[noun] for noun in NOUNS}
NONE = dict.fromkeys(NOUNS, 0)


def batch(number: int) -> str:
    """A fixture whose claims and documents no other has."""
    named = json.dumps(ROWS).replace('"claim-0', f'"batch-{number}-0')
    return named.replace('"document-0', f'"document-{number}-0')


def batch_sizes(connection: Connection[Any], number: int) -> dict[str, int]:
    """How many rows of the batch there are, by noun."""
    counts = {}
    for noun in NOUNS:
        own = "slug" if noun == "claim" else "(SELECT slug FROM claims_claim WHERE id = claim_id)"
        query = f"SELECT count(*) FROM claims_{noun} WHERE {own} LIKE %s"
        row = connection.execute(query, [f"batch-{number}-%"]).fetchone()  # type: ignore[arg-type]
        counts[noun] = row[0] if row else 0
    return counts


def half_imported(connection: Connection[Any], number: int, code: int) -> list[str]:
    """What is wrong with a batch whose import ended with this code, 0 for an acknowledgement."""
    sizes = batch_sizes(connection, number)
    if sizes not in (WHOLE, NONE):
        return [f"Half an import: {sizes} of {WHOLE}"]
    if code == 0 and sizes != WHOLE:
        return ["An acknowledged import is lost"]
    return []
