"""Guessing, sessions that are over, and forms of other sites: fewer of each than the commands."""

import pytest

from bench.attacks import forgery, login, logs, sessions
from bench.attacks.production import as_in_production

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _production(db):
    with as_in_production(PASSWORD_HASHERS=QUICK):
        yield


def test_five_guesses_are_judged_and_no_more():
    assert login.one_account(12) == (5, [])
    assert login.one_address(12) == (5, [])


def test_the_attack_on_the_login_finds_a_lock_that_is_off(settings):
    settings.AXES_FAILURE_LIMIT = 100
    judged, faults = login.one_address(12)
    assert judged == 13
    assert faults == ["one address: 13 guesses were judged"]


def test_there_is_no_way_around_the_second_factor():
    tried, faults = login.second_factor(12)
    assert faults == []
    assert tried == 17


def test_the_attack_on_the_second_factor_finds_one_that_is_not_required(settings):
    settings.SECOND_FACTOR_REQUIRED = False
    assert "second factor: a session without it" in login.second_factor(1)[1]


def test_no_session_survives_its_end():
    tried, faults = sessions.attack(1)
    assert faults == []
    assert tried == 10


def test_the_attack_on_sessions_finds_one_that_goes_on(monkeypatch):
    from factcheck.accounts import factor

    monkeypatch.setattr(factor, "reset", lambda *_given, **_options: None)
    assert "round 0: factor reset" in sessions.attack(1)[1]


def test_nothing_of_people_is_logged_and_nothing_of_ours_shown(shared_reader, shared_reporter):
    answers, lines, faults = logs.attack()
    assert faults == []
    assert answers > 60
    assert lines > 40


def test_the_attack_on_logs_finds_a_link(monkeypatch, shared_reader, shared_reporter):
    monkeypatch.setattr("factcheck.logs.SECRETS", [])
    assert any("a secret: " in fault for fault in logs.attack()[2])


def test_no_form_of_another_site_is_accepted(monkeypatch, shared_reader, shared_reporter):
    claim = forgery.desk()
    client, token = forgery.who_may_do_anything()
    every = list(forgery.addresses(claim))
    assert len(every) > 170
    monkeypatch.setattr(forgery, "addresses", lambda _claim: every[::6])
    found, faults = forgery.attack(claim, client, token)
    assert faults == []
    assert found["tries"] > 200
    assert forgery.is_real(client, token)


def test_the_attack_with_forms_finds_a_door_without_a_lock(
    monkeypatch, settings, shared_reader, shared_reporter
):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "Csrf" not in name]
    claim = forgery.desk()
    client, token = forgery.who_may_do_anything()
    monkeypatch.setattr(forgery, "addresses", lambda _claim: ["/i18n/setlang/"])
    assert forgery.attack(claim, client, token)[1]
