"""Editions as JSON Lines, made by PostgreSQL itself: one object a line, keys in fixed order.

This is the one module that composes SQL as text. Nothing of a request gets into it but through
Django's own queries, whose parameters psycopg quotes.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connections, router

from claims.models import Edition
from claims.models.edition import EditionQuerySet

# PostgreSQL sends a row at a time; fewer and larger blocks are compressed and sent faster.
BLOCK = 64 * 1024
# The columns of a line that the chain links, besides the hash of who submitted and approved.
NEEDED = [
    "sequence",
    "claim_slug",
    "number",
    "kind",
    "published_at",
    "superseded_at",
    "payload_sha256",
    "people_salt",
    "submitted_by_id",
    "approved_by_id",
    "previous_hash",
    "chain_hash",
    "payload",
]
MOMENT = """'"' || to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'"""
# What has been withdrawn or redacted since keeps its hashes and loses its words. Slugs, kinds and
# hashes need no escape in JSON, and a payload is JSON already. The list of withdrawn claims is
# made once; only for those in it is it asked whether the withdrawal came later.
LINE = f"""
    '{{"sequence":' || e.sequence
    || ',"claim":"' || e.claim_slug
    || '","number":' || e.number
    || ',"kind":"' || e.kind
    || '","published_at":' || {MOMENT.format("e.published_at")}
    || ',"superseded_at":' || coalesce({MOMENT.format("e.superseded_at")}, 'null')
    || ',"payload_sha256":"' || e.payload_sha256
    || '","people":"' || text_sha256(
        '["' || e.people_salt || '",' || coalesce(e.submitted_by_id::text, 'null')
        || ',' || e.approved_by_id || ']'
    )
    || '","previous":"' || e.previous_hash
    || '","chain_hash":"' || e.chain_hash
    || '","payload":' || CASE
        WHEN e.payload = '' THEN 'null'
        WHEN e.claim_slug IN (
            SELECT claim_slug FROM claims_edition WHERE kind = 'withdrawal' AND number > 1
        ) AND EXISTS (
            SELECT FROM claims_edition w
            WHERE w.claim_slug = e.claim_slug AND w.number > e.number AND w.kind = 'withdrawal'
        ) THEN 'null'
        ELSE e.payload
    END || '}}'
"""  # nosec B608
# As CSV with marks that no line contains, so that nothing is quoted or escaped.
COPY = f"""
    COPY (
        SELECT {LINE}
        FROM (EDITIONS) e
        ORDER BY e.sequence
    ) TO STDOUT (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')
"""  # nosec B608


def lines(editions: EditionQuerySet) -> Iterator[bytes]:
    """The editions in the order of the chain, as blocks of bytes that end anywhere.

    Takes constant memory. Everything comes from one snapshot of the record.
    """
    connection = connections[router.db_for_read(Edition)]
    inner, parameters = editions.order_by().values(*NEEDED).query.sql_with_params()
    with connection.cursor() as cursor:
        query: Any = COPY.replace("EDITIONS", inner)
        text = cursor.mogrify(query, parameters)
        # Django wraps what its own methods raise, and copy() is psycopg's.
        with connection.wrap_database_errors, cursor.copy(text) as copy:
            waiting = bytearray()
            for block in copy:
                waiting += block
                if len(waiting) >= BLOCK:
                    yield bytes(waiting)
                    waiting.clear()
            if waiting:
                yield bytes(waiting)
