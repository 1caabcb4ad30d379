"""The threads that ask the primary and its replicas where they stand."""

import logging
import threading
import time

from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from factcheck.replicas.fleet import PRIMARY, Fleet, Standing
from factcheck.replicas.hanging import hang_up, remember_connections
from factcheck.routers import REPORTER

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5
SAME_SERVER = {PRIMARY: [PRIMARY, REPORTER]}
# Anyone may ask these. A server that is not recovering follows nobody: it is up to date.
PRIMARY_STANDS = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"
REPLICA_STANDS = """
    SELECT pg_wal_lsn_diff(
             CASE WHEN is_replica THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
             '0/0'),
           CASE WHEN is_replica THEN
             extract(epoch FROM clock_timestamp()
                     - greatest(pg_last_xact_replay_timestamp(), checkpoint_time))
           ELSE 0 END
    FROM pg_is_in_recovery() AS is_replica, pg_control_checkpoint()
"""


def watch(fleet: Fleet) -> None:
    """A thread for each server, so that one which hangs keeps no other waiting."""
    remember_connections()
    for alias in (PRIMARY, *fleet.aliases):
        threading.Thread(
            target=_watch, args=(fleet, alias), name=f"watches {alias}", daemon=True
        ).start()


def _watch(fleet: Fleet, alias: str) -> None:
    # Outside the pool, which waits for a server that is away.
    connection = connections[alias].copy()
    connection.settings_dict["OPTIONS"].pop("pool", None)
    was_lost = False
    while True:
        try:
            _ask(fleet, alias, connection)
        except (DatabaseError, InterfaceError):
            connection.close()
            fleet.lose(alias)
            if not was_lost:
                logger.warning("The database %s does not answer.", alias)
            was_lost = True
        else:
            if was_lost:
                logger.warning("The database %s answers again.", alias)
            was_lost = False
        for hanging in fleet.hanging(time.monotonic()):
            logger.warning("The database %s hangs: its connections are ended.", hanging)
            for each in SAME_SERVER.get(hanging, [hanging]):
                hang_up(each)
        time.sleep(PAUSE_SECONDS)


def _ask(fleet: Fleet, alias: str, connection: BaseDatabaseWrapper) -> None:
    asked = time.monotonic()
    fleet.is_asked(alias, asked)
    with connection.cursor() as cursor:
        cursor.execute(PRIMARY_STANDS if alias == PRIMARY else REPLICA_STANDS)
        row = cursor.fetchone()
    if alias == PRIMARY:
        fleet.primary_stands(int(row[0]), asked)
    else:
        fleet.stands(alias, Standing(int(row[0]), changed=asked - max(0.0, float(row[1]))))
