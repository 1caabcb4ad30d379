"""What two claims have in common besides words: sources that were read for both, and topics."""

from typing import Any

from django.db import connection

# Of each source so many claims are looked at: a paper of record is cited everywhere.
MOST_OF_A_SOURCE = 100

SHARES = """
WITH own_sources AS (
    SELECT DISTINCT source_id FROM claims_evidence WHERE claim_id = %(claim)s
), own_topics AS (
    SELECT topic_id FROM claims_claim_topics WHERE claim_id = %(claim)s
), near AS (
    SELECT unnest(%(candidates)s::bigint[]) AS id
    UNION
    SELECT cited.claim_id FROM own_sources, LATERAL (
        SELECT claim_id FROM claims_evidence
        WHERE claims_evidence.source_id = own_sources.source_id LIMIT %(most)s
    ) AS cited
)
SELECT near.id, sources.share, topics.share
FROM near
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE own.source_id IS NOT NULL AND theirs.source_id IS NOT NULL)
        / greatest(count(*), 1)::float AS share
    FROM own_sources AS own FULL JOIN (
        SELECT DISTINCT source_id FROM claims_evidence WHERE claim_id = near.id
    ) AS theirs USING (source_id)
) AS sources
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE own.topic_id IS NOT NULL AND theirs.topic_id IS NOT NULL)
        / greatest(count(*), 1)::float AS share
    FROM own_topics AS own FULL JOIN (
        SELECT topic_id FROM claims_claim_topics WHERE claim_id = near.id
    ) AS theirs USING (topic_id)
) AS topics
WHERE near.id <> %(claim)s
"""


def common_ground(claim: int, candidates: list[int]) -> dict[int, tuple[float, float]]:
    """By claim id, the shares of sources and of topics that it has in common with ``claim``.

    A share is of all sources that either has (Jaccard), from 0 to 1. Looks at the candidates,
    and at claims that cite the same sources: at most MOST_OF_A_SOURCE of each.
    """
    asked: dict[str, Any] = {"claim": claim, "candidates": candidates, "most": MOST_OF_A_SOURCE}
    with connection.cursor() as cursor:
        cursor.execute(SHARES, asked)
        return {key: (sources, topics) for key, sources, topics in cursor.fetchall()}
