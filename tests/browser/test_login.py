"""Coming in with a real browser: by keyboard, without script, in both languages, on a phone."""

import base64
import re

import pytest
from django.conf import settings as django_settings

from claims.desk.roles import EDITOR, create_roles
from tests.accounts.people import PASSWORD, code_for, come_in, make_person
from tests.browser.settled import barriers, follow
from tests.factories import make_user

SETUP_KEY = re.compile(r"([A-Z2-7]{4}( [A-Z2-7]{4}){7})")


@pytest.fixture
def newcomer(site, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    create_roles()
    return make_user(EDITOR, password=PASSWORD)


def key_on(page):
    return base64.b32decode(SETUP_KEY.search(page.locator("main").inner_text())[1].replace(" ", ""))


def type_password(page, person):
    page.goto("/admin/login/")
    # The field takes the focus by itself, a moment after the page is there.
    page.locator("#id_username:focus").wait_for()
    page.keyboard.type(person.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_newcomer_sets_a_factor_up_by_keyboard_and_without_script(open_page, newcomer):
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 800})
    type_password(page, newcomer)
    key = key_on(page)
    assert page.locator("svg.qr").is_visible()
    # The field has the focus: a password manager or the keyboard fills it in.
    page.locator("#id_code:focus").wait_for()
    page.keyboard.insert_text(f" {code_for(key.hex())} ")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".recovery-codes code").count() == 10
    follow(page, page.locator(".submit-row a"))
    assert page.locator("#logout-form").count() == 1


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(390, "light", "en"), (390, "dark", "fr"), (1280, "light", "fr"), (1280, "dark", "en")],
)
def test_no_page_of_the_login_has_a_barrier(open_page, newcomer, width, scheme, language):
    page = open_page(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        locale=language,
    )
    said = []
    page.on("console", lambda message: said.append(message.text))

    def look(name):
        assert page.locator("html").get_attribute("lang") == language, name
        assert barriers(page) == {}, name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name

    page.goto("/admin/login/")
    look("password")
    type_password(page, newcomer)
    look("setup")
    code = page.locator("#id_code")
    assert code.get_attribute("autocomplete") == "one-time-code"
    code.fill(code_for(key_on(page).hex()))
    follow(page, page.locator("#code-form input[type=submit]"))
    look("recovery codes")
    page.goto("/admin/second-factor/")
    look("own factor")
    page.goto("/admin/login/link/nothing/")
    look("used link")
    assert [text for text in said if "410" not in text] == []


def test_the_desk_keeps_its_policy_with_both_factors(open_page, site, settings):
    """Every kind of page of the desk, and no word of Chromium about the policy."""
    settings.SECOND_FACTOR_REQUIRED = True
    create_roles()
    browser = come_in(make_person(is_superuser=True))
    page = open_page(viewport={"width": 1280, "height": 900})
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": browser.cookies[name].value, "url": site}])
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/admin/")
    links = page.eval_on_selector_all("#content a", "links => links.map(link => link.href)")
    addresses = sorted({link.split("?")[0] for link in links if link.startswith(f"{site}/admin/")})
    assert len(addresses) > 30
    for address in [*addresses, "/admin/auth/user/1/change/", "/admin/second-factor/"]:
        page.goto(address)
    assert [text for text in said if not text.startswith("Autofocus processing")] == []
