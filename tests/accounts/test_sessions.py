"""When a session ends."""

import datetime
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from factcheck.accounts.models import AccountEvent, Happening
from tests.accounts.people import PASSWORD, come_in, give_password, is_in, make_person
from tests.factories import make_claim


def test_a_planted_session_key_is_worth_nothing():
    planted = Client()
    planted.get("/admin/login/")
    session = planted.session
    session["x"] = 1
    session.save()
    planted.cookies["sessionid"] = key = session.session_key
    user = make_person()
    give_password(planted, user)
    between = planted.session.session_key
    come_in(user, planted)
    assert len({key, between, planted.session.session_key}) == 3
    for old in (key, between):
        thief = Client()
        thief.cookies["sessionid"] = old
        assert not is_in(thief)


def test_a_session_ends_with_the_logout():
    browser = come_in(make_person())
    stolen = browser.cookies["sessionid"].value
    browser.post("/admin/logout/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not is_in(thief)


def test_a_new_password_ends_all_other_sessions():
    user = make_person()
    browser, other = come_in(user), come_in(user, steps=1)
    new = "quite another password"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert browser.post("/admin/password_change/", data).status_code == 302
    assert is_in(browser)
    assert not is_in(other)


def test_a_password_must_be_long():
    browser = come_in(make_person())
    data = {
        "old_password": PASSWORD,
        "new_password1": "kx9-Qpz-wV7",
        "new_password2": "kx9-Qpz-wV7",
    }
    assert (
        "at least 12 characters" in browser.post("/admin/password_change/", data).content.decode()
    )


def test_a_role_taken_away_bites_on_the_next_request():
    user = make_person()
    browser = come_in(user)
    address = f"/admin/claims/claim/{make_claim().pk}/change/"
    assert browser.get(address).status_code == 200
    user.groups.clear()
    assert browser.get(address).status_code == 403


@pytest.mark.parametrize("field", ["is_staff", "is_active"])
def test_whoever_leaves_the_desk_is_out_on_the_next_request(field):
    user = make_person()
    browser = come_in(user)
    setattr(user, field, False)
    user.save()
    assert not is_in(browser)


def test_a_session_ends_twelve_hours_after_its_last_request():
    browser = come_in(make_person())
    [session] = Session.objects.all()
    assert session.expire_date - timezone.now() <= datetime.timedelta(hours=12)
    Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    assert not is_in(browser)


def test_a_session_in_use_goes_on_without_being_written_with_each_page():
    browser = come_in(make_person())
    session = browser.session
    session["seen_at"] = int(time.time()) - 3600
    session.save()
    Session.objects.update(expire_date=timezone.now() + datetime.timedelta(hours=1))
    assert is_in(browser)
    first = Session.objects.get().expire_date
    assert first > timezone.now() + datetime.timedelta(hours=11)
    assert is_in(browser)
    assert Session.objects.get().expire_date == first


def test_events_of_accounts_are_never_changed(django_assert_num_queries):
    from django.db import IntegrityError, connection, transaction

    AccountEvent.objects.create(happening=Happening.LINK_MADE, account="x", at=timezone.now())
    table = AccountEvent._meta.db_table
    for statement in (f"UPDATE {table} SET by = 'y'", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with (
            pytest.raises(IntegrityError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
