"""What must hold in a database, whatever was killed: nothing acknowledged is lost, nothing is half.

Looked at from outside, past the application that is being attacked.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import rfc8785
from psycopg import Connection, sql

from bench.attacks.desk import Ledger

type Rows = list[tuple[Any, ...]]

# Each finds rows that contradict each other.
CONTRADICTIONS = {
    "a status that its last move did not lead to": """
        SELECT slug, status FROM claims_claim JOIN LATERAL (
            SELECT to_status FROM claims_move WHERE claim_slug = slug ORDER BY id DESC LIMIT 1
        ) last ON true WHERE last.to_status <> status
    """,
    "a published claim without a live edition": """
        SELECT slug FROM claims_claim WHERE status = 'published' AND NOT EXISTS (
            SELECT FROM claims_edition
            WHERE claim_slug = slug AND superseded_at IS NULL AND kind = 'publication')
    """,
    "as many editions as there were publications and withdrawals": """
        SELECT claim_slug, sum(side) FROM (
            SELECT claim_slug, 1 AS side FROM claims_edition UNION ALL
            SELECT claim_slug, -1 FROM claims_move WHERE name IN ('publish', 'withdraw')
        ) both_sides GROUP BY claim_slug HAVING sum(side) <> 0
    """,
    "a claim that is not as its last event says": """
        SELECT slug FROM claims_claim c JOIN LATERAL (
            SELECT statement_en, status FROM claims_claimevent
            WHERE pgh_obj_id = c.id ORDER BY pgh_id DESC LIMIT 1
        ) last ON true WHERE (last.statement_en, last.status) <> (c.statement_en, c.status)
    """,
    "two current editions, or none": """
        SELECT claim_slug, count(*) FILTER (WHERE superseded_at IS NULL) FROM claims_edition
        GROUP BY claim_slug HAVING count(*) FILTER (WHERE superseded_at IS NULL) <> 1
    """,
}


def broken(connection: Connection[Any]) -> list[str]:
    """What contradicts itself."""
    found = []
    for name, query in CONTRADICTIONS.items():
        for row in connection.execute(sql.SQL(query)):  # type: ignore[arg-type]
            found.append(f"{name}: {row}")
    return found


def lost(connection: Connection[Any], ledgers: list[Ledger]) -> list[str]:
    """What the site acknowledged and the database does not have."""
    return [*_lost_edits(connection, ledgers), *_lost_moves(connection, ledgers)]


def _lost_edits(connection: Connection[Any], ledgers: list[Ledger]) -> Iterator[str]:
    kept = set(connection.execute("SELECT slug, statement_en FROM claims_claimevent"))
    for ledger in ledgers:
        for edit in ledger.edits:
            if edit not in kept:
                yield f"an edit: {edit}"


def _lost_moves(connection: Connection[Any], ledgers: list[Ledger]) -> Iterator[str]:
    kept = Counter(
        {
            (slug, name): count
            for slug, name, count in connection.execute(
                "SELECT claim_slug, name, count(*) FROM claims_move GROUP BY 1, 2"
            )
        }
    )
    acknowledged: Counter[tuple[str, str]] = Counter()
    for ledger in ledgers:
        acknowledged += ledger.moves
    for move, count in acknowledged.items():
        if kept[move] < count:
            yield f"a move: {move} {count} times, kept {kept[move]}"
    read = Counter(publication for ledger in ledgers for publication in ledger.published)
    for publication in (read - _published(connection)).elements():
        yield f"a publication: {publication}"


def _published(connection: Connection[Any]) -> Counter[tuple[str, str]]:
    """Each claim with the hash of what an editor read before it was published."""
    found: Counter[tuple[str, str]] = Counter()
    query = "SELECT claim_slug, payload FROM claims_edition WHERE kind = 'publication'"
    for slug, payload in connection.execute(query):
        content = rfc8785.dumps(json.loads(payload)["content"])
        found[slug, hashlib.sha256(content).hexdigest()] += 1
    return found


def digests(connection: Connection[Any]) -> dict[str, str]:
    """Names what is in every table."""
    names = connection.execute(
        "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    ).fetchall()
    found = {}
    for (name,) in names:
        query = f"SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM {name} t"
        count, total = connection.execute(query).fetchone() or (0, 0)  # type: ignore[arg-type]
        found[name] = f"{count} {total}"
    return found
