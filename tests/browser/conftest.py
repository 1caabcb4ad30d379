"""A real browser on a live site. Without Chromium these tests are skipped, and say so."""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Error, sync_playwright

from claims.desk.roles import EDITOR, create_roles
from tests.factories import make_user
from tests.interview import publish_some

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium")


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            aliases = ["default", "reader", "reporter"]
            item.add_marker(pytest.mark.django_db(transaction=True, databases=aliases))


@pytest.fixture(scope="module")
def chromium():
    """One browser a module. While it runs, an event loop runs in this thread."""
    if CHROMIUM is None:
        pytest.skip("No Chromium, so no page was looked at: `make browser` gets it.")
    with pytest.MonkeyPatch.context() as patch:
        # Playwright runs an event loop in this thread; our queries do not run in it.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            try:
                browser = playwright.chromium.launch(
                    executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
                )
            except Error as error:
                pytest.skip(f"Chromium does not start, so no page was looked at: {error}")
            yield browser
            browser.close()
            # Under a running loop Django keeps other connections, which nobody else closes.
            connections.close_all()


@pytest.fixture
def site(live_server, settings):
    """The address of a site with a small record."""
    settings.FACTCHECK = settings.FACTCHECK | {"base_url": live_server.url}
    publish_some(4)
    return live_server.url


@pytest.fixture
def open_page(chromium, site):
    """Opens pages in a window of its own; anything asked of another host fails the test."""
    windows, strangers = [], []

    def open_window(**options):
        windows.append(chromium.new_context(base_url=site, **options))
        page = windows[-1].new_page()
        page.on(
            "request",
            lambda request: request.url.startswith(site) or strangers.append(request.url),
        )
        return page

    yield open_window
    for window in windows:
        window.close()
    assert strangers == []


@pytest.fixture
def person(site):
    create_roles()
    return make_user(EDITOR)


@pytest.fixture
def desk(open_page, site, person):
    """Opens pages as an editor who is logged in."""
    browser = Client()
    browser.force_login(person)
    session = browser.cookies[django_settings.SESSION_COOKIE_NAME].value

    def open_window(**options):
        page = open_page(**options)
        cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": site}
        page.context.add_cookies([cookie])
        return page

    return open_window
