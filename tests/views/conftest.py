"""Every test of a readers' page runs with the reader's rights."""

import pytest


@pytest.fixture(autouse=True)
def _readers_rights(shared_reader):
    return shared_reader


@pytest.fixture
def demonstration(settings):
    settings.FACTCHECK = settings.FACTCHECK | {"demo": True}
