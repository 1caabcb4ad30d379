"""Who may do what, through the admin's addresses: a table."""

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim, Edition, Report
from tests.admin.pages import add_address, change_address, list_address, move_address
from tests.factories import (
    make_claim,
    make_claimant,
    make_document,
    make_published,
    make_rating,
    make_report,
    make_source,
    make_topic,
    make_user,
    submit,
)

ROLES = ["stranger", "researcher", "editor", "chief_editor"]
CAN = 200
NO = 403


def live():
    return make_published().claim


PAGES = [
    # what, its address, then who: stranger, researcher, editor, chief editor
    ("list of claims", lambda: list_address(Claim), NO, CAN, CAN, CAN),
    ("a claim", lambda: change_address(make_claim()), NO, CAN, CAN, CAN),
    ("new claim", lambda: add_address(Claim), NO, CAN, CAN, CAN),
    ("history of a claim", lambda: history(make_claim()), NO, CAN, CAN, CAN),
    ("deletion of a claim", lambda: deletion(make_claim()), NO, NO, NO, NO),
    ("move submit", lambda: move_address(make_claim(), "submit"), NO, CAN, CAN, CAN),
    ("move drop", lambda: move_address(make_claim(), "drop"), NO, CAN, CAN, CAN),
    ("move send_back", lambda: move_address(reviewed(), "send_back"), NO, NO, CAN, CAN),
    ("move publish", lambda: move_address(reviewed(), "publish"), NO, NO, CAN, CAN),
    ("move revise", lambda: move_address(live(), "revise"), NO, CAN, CAN, CAN),
    ("move withdraw", lambda: move_address(live(), "withdraw"), NO, NO, NO, CAN),
    ("new source", lambda: address("source", "add"), NO, CAN, CAN, CAN),
    ("deletion of a source", lambda: deletion(make_source()), NO, NO, CAN, CAN),
    (
        "capture of a text",
        lambda: address("document", "capture", make_document().pk),
        NO,
        CAN,
        CAN,
        CAN,
    ),
    ("what is at an address", lambda: address("source", "at"), NO, CAN, CAN, CAN),
    ("new topic", lambda: address("topic", "add"), NO, CAN, CAN, CAN),
    ("deletion of a topic", lambda: deletion(make_topic()), NO, NO, CAN, CAN),
    ("deletion of a claimant", lambda: deletion(make_claimant()), NO, NO, CAN, CAN),
    ("a rating", lambda: change_address(make_rating()), NO, CAN, CAN, CAN),
    ("new rating", lambda: address("rating", "add"), NO, NO, NO, CAN),
    ("deletion of a rating", lambda: deletion(make_rating()), NO, NO, NO, NO),
    ("list of editions", lambda: list_address(Edition), NO, CAN, CAN, CAN),
    ("an edition", lambda: change_address(make_published()), NO, CAN, CAN, CAN),
    ("new edition", lambda: address("edition", "add"), NO, NO, NO, NO),
    ("deletion of an edition", lambda: deletion(make_published()), NO, NO, NO, NO),
    ("reading", lambda: address("document", "read", make_document().pk), NO, CAN, CAN, CAN),
    ("page to be", lambda: address("claim", "page", make_claim().pk), NO, CAN, CAN, CAN),
    ("similar claims", lambda: address("claim", "similar"), NO, CAN, CAN, CAN),
    ("new move", lambda: address("move", "add"), NO, NO, NO, NO),
    ("list of reports", lambda: list_address(Report), NO, CAN, CAN, CAN),
    ("a report", lambda: change_address(make_report()), NO, CAN, CAN, CAN),
    ("new report", lambda: address("report", "add"), NO, NO, NO, NO),
    ("deletion of a report", lambda: deletion(make_report()), NO, NO, NO, NO),
    ("new term", lambda: address("term", "add"), NO, NO, NO, NO),
]

SAVES = [
    ("claim", make_claim, NO, True, True, True),
    ("source", make_source, NO, True, True, True),
    ("topic", make_topic, NO, NO, True, True),
    ("claimant", make_claimant, NO, NO, True, True),
    ("document", make_document, NO, NO, True, True),
    ("rating", make_rating, NO, NO, NO, True),
    ("edition", make_published, NO, NO, NO, NO),
    ("report", make_report, NO, NO, True, True),
]


def table(rows):
    """A case for each role of each row."""
    return [
        pytest.param(role, given, expected, id=f"{role}: {name}")
        for name, given, *answers in rows
        for role, expected in zip(ROLES, answers, strict=True)
    ]


