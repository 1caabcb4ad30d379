"""The second factor is required here, as it is in production."""

import pytest
from axes.models import AccessAttempt


@pytest.fixture(autouse=True)
def _factor_is_required(settings, db):
    settings.SECOND_FACTOR_REQUIRED = True
    assert not AccessAttempt.objects.exists()
