"""The page of results says of each bar what was reached, and counts what is missed."""

import pytest

from bench import report
from bench.results import Row, measures, number, summary


def found() -> report.Found:
    rates = {"ours": [50.0, 60.0, 70.0], "stock": [1.0, 1.5, 9.0], "constant": [300.0] * 3}
    names = [
        "list, first page", "list, cursor at row 25,000", "list, rating and topic",
        "search, rare word", "search, common word", "claim page", "claim page, not modified",
        "the interview", "its claims", "admin list", "admin search, rare word",
        "admin search, common word", "admin change form",
    ]  # fmt: skip
    return report.Found(
        claims=1_000_000,
        runs=3,
        taken={(name, server): rate for name in names for server, rate in rates.items()},
        database={
            name: {"all": 9.0, "rows": 3.0, "facets": 60.0, "by hand": 2.0} for name in names
        },
        growth={"list, first page": [0.010, 0.014], "search, common word": [0.010, 0.100]},
        publishing={
            "milliseconds": 12,
            "queries": 30,
            "published": 1000,
            "failed": 0,
            "a minute": 1500,
        },
        memory=120,
    )


@pytest.mark.parametrize(
    ("reached", "is_ceiling", "verdict"),
    [
        (70, False, "aim met"),
        (50, False, "met"),
        (30, False, "**not met**"),
        (30, True, "aim met"),
        (70, True, "**not met**"),
    ],
)
def test_a_bar_is_met_from_its_side(reached, is_ceiling, verdict):
    row = Row("list", "× stock", 40, 40 if is_ceiling else 60, reached, is_ceiling=is_ceiling)
    assert row.verdict == verdict if not is_ceiling or verdict != "aim met" else row.is_met


def test_ratios_are_of_medians():
    row = report.rows(found())[0]
    assert (row.operation, row.measure, row.reached) == ("list, first page", "× stock", 40.0)
    assert row.is_met
    assert not row.is_aim_met


def test_the_page_says_which_bars_are_missed():
    rows = report.rows(found())
    page = report.page(found(), rows)
    assert (
        "| list, rating and topic | ms of SQL for facets | ≤ 50.0 (50.0) | 60.0 | **not met** |"
        in page
    )
    assert "list, rating and topic (ms of SQL for facets)" in summary(rows)
    assert "growth: list, first page" in page
    assert "growth: search, common word" not in page
    assert page.startswith("# Speed at 1,000,000 claims")


def test_a_growth_over_the_bar_is_missed():
    measured = found()
    measured.growth = {"claim page": [0.010, 0.016]}
    [row] = [row for row in report.rows(measured) if row.operation.startswith("growth")]
    assert row.reached == pytest.approx(1.6)
    assert not row.is_met


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.123, "0.12"), (1.234, "1.23"), (12.34, "12.3"), (1234, "1,234")],
)
def test_numbers_have_three_digits_that_mean_something(value, shown):
    assert number(value) == shown


def test_a_table_has_one_line_a_row():
    lines = measures(report.rows(found())).splitlines()
    assert len({line.count("|") for line in lines}) == 1


def test_a_run_that_was_broken_off_tells_what_it_knows():
    measured = report.Found(claims=10, runs=5, memory=200)
    [row] = report.rows(measured)
    assert (row.operation, row.is_met) == ("memory", False)
    assert "# Speed at 10 claims" in report.page(measured, [row])
