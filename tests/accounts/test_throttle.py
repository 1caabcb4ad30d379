"""Guessing: names and addresses lock, forged headers do not help, the owner comes in by a link."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory

from factcheck.accounts.models import AccountEvent, LoginLink
from factcheck.accounts.throttle import client_address
from tests.accounts.people import (
    CODE,
    LOGIN,
    code_of,
    give_password,
    is_in,
    make_person,
    wrong_code,
)
from tests.admin.pages import text_of


def guess(name, address, **extra):
    data = {"username": name, "password": "wrong"}
    return Client(REMOTE_ADDR=address, **extra).post(LOGIN, data)


def link_for(user):
    output = StringIO()
    call_command("loginlink", user.username, stdout=output)
    return re.search(r"/admin/login/link/[^/]+/", output.getvalue())[0]


def test_a_name_locks_after_five_tries_from_wherever():
    user = make_person()
    statuses = [guess(user.username, f"192.0.2.{n}").status_code for n in range(8)]
    assert statuses == [200] * 4 + [429] * 4
    assert give_password(Client(REMOTE_ADDR="198.51.100.1"), user).status_code == 429


def test_an_address_locks_after_five_tries_for_whatever_names():
    statuses = [guess(f"name-{n}", "192.0.2.1").status_code for n in range(8)]
    assert statuses == [200] * 4 + [429] * 4
    assert guess("somebody", "192.0.2.2").status_code == 200


def test_a_forged_header_changes_nothing():
    statuses = [
        guess(f"name-{n}", "192.0.2.1", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code
        for n in range(6)
    ]
    assert statuses[-2:] == [429, 429]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1, 203.0.113.9, 192.0.2.7", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "not an address", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_of_the_header_only_what_declared_proxies_added_counts(
    settings, proxies, forwarded, address
):
    settings.TRUSTED_PROXIES = proxies
    given = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(RequestFactory().get("/", **given)) == address


def test_names_that_exist_and_names_that_do_not_are_answered_alike():
    user = make_person()
    answers = []
    for name, address in ((user.username, "192.0.2.1"), ("x" * len(user.username), "192.0.2.2")):
        for _try in range(5):
            response = guess(name, address)
            page = re.sub(r'csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", text_of(response))
            answers.append((name, response.status_code, page.replace(name, "")))
    assert [answer[1:] for answer in answers[:5]] == [answer[1:] for answer in answers[5:]]
    assert answers[4][1] == 429


def test_the_owner_comes_in_by_a_link_while_guessers_go_on(client):
    user = make_person()
    for number in range(5):
        guess(user.username, f"192.0.2.{number}")
    link = link_for(user)
    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200, "a look does not use it up"
    assert client.post(link).url.startswith(CODE)
    for number in range(5):
        guess(user.username, f"192.0.2.{number + 10}")
    assert client.post(CODE, {"code": code_of(user)}).status_code == 302
    assert is_in(client)
    happened = AccountEvent.objects.filter(account=user.username).values_list("happening", "by")
    assert set(happened) == {("link_made", ""), ("link_used", user.username)}


def test_a_link_lifts_the_lock(client):
    user = make_person()
    for number in range(5):
        guess(user.username, f"192.0.2.{number}")
    client.post(link_for(user))
    assert give_password(Client(), user).status_code == 302


def test_a_link_is_good_once_and_for_a_while_and_the_last_one_alone(client):
    user = make_person()
    first, second = link_for(user), link_for(user)
    assert client.get(first).status_code == 410
    assert client.post(first).status_code == 410
    assert client.post(second).status_code == 302
    assert Client().post(second).status_code == 410
    third = link_for(user)
    LoginLink.objects.update(expires_at=user.date_joined)
    assert Client().post(third).status_code == 410
    assert Client().post("/admin/login/link/nothing/").status_code == 410


def test_a_link_does_not_replace_the_second_factor(client):
    user = make_person()
    client.post(link_for(user))
    assert not is_in(client)
    for _try in range(5):
        client.post(CODE, {"code": wrong_code(user)})
    assert client.get(CODE).url.startswith(LOGIN)


def test_no_link_is_made_for_whom_there_is_not():
    with pytest.raises(CommandError, match="no active account"):
        call_command("loginlink", "nobody")
