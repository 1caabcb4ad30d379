"""Every list, search and count is found by an index made for it, as in a record of a million.

Sequential scans are switched off, as if the table was too long to be read. What would then walk
through all editions in some order, filtering, shows as the wrong index.
"""

import re

import pytest
from django.db import connection, connections

from claims.models import Edition
from claims.record.paging import FORWARD, Cursor
from tests.factories import (
    make_claimant,
    make_document,
    make_published,
    make_rated_claim,
    make_topic,
    publish_claim,
)

EDITIONS = 3_000
# Of one edition, as many as there are numbers: one in ten is about people and false, one in three
# hundred has what the lists of few are about.
MULTIPLY = """
INSERT INTO claims_edition (
    {columns}, sequence, claim_slug, previous_hash, chain_hash, published_at, words_en, rating,
    rating_value, claim_kind, claimant_slug, document_slug, topics, made, event_date, is_outdated
)
SELECT
    {columns}, last.sequence + n, 'many-' || n, 'p' || n, 'c' || n,
    published_at + n * interval '1 minute',
    CASE WHEN n %% 10 = 0 THEN 'people ' ELSE '' END
        || CASE WHEN n %% 1000 = 0 THEN 'rareness ' ELSE '' END || 'word' || n,
    CASE WHEN n %% 10 = 0 THEN 'false' ELSE 'true' END, n %% 5,
    CASE WHEN n %% 300 = 0 THEN 'prediction' ELSE 'event' END,
    CASE WHEN n %% 300 = 0 THEN 'seldom' ELSE 'speaker-' || n %% 50 END,
    CASE WHEN n %% 300 = 0 THEN 'short' ELSE 'document-' || n %% 50 END,
    CASE WHEN n %% 30 = 0 THEN ARRAY['strikes'] ELSE ARRAY['topic-' || n %% 20] END,
    CASE WHEN n %% 300 = 0 THEN '' WHEN n %% 301 = 0 THEN '1999-01-02' ELSE '2022-01-05' END,
    CASE WHEN n %% 300 = 0 THEN '' WHEN n %% 301 = 0 THEN '1999-01-02' ELSE '2022-01-05' END,
    n %% 300 = 0
FROM claims_edition AS last, generate_series(1, %s) AS n
WHERE last.sequence = (SELECT max(sequence) FROM claims_edition)
"""
VARIED = {
    "sequence",
    "claim_slug",
    "previous_hash",
    "chain_hash",
    "published_at",
    "words_en",
    "rating",
    "rating_value",
    "claim_kind",
    "claimant_slug",
    "document_slug",
    "topics",
    "made",
    "event_date",
    "is_outdated",
}


@pytest.fixture
def archive(db):
    make_published(
        topics=[make_topic(slug="strikes")],
        claimant=make_claimant(slug="seldom"),
        document=make_document(slug="short"),
    )
    publish_claim(make_rated_claim("false"))
    fields = [field for field in Edition._meta.fields if not field.generated]
    columns = [field.column for field in fields if field.column not in VARIED]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(MULTIPLY.format(columns=", ".join(columns)), [EDITIONS])
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE claims_edition")
        cursor.execute("SET LOCAL enable_seqscan = off")


