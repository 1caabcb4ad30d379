"""The form of a claim and its history in a real browser: nothing typed is left behind unasked."""

import pytest
from django.conf import settings
from django.test import Client

from claims.desk.roles import EDITOR, create_roles
from claims.models import Claim
from tests.admin.pages import change_address
from tests.browser.settled import barriers, follow
from tests.factories import make_evidence, make_user


@pytest.fixture
def claim(site):
    return make_evidence(key="court").claim


@pytest.fixture
def desk(open_page, site):
    """Opens pages as an editor who is logged in."""
    create_roles()
    browser = Client()
    browser.force_login(make_user(EDITOR))
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value

    def open_window(**options):
        page = open_page(**options)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}
        page.context.add_cookies([cookie])
        return page

    return open_window


def leave(page):
    """Follow a link, and stay if the browser asks. Whether it asked."""
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    address = page.url
    page.locator(".breadcrumbs a").first.click(no_wait_after=True)
    while not asked and page.url == address:
        page.wait_for_timeout(20)
    return asked == ["beforeunload"]


def test_a_form_with_typed_text_is_not_left_unasked(desk, claim):
    page = desk()
    page.goto(change_address(claim))
    page.get_by_label("Statement (English)").fill("Typed.")
    assert leave(page)


def test_a_form_that_was_not_touched_is_left_at_once(desk, claim):
    page = desk()
    page.goto(change_address(claim))
    assert not leave(page)


def refuse(page, claim):
    page.goto(change_address(claim))
    Claim.objects.filter(pk=claim.pk).update(statement_en="Theirs.", summary_en="Theirs.")
    page.get_by_label("Statement (English)").fill("Mine.")
    follow(page, page.get_by_role("button", name="Save", exact=True))
    page.get_by_role("heading", name="Someone else has changed this claim").wait_for()


def test_saving_asks_nothing_and_a_refused_form_does(desk, claim):
    page = desk()
    refuse(page, claim)
    assert leave(page)


def test_a_conflict_is_settled_without_script(desk, claim):
    page = desk(java_script_enabled=False)
    refuse(page, claim)
    page.get_by_role("group", name="Keep for Statement (English)").get_by_label("Yours").check()
    follow(page, page.get_by_role("button", name="Save", exact=True))
    claim.refresh_from_db()
    assert (claim.statement_en, claim.summary_en) == ("Mine.", "Theirs.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_neither_conflict_nor_history_has_a_barrier(desk, claim, width, scheme):
    page = desk(viewport={"width": width, "height": 900}, color_scheme=scheme)
    refuse(page, claim)
    for address in ("", "history", "bring-back"):
        if address == "history":
            page.once("dialog", lambda dialog: dialog.accept())
            page.goto(change_address(claim).replace("/change/", "/history/"))
        elif address:
            follow(page, page.get_by_role("link", name="Bring this version back").first)
        scope = {"": ".conflict", "history": ".history", "bring-back": "#content-main"}[address]
        assert barriers(page, scope) == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= width
