"""Pages by key: every row once, in both directions, whatever arrives meanwhile."""

import pytest
from django.db import connection
from django.db.models import F, FloatField
from django.db.models.functions import Cast
from django.test.utils import CaptureQueriesContext

from claims.models import Edition
from claims.record import paging
from claims.record.paging import (
    ORDERINGS,
    Count,
    Cursor,
    InvalidCursor,
    Searched,
    page,
    read_cursor,
)
from tests.factories import make_document, make_published, make_rated_claim, publish_claim, withdraw

DATES = ["2022", "", "2022-01-05", "2022-01-05", "../2022-01-03", "2022-01-02/..", ""]


@pytest.fixture
def record(db):
    """Rows that tie, and rows that are blank, in every column of an ordering."""
    documents = [make_document(slug="b"), make_document(slug="a")]
    ratings = ["true", "", "false", "true", "not_checkable", "half_true", ""]
    for number, (date, rating) in enumerate(zip(DATES, ratings, strict=True)):
        columns = {
            "document": documents[number % 2],
            "position": number // 2 + 1,
            "event_date": date,
        }
        if rating:
            publish_claim(make_rated_claim(rating, **columns))
        else:
            make_published(**columns)


def live():
    """With a rank that ties, for the order that needs one."""
    rank = Cast(F("position"), FloatField())
    return Edition.objects.live().for_listing().annotate(rank=rank)


def walk(ordering, cursor="", size=2):
    """The rows of every page from ``cursor`` on, and the last page."""
    rows = []
    while True:
        found = page(live(), ordering, read_cursor(cursor, ordering) if cursor else None, size)
        rows += found.rows
        if not found.next:
            return rows, found
        cursor = found.next


def walk_back(ordering, found, size=2):
    rows = list(found.rows)
    while found.previous:
        found = page(live(), ordering, read_cursor(found.previous, ordering), size)
        rows = found.rows + rows
    return rows


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
@pytest.mark.parametrize("ordering", ORDERINGS)
def test_every_row_is_visited_once_forward_and_back(record, ordering, size):
    rows, last = walk(ordering, size=size)
    assert len(rows) == len({row.pk for row in rows}) == 7
    assert walk_back(ordering, last, size) == rows


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_pages_follow_the_columns_of_the_ordering_with_blanks_last(record, ordering):
    rows, _last = walk(ordering)
    for column in reversed(ORDERINGS[ordering]):
        name = column.lstrip("-")
        given = [row for row in rows if getattr(row, name) is not None]
        blank = [row for row in rows if getattr(row, name) is None]
        given.sort(key=lambda row: getattr(row, name), reverse=column.startswith("-"))
        if column == ORDERINGS[ordering][0]:
            assert rows[len(given) :] == blank
            values = [getattr(row, name) for row in rows[: len(given)]]
            assert values == [getattr(row, name) for row in given]


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_a_new_arrival_neither_repeats_nor_hides_a_row(record, ordering):
    before, _last = walk(ordering)
    first = page(live(), ordering, size=3)
    arrival = publish_claim(make_rated_claim("mostly_true", event_date="2022-01-05"))
    rest, last = walk(ordering, first.next)
    seen = [row for row in first.rows + rest if row.pk != arrival.pk]
    assert seen == before
    assert len({row.pk for row in walk_back(ordering, last)}) == 8


def test_a_withdrawal_of_the_row_at_the_cursor_leaves_the_next_page_as_it_was(record):
    first = page(live(), "newest", size=3)
    expected, _last = walk("newest", first.next)
    withdraw(first.rows[-1].claim)
    assert walk("newest", first.next)[0] == expected


