"""Every address, for everybody, in every way: the table of permissions is whole, and true."""

import random

import pytest
from django.urls import path

from bench.attacks import permissions
from claims import urls
from claims.views.method import method as method_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(shared_reader, shared_reporter):
    return permissions.World()


def test_every_address_answers_as_the_table_says(world):
    found = permissions.cases(world)
    table = permissions.read()
    asked = random.Random(2).sample(permissions.cells(found), 60)
    assert list(permissions.uncovered(found, table)) == []
    assert list(permissions.differences(permissions.attack(world, asked), table)) == []


def test_an_address_without_a_row_is_a_fault(world):
    """A test that cannot fail says nothing."""
    urls.urlpatterns.append(path("new/", method_page, name="new"))
    try:
        found = permissions.cases(world)
    finally:
        urls.urlpatterns.pop()
    faults = list(permissions.uncovered(found, permissions.read()))
    assert faults == ["en/new/: has no row in permissions.csv"]


def test_an_answer_that_is_not_in_the_table_is_a_fault(world):
    case = permissions.Case("admin/claims/report/", "/admin/claims/report/")
    table = {(case.name, "GET"): ["login", "403", "200", "200", "200", "200"]}
    found = permissions.attack(world, [(case, "GET")])
    assert list(permissions.differences(found, table)) == [
        "GET admin/claims/report/ as researcher: 200 instead of 403"
    ]


# What the table itself may never say, whoever writes it anew.


def rows():
    return [
        (address, method, dict(zip(permissions.ROLES, answers, strict=True)))
        for (address, method), answers in permissions.read().items()
    ]


def test_the_table_lets_nobody_into_the_admin_without_a_login():
    open_to_all = {"admin/login/", "admin/logout/"}
    link = "admin/login/link/<str:token>/"
    answers = {
        answers["anonymous"]
        for address, _method, answers in rows()
        if address.startswith("admin/") and address not in {*open_to_all, link}
    }
    # Of the steps of a login, who has not begun one learns at most which methods there are.
    assert answers <= {"login", "405"}
    assert {
        answers["anonymous"]
        for address, _method, answers in rows()
        if address.startswith("admin/")
        and not address.startswith(("admin/login/", "admin/logout/"))
    } == {"login"}
    assert {answers["anonymous"] for address, _method, answers in rows() if address == link} == {
        "405",
        "410",
    }


@pytest.mark.parametrize("noun", ["edition", "redaction", "move", "term", "report"])
def test_the_table_lets_nobody_add_or_delete_what_is_on_record(noun):
    for address, _method, answers in rows():
        if address.startswith(f"admin/claims/{noun}/") and ("add" in address or "del" in address):
            assert set(answers.values()) == {"login", "403"}


def test_the_table_lets_only_administrators_see_people():
    for address, _method, answers in rows():
        if address.startswith("admin/auth/") and not address.endswith("<path:object_id>/"):
            assert {answers[role] for role in permissions.ROLES[1:5]} == {"403"}


def test_the_table_lets_readers_change_nothing():
    written_to = {"i18n/setlang/", "en/claims/<slug:slug>/report/"}
    for address, method, answers in rows():
        if not address.startswith("admin/") and method != "GET" and address not in written_to:
            assert set(answers.values()) == {"405"}
