"""A question that is asked over and over has a connection of its own, and does without it."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple

import pytest
from django.db import OperationalError, connection, connections

from claims.record import line as lines
from claims.record import state
from claims.record.line import Line
from tests.factories import make_rated_claim, publish_claim

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "reader"])

PID = "SELECT pg_backend_pid()"


@pytest.fixture(autouse=True)
def _may_be_opened_at_once(monkeypatch):
    monkeypatch.setattr(lines, "PAUSE", 0)


@pytest.fixture
def opened():
    """Opens lines to the test's database, which are closed before it ends."""
    found = []

    def open_line(question):
        found.append(Line(question))
        found[-1].open()
        return found[-1]

    yield open_line
    for line in found:
        line.close()


def end(pid):
    """End a connection from outside, as a restart does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        while True:
            cursor.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid])
            if not cursor.fetchone():
                return
            time.sleep(0.01)


def test_nothing_is_asked_before_it_is_open():
    assert Line(PID).ask() is None


def test_each_answer_is_what_the_database_says_now(opened):
    line = opened(state.QUESTION)
    for _again in range(2):
        publish_claim(make_rated_claim())
        assert line.ask() == line.ask()
        assert state.State(*line.ask()) == state.read_state()


def test_threads_may_ask(opened):
    line = opened(PID)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(line.ask).result() == line.ask()


def test_whoever_comes_while_another_asks_does_not_wait(opened):
    line = opened("SELECT 'late' FROM pg_sleep(0.5)")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(line.ask)
        while not line._lock.locked():
            time.sleep(0.001)
        assert line.ask() is None
        assert first.result() == ("late",)


def test_a_line_whose_server_has_gone_is_opened_anew(opened):
    line = opened(PID)
    (pid,) = line.ask()
    end(pid)
    assert line.ask() is None
    line.open()
    assert line.ask() not in (None, (pid,))


def test_a_server_that_is_lost_while_it_is_asked_is_not_asked_again(opened):
    """By whoever waited for it: a server that hangs would be waited for twice."""
    line = opened("SELECT pg_sleep(60)")
    pid = line._wrapper.connection.info.backend_pid
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(asked_and_flag, line)
        while not line._lock.locked():
            time.sleep(0.001)
        end(pid)
        assert asked.result(20) == ("The server was lost while it was asked.", True)
    assert line.ask() is None


def asked_and_flag(line):
    """What asking raised, and whether the thread's own connection knows of it."""
    try:
        with pytest.raises(OperationalError) as raised:
            line.ask()
        return str(raised.value), connections[line.alias].errors_occurred
    finally:
        connections.close_all()


def test_a_line_that_failed_is_not_tried_again_at_once(opened, monkeypatch):
    monkeypatch.setattr(lines, "PAUSE", 60)
    line = opened(PID)
    end(*line.ask())
    line.ask()
    line.open()
    assert line.ask() is None


@pytest.mark.parametrize("question", ["SELECT nothing FROM nowhere", "SELECT 1 / 0"])
def test_a_question_that_fails_is_left_to_those_who_can_say_why(opened, question):
    assert opened(question).ask() is None


def test_a_site_with_a_pool_keeps_a_line_and_answers_without_it(monkeypatch):
    publish_claim(make_rated_claim())
    kept = lines.Lines(state.QUESTION)
    monkeypatch.setattr(state, "_lines", kept)
    monkeypatch.setattr(state, "is_pooled", lambda alias: True)
    expected = state._ask_here()
    try:
        assert state._ask() == expected
        line = kept.to("default")
        assert line.ask() == astuple(expected)
        end(line._wrapper.connection.info.backend_pid)
        assert state._ask() == expected
        assert state._ask() == expected
        assert line.ask()
    finally:
        state.close_lines()
