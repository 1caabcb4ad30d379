"""Numbers as a picture: where claimed and reported figures stand on one axis."""

import pytest

from claims.views.plot import plot

PEOPLE = {"slug": "people"}
PERCENT = {"slug": "percent"}


def figure(value=None, low=None, high=None, as_of="", unit=PEOPLE, position=1):
    return {
        "value": value,
        "low": low,
        "high": high,
        "as_of": as_of,
        "unit": unit,
        "position": position,
    }


def places(drawn):
    return [(mark.start, mark.end) for mark in drawn.marks]


def test_a_figure_alone_is_not_drawn():
    assert plot([(figure("164"), None)]) is None
    assert plot([]) is None


def test_the_axis_runs_from_nought_to_a_round_number():
    drawn = plot([(figure("164"), None), (figure("238"), 1)])
    assert [tick.value for tick in drawn.ticks] == ["0", "100", "200", "300"]
    assert [tick.at for tick in drawn.ticks] == ["2.00%", "34.00%", "66.00%", "98.00%"]
    assert [tick.anchor for tick in drawn.ticks] == ["start", "middle", "middle", "end"]
    assert places(drawn) == [("54.48%", "54.48%"), ("78.16%", "78.16%")]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("20000", "19"), ["0", "5000", "10000", "15000", "20000"]),
        (("40000", "72000"), ["0", "20000", "40000", "60000", "80000"]),
        (("20", "20.7"), ["0", "10", "20", "30"]),
        (("1", "0"), ["0", "1"]),
        (("0", "0"), ["0", "1"]),
        (("2.4", "2"), ["0", "1", "2", "3"]),
        (("-10", "30"), ["-10", "0", "10", "20", "30"]),
    ],
)
def test_the_ticks_are_round_and_few(values, expected):
    drawn = plot([(figure(values[0]), None), (figure(values[1]), 1)])
    assert [tick.value for tick in drawn.ticks] == expected


def test_shares_are_drawn_against_the_whole():
    drawn = plot([(figure("20", unit=PERCENT), None), (figure("25", unit=PERCENT), 1)])
    assert [tick.value for tick in drawn.ticks] == ["0", "25", "50", "75", "100"]
    more = plot([(figure("120", unit=PERCENT), None), (figure("25", unit=PERCENT), 1)])
    assert float(more.ticks[-1].value) >= 120


def test_more_than_reaches_past_every_number_and_up_to_begins_at_nought():
    drawn = plot([(figure(low="165"), None), (figure(high="240"), 1), (figure("200"), 2)])
    more_than, up_to, _value = drawn.marks
    assert (more_than.end, more_than.has_start, more_than.has_end) == ("98.00%", True, False)
    assert (up_to.start, up_to.has_start, up_to.has_end) == ("2.00%", False, True)
    assert float(drawn.ticks[-1].value) > 240


def test_a_range_has_two_ends():
    drawn = plot([(figure(low="25000", high="50000"), None), (figure("5000"), 1)])
    mark = drawn.marks[0]
    assert mark.is_range
    assert mark.has_start
    assert mark.has_end
    assert float(mark.start[:-1]) < float(mark.end[:-1])


def test_the_claim_comes_first_then_the_reports_by_date_the_undated_last():
    drawn = plot(
        [
            (figure("238", position=1), 4),
            (figure("230", as_of="2022-03", position=2), 3),
            (figure("164", position=9), None),
            (figure("225", as_of="2022-01-15", position=3), 2),
        ]
    )
    assert [mark.figure["value"] for mark in drawn.marks] == ["164", "225", "230", "238"]
    assert [mark.number for mark in drawn.claimed] == [None]
    tracks = [mark.track_y for mark in drawn.marks]
    assert tracks == sorted(tracks)
    assert drawn.axis_y > tracks[-1]
    assert drawn.height > drawn.axis_y
