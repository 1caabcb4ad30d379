"""How a pooled connection is looked at before it is used again."""

import select

from psycopg import Connection
from psycopg_pool import ConnectionPool


def check_connection(connection: Connection) -> None:
    """Raises an error where the server is gone, without a round trip where it is not.

    A server that ends says so or closes its end: either is something to read, on a connection
    where nobody has asked anything.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        ConnectionPool.check_connection(connection)
