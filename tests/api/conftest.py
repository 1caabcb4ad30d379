"""Every test of the API runs with the reader's rights."""

import pytest


@pytest.fixture(autouse=True)
def _readers_rights(shared_reader):
    return shared_reader
