"""People on their way in: what they type, and the codes that their apps would show."""

import re

from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from tests.factories import make_editor

PASSWORD = "a long enough password"
LOGIN = "/admin/login/"
CODE = "/admin/login/code/"
SETUP = "/admin/login/setup/"


def make_person(**overrides):
    """An editor with a second factor."""
    user = make_editor(password=PASSWORD, **overrides)
    TOTPDevice.objects.create(user=user, key=random_hex(20), name="app")
    return user


def code_of(user, steps=0):
    """What the app shows; with ``steps``, some half minutes from now."""
    return code_for(TOTPDevice.objects.get(user=user).key, steps)


def code_for(key, steps=0):
    import time

    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06}"


def wrong_code(user):
    near = {code_of(user, steps) for steps in (-2, -1, 0, 1, 2)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


def give_password(browser, user, password=PASSWORD, **extra):
    return browser.post(LOGIN, {"username": user.get_username(), "password": password}, **extra)


def come_in(user, browser=None, steps=0):
    """A browser of someone who gave both factors."""
    browser = browser or Client()
    give_password(browser, user)
    response = browser.post(CODE, {"code": code_of(user, steps)})
    assert response.status_code == 302, response.content.decode()
    return browser


def is_in(browser):
    return browser.get(reverse("admin:index")).status_code == 200


def spelled_key(page):
    return re.search(r"Key\s*<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")


def recovery_codes(page):
    return re.findall(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>", page)
