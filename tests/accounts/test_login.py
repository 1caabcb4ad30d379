"""Two steps, and nobody is logged in between them."""

import base64

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from factcheck.accounts import factor
from factcheck.accounts.models import AccountEvent, RecoveryCode
from tests.accounts.people import (
    CODE,
    LOGIN,
    PASSWORD,
    SETUP,
    code_for,
    code_of,
    come_in,
    give_password,
    is_in,
    make_person,
    recovery_codes,
    spelled_key,
    wrong_code,
)
from tests.admin.pages import text_of
from tests.factories import make_editor, make_user


def happened(user):
    return list(
        AccountEvent.objects.filter(account=user.username)
        .order_by("pk")
        .values_list("happening", flat=True)
    )


def test_a_password_alone_opens_nothing(client):
    user = make_person()
    response = give_password(client, user)
    assert response.url.startswith(CODE)
    assert SESSION_KEY not in client.session
    assert not is_in(client)


def test_password_and_code_lead_where_one_wanted_to_go(client):
    user = make_person()
    data = {"username": user.username, "password": PASSWORD, "next": "/admin/claims/claim/"}
    response = client.post(LOGIN, data)
    response = client.post(response.url, {"code": code_of(user)})
    assert response.url == "/admin/claims/claim/"
    assert is_in(client)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_a_login_never_leads_to_another_site(client, elsewhere):
    user = make_person()
    response = client.post(f"{LOGIN}?next={elsewhere}", {"username": user, "password": PASSWORD})
    response = client.post(f"{CODE}?next={elsewhere}", {"code": code_of(user)})
    assert response.url == "/admin/"


def test_a_session_without_the_factor_is_nobodys(client):
    """However it came about."""
    client.force_login(make_person())
    assert not is_in(client)
    assert client.get("/admin/second-factor/").status_code == 302


def test_a_code_is_good_once(client):
    user = make_person()
    code = code_of(user)
    come_in(user)
    give_password(client, user)
    assert client.post(CODE, {"code": code}).status_code == 400
    assert not is_in(client)


def test_a_code_of_somebody_else_opens_nothing(client):
    user, other = make_person(), make_person()
    give_password(client, user)
    assert client.post(CODE, {"code": code_of(other)}).status_code == 400
    assert not is_in(client)


def test_wrong_codes_lock_like_wrong_passwords(client):
    user = make_person()
    give_password(client, user)
    statuses = [client.post(CODE, {"code": wrong_code(user)}).status_code for _try in range(5)]
    assert statuses == [400] * 4 + [429]
    assert not is_in(client)
    assert give_password(Client(), user).status_code == 429


def test_after_a_wrong_code_the_next_has_to_wait(client):
    """The app's own throttle: also for whoever comes from many addresses."""
    user = make_person()
    give_password(client, user)
    client.post(CODE, {"code": wrong_code(user)})
    assert client.post(CODE, {"code": code_of(user)}).status_code == 400


def test_a_half_login_ends_with_the_password(client):
    user = make_person()
    give_password(client, user)
    user.set_password("another long password")
    user.save()
    assert client.post(CODE, {"code": code_of(user)}).url.startswith(LOGIN)
    assert not is_in(client)


def test_a_half_login_ends_after_a_while(client, monkeypatch):
    user = make_person()
    give_password(client, user)
    session = client.session
    session["pending_login"] |= {"until": 0}
    session.save()
    assert client.post(CODE, {"code": code_of(user)}).url.startswith(LOGIN)


def test_whoever_has_no_factor_sets_one_up_before_anything_else(client):
    user = make_editor(password=PASSWORD)
    assert give_password(client, user).url.startswith(SETUP)
    page = text_of(client.get(SETUP))
    key = base64.b32decode(spelled_key(page)).hex()
    assert '<svg class="qr"' in page
    assert 'autocomplete="one-time-code"' in page
    assert not is_in(client)
    assert client.post(SETUP, {"code": "000000"}).status_code == 400
    shown = code_for(key)
    response = client.post(SETUP, {"code": shown})
    assert is_in(client)
    assert "no-store" in response["Cache-Control"]
    codes = recovery_codes(text_of(response))
    assert len(set(codes)) == 10
    stored = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert len(stored) == 10
    assert not any(code.replace("-", "") in digest for code in codes for digest in stored)
    assert happened(user) == ["factor_set_up", "codes_made"]
    # What was used to set it up is used.
    other = Client()
    give_password(other, user)
    assert other.post(CODE, {"code": shown}).status_code == 400


