"""Whether a connection that nobody asks anything is still there, without a round trip."""

import select

from psycopg import Connection


def has_something_to_say(connection: Connection) -> bool:
    """Whether the other end has closed, or has said that it will."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