def address(noun, verb, *arguments):
    return reverse(f"admin:claims_{noun}_{verb}", args=arguments)


def history(row):
    return address(row._meta.model_name, "history", row.pk)


def deletion(row):
    return address(row._meta.model_name, "delete", row.pk)


def reviewed():
    return submit(make_claim())


@pytest.mark.parametrize(("role", "page", "expected"), table(PAGES))
def test_pages_open_for_those_who_may(request, role, page, expected):
    browser = request.getfixturevalue(role)
    assert browser.get(page()).status_code == expected


@pytest.mark.parametrize(("role", "make", "expected"), table(SAVES))
def test_rows_are_saved_by_those_who_may(request, role, make, expected):
    browser = request.getfixturevalue(role)
    status = browser.post(change_address(make()), {}).status_code
    assert status == NO if expected == NO else status != NO


@pytest.mark.parametrize(
    ("role", "name"),
    [("researcher", "send_back"), ("researcher", "publish"), ("editor", "withdraw")],
)
def test_a_move_that_is_posted_without_permission_is_forbidden(request, role, name):
    browser = request.getfixturevalue(role)
    claim = live() if name == "withdraw" else reviewed()
    before = Claim.objects.get(pk=claim.pk).status
    typed = {"note": "x", "reason_en": "x", "reason_fr": "x"}
    assert browser.post(move_address(claim, name), typed).status_code == 403
    assert Claim.objects.get(pk=claim.pk).status == before


@pytest.mark.parametrize("page", ["claims/claim/", "claims/claim/1/change/", "autocomplete/"])
def test_nobody_comes_in_without_a_login(db, page):
    response = Client().get(f"/admin/{page}")
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


def test_a_reader_with_an_account_does_not_come_in(db):
    browser = Client()
    browser.force_login(make_user(None, is_staff=False))
    assert browser.get(list_address(Claim)).status_code == 302


AUTOCOMPLETED = [
    ("claim", "document"),
    ("claim", "section"),
    ("claim", "claimant"),
    ("claim", "reported_claimant"),
    ("claim", "topics"),
    ("evidence", "source"),
    ("figure", "measure"),
    ("relation", "target"),
]


@pytest.mark.parametrize(("noun", "field"), AUTOCOMPLETED)
def test_autocompletion_answers_the_desk_alone(researcher, stranger, noun, field):
    asked = {"app_label": "claims", "model_name": noun, "field_name": field, "term": ""}
    assert researcher.get(reverse("admin:autocomplete"), asked).status_code == 200
    assert stranger.get(reverse("admin:autocomplete"), asked).status_code == 403


def test_autocompletion_finds_a_source_by_its_publisher(researcher):
    source = make_source(publisher="The Astana Times")
    make_source()
    asked = {"app_label": "claims", "model_name": "evidence", "field_name": "source"}
    found = researcher.get(reverse("admin:autocomplete"), asked | {"term": "astana"}).json()
    assert [result["id"] for result in found["results"]] == [str(source.pk)]


ACTIONS = [
    # who: stranger, researcher, editor, chief editor
    ("submit_selected", NO, True, True, True),
    ("assign_selected", NO, True, True, True),
    ("add_topics", NO, True, True, True),
    ("publish_selected", NO, False, True, True),
]


@pytest.mark.parametrize(
    ("role", "action", "expected"),
    [
        pytest.param(role, action, expected, id=f"{role}: {action}")
        for action, *answers in ACTIONS
        for role, expected in zip(ROLES, answers, strict=True)
    ],
)
def test_the_list_offers_the_actions_that_one_may_take(request, role, action, expected):
    browser = request.getfixturevalue(role)
    make_claim()
    response = browser.get(list_address(Claim))
    if expected is NO:
        assert response.status_code == NO
    else:
        assert (f'value="{action}"' in response.content.decode()) is expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [("stranger", NO), ("researcher", 302), ("editor", 302), ("chief_editor", 302)],
)
def test_a_claim_is_taken_over_by_those_who_may_change_it(request, role, expected):
    browser = request.getfixturevalue(role)
    claim = make_claim()
    given = {"version": str(Claim.objects.get(pk=claim.pk).version)}
    assert browser.post(address("claim", "assign", claim.pk), given).status_code == expected
    is_taken = Claim.objects.get(pk=claim.pk).assigned_to == browser.user
    assert is_taken is (expected == 302)