def test_the_first_page_has_none_before_it_and_the_last_none_after(record):
    assert page(live(), "newest", size=3).previous == ""
    assert walk("newest")[1].next == ""
    assert page(Edition.objects.none(), "newest") == paging.Page([], "", "")


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_a_cursor_comes_back_as_it_was_made(record, ordering):
    text = page(live(), ordering, size=1).next
    assert read_cursor(text, ordering).signed() == text


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: "x" + text,
        lambda text: text.split(":")[0],
        lambda text: "\0",
        lambda text: ":",
        lambda text: "é" * 50,
    ],
)
def test_a_forged_cursor_is_refused(record, spoil):
    text = page(live(), "newest", size=1).next
    with pytest.raises(InvalidCursor):
        read_cursor(spoil(text), "newest")


def test_a_cursor_of_another_ordering_is_refused(record):
    text = page(live(), "newest", size=1).next
    with pytest.raises(InvalidCursor):
        read_cursor(text, "oldest")


@pytest.mark.parametrize(
    "values", [[], ["yesterday", 1], [None], ["2022-01-01T00:00:00+00:00", 1, 2], 7]
)
def test_a_signed_cursor_that_fits_no_row_is_refused(values):
    text = paging._signer().sign_object(["newest", "f", values])
    with pytest.raises(InvalidCursor):
        read_cursor(text, "newest")


@pytest.mark.parametrize("content", [["newest", "f"], "newest", 7, ["newest", "x", [1, 2]]])
def test_signed_content_of_another_shape_is_refused(content):
    with pytest.raises(InvalidCursor):
        read_cursor(paging._signer().sign_object(content), "newest")


def test_the_count_is_exact_up_to_the_limit_and_stops_there(record, monkeypatch):
    assert paging.count(live()) == paging.Count(7, is_exact=True)
    monkeypatch.setattr(paging, "COUNT_LIMIT", 7)
    assert paging.count(live()) == paging.Count(7, is_exact=True)
    monkeypatch.setattr(paging, "COUNT_LIMIT", 6)
    assert paging.count(live()) == paging.Count(6, is_exact=False)


def test_every_ordering_ends_in_a_column_that_no_two_editions_share():
    assert {columns[-1].lstrip("-") for columns in ORDERINGS.values()} == {"sequence"}


def test_a_cursor_can_stand_beside_a_row_that_is_not_on_a_page(record):
    edition = live().get(document_slug="a", position=2)
    here = [edition.document_slug, edition.position, edition.sequence]
    neighbours = [
        page(live().filter(document_slug="a"), "reading", Cursor("reading", way, here), 1).rows
        for way in (paging.BACKWARD, paging.FORWARD)
    ]
    assert [[row.position for row in rows] for rows in neighbours] == [[1], [3]]


def test_many_rows_are_looked_for_nearby_before_all_are_sorted(record, monkeypatch):
    """However far apart: the pages are those that there are without any hint."""
    monkeypatch.setattr("claims.record.paging.STRETCH", 2)
    first, last = Edition.objects.order_by("sequence")[0], Edition.objects.order_by("-sequence")[0]
    apart = live().filter(pk__in=[first.pk, last.pk])
    for is_exact in (True, False):
        searched = Searched(Count(1, is_exact), live())
        for ordering, expected in {"newest": [last, first], "oldest": [first, last]}.items():
            found = page(apart, ordering, size=1, searched=searched)
            assert found.rows == expected[:1]
            onward = read_cursor(found.next, ordering)
            found = page(apart, ordering, onward, 1, searched=searched)
            assert found.rows == expected[1:]
            assert not found.next
            back = read_cursor(found.previous, ordering)
            assert page(apart, ordering, back, 1, searched=searched).rows == expected[:1]


def test_rows_nearby_are_enough_where_they_fill_the_page(record, monkeypatch):
    monkeypatch.setattr("claims.record.paging.STRETCH", 4)
    with CaptureQueriesContext(connection) as captured:
        page(live(), "newest", size=2, searched=Searched(Count(1, is_exact=False), live()))
    assert not any("enable_seqscan" in query["sql"] for query in captured)
    assert any('"published_at" > ' in query["sql"] for query in captured)
