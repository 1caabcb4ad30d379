"""Copies an archive's desk rows into the stock design's own database, as COPY streams.

python -m bench.stock.fill FROM TO    (two database addresses; TO is made anew)
"""

import os
import sys

import django
import psycopg

from bench import databases

RATED = "LEFT JOIN claims_rating r ON r.id = c.rating_id"
FIRST = "(SELECT min(published_at) FROM claims_edition e WHERE e.claim_id = c.id AND number = 1)"
QUERIES = {
    "topic (id, slug, label_en, label_fr)": "SELECT id, slug, label_en, label_fr FROM claims_topic",
    "claimant (id, slug, name_en, name_fr)": (
        "SELECT id, slug, name_en, name_fr FROM claims_claimant"
    ),
    "document (id, slug, title_en, title_fr, published)": (
        "SELECT id, slug, title_en, title_fr, published FROM claims_document"
    ),
    "source (id, url, publisher, title)": "SELECT id, url, publisher, title FROM claims_source",
    "claim (id, slug, document_id, claimant_id, statement_en, statement_fr, summary_en,"
    " summary_fr, explanation_en, explanation_fr, rating, is_published, published_at)": (
        "SELECT c.id, c.slug, c.document_id, c.claimant_id, c.statement_en, c.statement_fr,"
        " c.summary_en, c.summary_fr, c.explanation_en, c.explanation_fr, coalesce(r.slug, ''),"
        f" l.claim_id IS NOT NULL, {FIRST} FROM claims_claim c {RATED}"
        " LEFT JOIN claims_edition l ON l.claim_id = c.id AND l.superseded_at IS NULL"
        " AND l.kind = 'publication'"
    ),
    "claim_topics (id, claim_id, topic_id)": (
        "SELECT id, claim_id, topic_id FROM claims_claim_topics"
    ),
    "quote (id, claim_id, language, exact)": (
        "SELECT id, claim_id, language, exact FROM claims_quote"
    ),
    "evidence (id, claim_id, source_id, stance, finding_en, finding_fr, excerpt)": (
        "SELECT id, claim_id, source_id, stance, finding_en, finding_fr, excerpt"
        " FROM claims_evidence"
    ),
}


def fill(source: str, target: str) -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.create_superuser("owner", password="secret")  # nosec B106
    connection.close()
    with psycopg.connect(source) as given, psycopg.connect(target) as taken:
        taken.execute("SET session_replication_role = replica")
        for table, query in QUERIES.items():
            with (
                given.cursor().copy(f"COPY ({query}) TO STDOUT") as out,
                taken.cursor().copy(f"COPY stock_{table} FROM STDIN") as into,
            ):
                for block in out:
                    into.write(block)
            name = table.split()[0]
            taken.execute(
                f"SELECT setval(pg_get_serial_sequence('stock_{name}', 'id'), max(id))"
                f" FROM stock_{name}"
            )
    with psycopg.connect(target, autocommit=True) as taken:
        taken.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    os.environ["DATABASE_URL"] = sys.argv[2]
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.stock.settings"
    databases.make(sys.argv[2], databases.name_of(sys.argv[2]))
    django.setup()
    fill(*sys.argv[1:])
