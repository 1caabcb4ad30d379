"""The archive's live claims as a SQLite file for Datasette, with its indexes and its search."""

import sqlite3
from pathlib import Path

import psycopg

COLUMNS = [
    "slug", "statement_en", "statement_fr", "summary_en", "summary_fr", "rating", "document",
    "claimant", "topics", "published_at",
]  # fmt: skip
QUERY = (
    "SELECT claim_slug, statement_en, statement_fr, summary_en, summary_fr, rating, document_slug,"
    " claimant_slug, array_to_json(topics)::text, published_at::text FROM claims_edition"
    " WHERE superseded_at IS NULL AND kind = 'publication' ORDER BY sequence"
)


def make_file(address: str, file: Path) -> None:
    with psycopg.connect(address) as given, sqlite3.connect(file) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        columns = ", ".join(f"{name} TEXT" for name in COLUMNS)
        database.execute(f"CREATE TABLE claim ({columns}, PRIMARY KEY (slug))")
        cursor = given.cursor("rows")
        cursor.itersize = 2_000
        marks = ", ".join("?" * len(COLUMNS))
        database.executemany(f"INSERT INTO claim VALUES ({marks})", cursor.execute(QUERY))
        for name in ("rating", "document", "claimant", "published_at"):
            database.execute(f"CREATE INDEX claim_{name} ON claim ({name})")
        found = ", ".join(COLUMNS[1:5])
        database.execute(f"CREATE VIRTUAL TABLE claim_fts USING fts5({found}, content='claim')")
        database.execute("INSERT INTO claim_fts (claim_fts) VALUES ('rebuild')")
        database.execute("ANALYZE")
    database.close()
