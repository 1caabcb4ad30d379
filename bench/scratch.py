"""A database of its own for a measurement, made and dropped around it.

On the server that DATABASE_URL names, or on the embedded one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django


@contextmanager
def scratch_database(name: str) -> Iterator[None]:
    """Migrated and empty while the block runs. Sets Django up: import models inside the block."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.test")
    django.setup()
    from django.db import connection, connections
    from django.test.runner import DiscoverRunner

    connection.settings_dict["TEST"]["NAME"] = name
    runner = DiscoverRunner(interactive=False, verbosity=0)
    databases = runner.setup_databases()
    try:
        yield
    finally:
        connections.close_all()
        connection.close()
        runner.teardown_databases(databases)
