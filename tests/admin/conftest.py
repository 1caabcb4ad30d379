"""People at the desk, each with a browser of their own."""

import pytest
from django.test import Client

from claims.desk.roles import CHIEF_EDITOR, EDITOR, RESEARCHER
from tests.factories import make_user


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    browser.user = user
    return browser


@pytest.fixture
def researcher(db):
    return browser_of(make_user(RESEARCHER))


@pytest.fixture
def editor(db):
    return browser_of(make_user(EDITOR))


@pytest.fixture
def chief_editor(db):
    return browser_of(make_user(CHIEF_EDITOR))


@pytest.fixture
def stranger(db):
    """Staff without a role."""
    return browser_of(make_user(None))