@pytest.fixture
def plans(archive):
    """The plans of what is asked of the editions from now on."""
    found = []

    def explained(execute, sql, params, many, context):
        if "claims_edition" in sql and sql.startswith(("SELECT", "(SELECT")):
            execute(f"EXPLAIN (COSTS OFF, SETTINGS) {sql}", params, many, context)
            found.append("\n".join(line for (line,) in context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    wrapped = [connections[alias].execute_wrapper(explained) for alias in connections]
    for wrapper in wrapped:
        wrapper.__enter__()
    yield found
    for wrapper in wrapped:
        wrapper.__exit__(None, None, None)


def indexes(plan):
    return set(re.findall(r"(?:using|Bitmap Index Scan on) (\w+)", plan))


ORDERS = {
    "newest": {"edition_live_newest", "edition_published"},
    "oldest": {"edition_live_newest", "edition_published"},
    "reading": {"edition_live_reading_order"},
    "event": {"edition_live_event"},
    "truest": {"edition_live_truest"},
    "falsest": {"edition_live_falsest"},
}


@pytest.mark.parametrize("ordering", ORDERS)
def test_a_list_is_read_in_the_order_of_an_index(client, plans, ordering):
    assert client.get("/en/claims/", {"ordering": ordering}).status_code == 200
    [rows] = [plan for plan in plans if "Limit" in plan.split("\n")[0]]
    assert indexes(rows) <= ORDERS[ordering], rows
    assert not re.search(r"(?<!Incremental )Sort$", rows, re.M), rows


def test_a_late_page_begins_in_the_middle_of_the_index(client, plans):
    last = Edition.objects.order_by("-sequence").values_list("published_at", "sequence")[2_000]
    after = Cursor("newest", FORWARD, last).signed()
    plans.clear()
    assert client.get("/en/claims/", {"after": after}).status_code == 200
    rows = next(plan for plan in plans if plan.startswith("Limit"))
    assert re.search(r"Index Cond: .*published_at <= ", rows), rows


FOUND_BY = [
    ("q=rareness", "edition_search"),
    ("q=people", "edition_search"),
    ("q=people&ordering=relevance", "edition_search"),
    ("q=rareness&rating=false", "edition_search"),
    ("rating=false", "edition_live_rating"),
    ("rating=false&topic=strikes", "edition_filed"),
    ("kind=event&topic=strikes", "edition_filed"),
    ("topic=strikes", "edition_topics"),
    ("claimant=seldom", "edition_live_claimant"),
    ("document=short", "edition_live_reading_order"),
    ("kind=prediction", "edition_live_kind"),
    ("outdated=true", "edition_live_outdated"),
    ("made_on=unknown", "edition_live_undated"),
    ("event_on=unknown", "edition_live_eventless"),
    ("made_on_after=1999-01-01&made_on_before=1999-01-03", "edition_made_days"),
    ("event_on_before=1999-01-03", "edition_event_days"),
]


@pytest.mark.parametrize(("query", "index"), FOUND_BY, ids=[query for query, _ in FOUND_BY])
def test_rows_and_their_number_are_found_by_the_index_made_for_them(client, plans, query, index):
    response = client.get(f"/en/claims/?{query}")
    assert response.context["rows"]
    narrowed = [plan for plan in plans if index in indexes(plan)]
    assert any(plan.startswith("Aggregate") for plan in narrowed), plans
    # A word of many is looked for in the order of the page.
    if query != "q=people":
        assert any(plan.startswith("Limit") for plan in narrowed), plans
    assert not any("Seq Scan on claims_edition" in plan for plan in plans), plans


@pytest.mark.parametrize("query", ["q=rareness", "q=people&ordering=relevance"])
def test_a_search_may_not_walk_through_all_in_order(client, plans, query):
    """Whatever the planner expects of the words: here it would not, in a long record it does."""
    assert client.get(f"/en/claims/?{query}").context["rows"]
    searching = [plan for plan in plans if "search @@" in plan]
    assert len(searching) >= 2
    assert all("enable_indexscan = 'off'" in plan for plan in searching), searching


def test_a_word_of_many_is_looked_for_in_the_order_of_the_page(client, plans, monkeypatch):
    monkeypatch.setattr("claims.record.paging.COUNT_LIMIT", 100)
    assert client.get("/en/claims/?q=people").context["rows"]
    [rows] = [plan for plan in plans if "Limit" in plan.split("\n")[0] and "search @@" in plan]
    assert indexes(rows) <= ORDERS["newest"], rows


def test_what_the_planner_may_do_is_as_before_after_a_search(client, archive):
    client.get("/en/claims/?q=people")
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone() == ("off",)
        cursor.execute("SHOW enable_indexscan")
        assert cursor.fetchone() == ("on",)


@pytest.mark.parametrize("path", ["/en/", "/en/data/", "/data/datapackage.json"])
def test_the_record_is_not_counted_for_its_summary(client, plans, path):
    assert client.get(path).status_code == 200
    assert not any("Aggregate" in plan for plan in plans), plans


def test_a_topic_knows_its_number_of_claims(client, plans):
    assert client.get("/en/topics/strikes/").status_code == 200
    assert not any(plan.startswith("Aggregate") and "Limit" in plan for plan in plans), plans