def test_a_key_is_shown_to_one_session_alone(client):
    user = make_editor(password=PASSWORD)
    keys = set()
    for browser in (client, Client()):
        give_password(browser, user)
        keys |= {spelled_key(text_of(browser.get(SETUP))) for _look in range(2)}
    assert len(keys) == 2


def test_whoever_is_slower_sets_nothing_up(client):
    user = make_editor(password=PASSWORD)
    give_password(client, user)
    spelled = spelled_key(text_of(client.get(SETUP)))
    TOTPDevice.objects.create(user=user, key="ab" * 20, name="app")
    client.post(SETUP, {"code": code_for(base64.b32decode(spelled).hex())})
    assert TOTPDevice.objects.get().key == "ab" * 20
    with pytest.raises(factor.WrongCode):
        factor.set_up(user, "cd" * 20, code_for("cd" * 20), at=user.date_joined, is_first=True)


def test_a_recovery_code_is_good_once(client):
    user = make_person()
    code = factor.make_codes(user, at=user.date_joined)[0]
    give_password(client, user)
    assert client.post(CODE, {"code": f" {code.upper()} "}).status_code == 302
    assert is_in(client)
    other = Client()
    give_password(other, user)
    assert other.post(CODE, {"code": code}).status_code == 400
    assert happened(user)[-1] == "code_used"


def test_one_person_changes_the_factor_with_the_present_one():
    user = make_person()
    browser, other = come_in(user), come_in(user, steps=1)
    TOTPDevice.objects.update(last_t=-1)
    assert browser.post("/admin/second-factor/", {"code": "x", "replace": "1"}).status_code == 400
    TOTPDevice.objects.update(throttling_failure_count=0)
    page = text_of(browser.post("/admin/second-factor/", {"code": code_of(user), "replace": "1"}))
    key = base64.b32decode(spelled_key(page)).hex()
    response = browser.post("/admin/second-factor/", {"code": code_for(key)})
    assert len(recovery_codes(text_of(response))) == 10
    assert is_in(browser)
    assert not is_in(other)
    assert TOTPDevice.objects.get().key == key


def test_new_recovery_codes_replace_the_old_ones():
    user = make_person()
    [old, *_others] = factor.make_codes(user, at=user.date_joined)
    browser = come_in(user)
    data = {"code": code_of(user, 1), "codes": "1"}
    assert len(recovery_codes(text_of(browser.post("/admin/second-factor/", data)))) == 10
    with pytest.raises(factor.WrongCode):
        factor.verify(user, old, at=user.date_joined)


def test_an_administrator_resets_a_factor_and_its_sessions_end(admin_client, admin_user):
    user = make_person()
    browser = come_in(user)
    TOTPDevice.objects.create(user=admin_user, key="ab" * 20, name="app")
    give_password(admin_client, admin_user, "password")
    admin_client.post(CODE, {"code": code_of(admin_user)})
    data = {"action": "reset_second_factor", "_selected_action": [user.pk]}
    assert admin_client.post("/admin/auth/user/", data).status_code == 302
    assert not is_in(browser)
    event = AccountEvent.objects.get(account=user.username)
    assert (event.happening, event.by) == ("factor_reset", admin_user.username)
    assert give_password(Client(), user).url.startswith(SETUP)


def test_only_a_superuser_resets_factors(client, django_user_model):
    from django.contrib.auth.models import Permission

    user = make_person()
    user.user_permissions.set(Permission.objects.filter(codename__endswith="_user"))
    target = make_person(is_superuser=True)
    browser = come_in(user)
    data = {"action": "reset_second_factor", "_selected_action": [target.pk]}
    browser.post("/admin/auth/user/", data)
    assert TOTPDevice.objects.filter(user=target).exists()


def test_where_it_is_not_required_whoever_has_a_factor_is_asked_for_it(client, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    assert give_password(client, make_person()).url.startswith(CODE)
    plain = make_user(password=PASSWORD)
    assert give_password(client, plain).url == "/admin/"
    assert is_in(client)
