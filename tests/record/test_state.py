"""Where the record stands is asked once for all who ask at the same time, and never too early."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import OperationalError

from claims.record.state import State, Turns

WAIT = 20  # Seconds, for a machine that has much else to do.


class Database:
    """Answers with how often it was asked; the first answer waits until it is told."""

    def __init__(self, *, fails=()):
        self.asked = 0
        self.is_asked, self.may_answer = Event(), Event()
        self.fails = fails

    def __call__(self):
        self.asked += 1
        number = self.asked
        if number == 1:
            self.is_asked.set()
            assert self.may_answer.wait(WAIT)
        if number in self.fails:
            raise OperationalError("gone")
        return State(str(number), None, 0, "")


def asked_together(database, followers, patience=WAIT):
    """The first request's result, and those of requests that came while it was being answered."""
    turns = Turns(database, patience)
    pool = ThreadPoolExecutor(followers + 1)
    first = pool.submit(turns.answer)
    assert database.is_asked.wait(WAIT)
    running = turns._last
    others = [pool.submit(turns.answer) for _follower in range(followers)]
    until = time.monotonic() + WAIT
    while patience == WAIT and waiting(running) + waiting(turns._last) < followers:
        assert time.monotonic() < until
        time.sleep(0.01)
    return first, others


def waiting(turn):
    """How many threads wait for it."""
    return len(turn.is_over._cond._waiters)


def test_those_who_come_while_one_is_answered_share_the_next_answer():
    database = Database()
    first, others = asked_together(database, 6)
    database.may_answer.set()
    assert first.result(WAIT).head == "1"
    assert {other.result(WAIT).head for other in others} == {"2"}
    assert database.asked == 2


def test_nobody_gets_the_answer_to_a_question_that_was_put_before_they_came():
    database = Database()
    first, others = asked_together(database, 1)
    database.may_answer.set()
    assert [one.result(WAIT).head for one in (first, *others)] == ["1", "2"]


def test_whoever_is_alone_asks_each_time():
    database = Database()
    database.may_answer.set()
    turns = Turns(database)
    assert [turns.answer().head for _again in range(3)] == ["1", "2", "3"]


def test_a_failure_fails_the_one_who_asked_and_the_others_ask_for_themselves():
    database = Database(fails={1, 2})
    first, others = asked_together(database, 4)
    database.may_answer.set()
    with pytest.raises(OperationalError):
        first.result(WAIT)
    failed = [other for other in others if other.exception(WAIT)]
    assert len(failed) == 1
    heads = [other.result(WAIT).head for other in others if other not in failed]
    assert sorted(heads) == ["3", "4", "5"]


def test_after_a_failure_the_next_is_answered():
    database = Database(fails={1})
    database.may_answer.set()
    turns = Turns(database)
    with pytest.raises(OperationalError):
        turns.answer()
    assert turns.answer().head == "2"


def test_nobody_waits_long_for_a_question_that_hangs():
    database = Database()
    first, others = asked_together(database, 3, patience=0.05)
    assert sorted(int(other.result(WAIT).head) for other in others)[0] == 2
    assert not first.done()
    database.may_answer.set()
    assert first.result(WAIT).head == "1"
