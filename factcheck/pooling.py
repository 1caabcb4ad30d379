"""How pooled connections are looked at, and how soon a pool finds a server that is back."""

from psycopg import Connection
from psycopg_pool import ConnectionPool
from psycopg_pool.base import AttemptWithBackoff

from claims.record.idle import has_something_to_say

# Seconds between two tries. The pool's own, a second that doubles, is what a reader would wait
# after the server is back.
RETRY_SECONDS = 0.2
AttemptWithBackoff.INITIAL_DELAY = RETRY_SECONDS
AttemptWithBackoff.DELAY_BACKOFF = 1.0


def check_connection(connection: Connection) -> None:
    """Raises an error where the server is gone, without a round trip where it is not.

    A server that ends says so or closes its end: either is something to read, on a connection
    where nobody has asked anything. The others of the pool are gone with it.
    """
    if not has_something_to_say(connection):
        return
    try:
        ConnectionPool.check_connection(connection)
    except Exception:
        # Each of them would cost a request that takes it another try.
        if isinstance(connection._pool, ConnectionPool):
            connection._pool.drain()
        raise
