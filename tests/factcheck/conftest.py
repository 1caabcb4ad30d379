"""Databases that are away."""

import pytest
from django.db import connections
from django.db.utils import load_backend

# Nothing listens there: only root may, and no service is registered for it.
NOWHERE = {"ENGINE": "django.db.backends.postgresql", "HOST": "127.0.0.1", "PORT": "1"}


@pytest.fixture
def lose():
    """Call it with an alias: its connections lead nowhere until the test ends."""
    own = {}

    def lead_nowhere(alias):
        own[alias] = connections[alias]
        settings_dict = own[alias].copy().settings_dict | NOWHERE
        settings_dict["OPTIONS"] = {}
        connections[alias] = load_backend(NOWHERE["ENGINE"]).DatabaseWrapper(settings_dict, alias)

    yield lead_nowhere
    for alias, connection in own.items():
        connections[alias] = connection
