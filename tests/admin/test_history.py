"""The history of a claim, and the way back to an earlier version.

Events carry the time of their transaction, so these tests commit.
"""

import pghistory
import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from claims.desk import workflow
from claims.desk.life import life
from claims.desk.roles import create_roles
from claims.models import Claim, Source
from claims.views.comparing import compared
from tests.admin.conftest import browser_of
from tests.admin.pages import change_address, fields_of, query_count, save_claim, text_of
from tests.factories import (
    make_claim,
    make_editor,
    make_evidence,
    make_figure,
    make_published,
    make_quote,
    make_relation,
    make_source,
    make_topic,
    make_user,
    submit,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    create_roles()


@pytest.fixture
def browser(_roles):
    return browser_of(make_editor())


@pytest.fixture
def claim():
    return make_claim(statement_en="The army fired on the crowd.")


def history_address(claim):
    return change_address(claim).replace("/change/", "/history/")


def history(browser, claim, query=""):
    response = browser.get(history_address(claim) + query)
    assert response.status_code == 200
    return text_of(response)


def back_address(claim, change):
    return reverse("admin:claims_claim_bring_back", args=[claim.pk, str(change.bounds)])


def first_version(claim):
    """The address that leads back to the claim as it was created, after somebody rewrote it."""
    created = life(claim.pk)[0]
    Claim.objects.filter(pk=claim.pk).update(statement_en="Rewritten.")
    return back_address(claim, created)


# What is told


def test_each_change_says_who_when_and_what(browser, claim):
    save_claim(browser, claim, statement_en="The police fired on the crowd.")
    page = history(browser, claim)
    assert browser.user.username in page
    assert "<del>army</del><ins>police</ins>" in page
    assert "Statement (English)" in page
    assert str(timezone.now().year) in page


def test_the_creation_is_told_with_what_it_began_with(browser, claim):
    page = history(browser, claim)
    assert "created" in page
    assert "The army fired on the crowd." in page
    assert str(claim.claimant) in page


def test_a_change_from_nowhere_says_so(browser, claim):
    assert "unknown, not through the desk" in history(browser, claim)


def test_parts_are_told_by_name_with_their_values(browser, claim):
    evidence = make_evidence(claim=claim, key="court", source=make_source(publisher="Reuters"))
    make_figure(claim=claim, key="dead", evidence=evidence, value="164")
    make_relation(claim=claim, target=make_claim(statement_en="Another claim."))
    claim.topics.add(make_topic(label_en="Energy"))
    evidence.delete()
    page = history(browser, claim)
    for text in (
        "Piece of evidence court",
        "Reuters: Report",
        "Figure dead",
        "164",
        "Another claim.",
        "Energy",
        "deleted",
    ):
        assert text in page


def test_what_is_gone_keeps_its_name(browser, claim):
    make_evidence(claim=claim, source=make_source(publisher="Gone Agency")).delete()
    Source.objects.all().delete()
    assert "Gone Agency: Report" in history(browser, claim)


def test_moves_and_editions_are_told(browser):
    edition = make_published()
    workflow.revise(edition.claim, by=make_user(), at=timezone.now())
    submit(edition.claim)
    workflow.send_back(edition.claim, by=browser.user, at=timezone.now(), note="Which day?")
    page = history(browser, edition.claim)
    for text in ("Submit for review", "Publish", "Send back", "Which day?", "Edition 1"):
        assert text in page
    assert reverse("admin:claims_edition_change", args=[edition.pk]) in page


@pytest.mark.parametrize(("query", "is_newest_first"), [("", True), ("?order=oldest", False)])
def test_the_order_can_be_chosen(browser, claim, query, is_newest_first):
    Claim.objects.update(summary_en="Afterwards.")
    page = history(browser, claim, query)
    assert (page.index("Afterwards.") < page.index("created")) is is_newest_first


def test_a_long_history_comes_in_pages(browser, claim):
    for number in range(60):
        Claim.objects.update(summary_en=f"Summary {number}.")
    first, second = history(browser, claim), history(browser, claim, "?p=2")
    assert "Page 1 of 2" in first
    assert (first.count('class="change"'), second.count('class="change"')) == (50, 11)
    assert "created" in second


def test_the_history_asks_the_same_queries_however_long_it_is(browser, claim):
    def live(count):
        for number in range(count):
            with pghistory.context(user=make_user().pk):
                make_quote(claim=claim)
                figure = make_figure(claim=claim, evidence=make_evidence(claim=claim))
                make_relation(claim=claim)
                claim.topics.add(make_topic())
                Claim.objects.filter(pk=claim.pk).update(summary_en=f"Summary {count} {number}.")
                figure.delete()

    live(1)
    short = query_count(browser, history_address(claim))
    live(5)
    assert query_count(browser, history_address(claim)) == short <= 25


def test_the_history_of_a_dropped_claim_can_be_read(browser, claim):
    address = history_address(claim)
    workflow.drop(claim, by=browser.user, at=timezone.now())
    page = text_of(browser.get(address))
    assert "This claim was dropped" in page
    assert "The army fired on the crowd." in page
    assert "bring-back" not in page


@pytest.mark.parametrize("query", ["?p=nonsense", "?p=999", "?order=nonsense"])
def test_a_wrong_page_is_no_fault(browser, claim, query):
    assert "The army fired" in history(browser, claim, query)


def test_words_are_escaped(browser):
    claim = make_claim(statement_en="<script>alert(1)</script> one")
    Claim.objects.update(statement_en="<script>alert(2)</script> two")
    assert "<script>alert" not in history(browser, claim)


# Word by word


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("One two three.", "One 2 three.", ["One ", "-two", "+2", " three."]),
        ("", "New.", ["+New."]),
        ("Old.", "", ["-Old."]),
        ("Draft", "Published", ["-Draft", "+Published"]),
    ],
)
def test_texts_are_compared_word_by_word_and_values_whole(before, after, pieces):
    signs = {"del": "-", "ins": "+", "": ""}
    assert [signs[piece.tag] + piece.text for piece in compared(before, after)] == pieces


def test_very_long_texts_are_told_whole():
    before, after = "one two " * 5000, "two one " * 5000
    assert [piece.tag for piece in compared(before, after)] == ["del", "ins"]


# The way back


def test_the_way_back_first_says_what_would_change(browser, claim):
    address = first_version(claim)
    page = text_of(browser.get(address))
    assert "<ins>The army fired on the crowd.</ins>" in page
    assert "Rewritten." in page
    assert Claim.objects.get().statement_en == "Rewritten."


def test_the_history_leads_there(browser, claim):
    address = first_version(claim)
    assert address in history(browser, claim)


def test_the_latest_version_offers_no_way_back_to_itself(browser, claim):
    assert "bring-back" not in history(browser, claim)


def confirm(browser, address):
    return browser.post(address, fields_of(text_of(browser.get(address))))


def test_an_earlier_version_comes_back(browser, claim):
    response = confirm(browser, first_version(claim))
    assert response["Location"] == change_address(claim)
    assert Claim.objects.get().statement_en == "The army fired on the crowd."
    assert life(claim.pk)[-1].by == browser.user


def test_a_version_comes_back_after_its_evidence_was_deleted(browser, claim):
    evidence = make_evidence(claim=claim, key="court")
    with_evidence = life(claim.pk)[-1]
    evidence.delete()
    assert confirm(browser, back_address(claim, with_evidence)).status_code == 302
    assert claim.evidence.get().key == "court"


def test_what_changed_after_the_page_was_read_is_not_overwritten(browser, claim):
    address = first_version(claim)
    form = fields_of(text_of(browser.get(address)))
    Claim.objects.update(statement_en="Rewritten once more.")
    response = browser.post(address, form)
    assert response.status_code == 409
    assert "someone else has changed the claim meanwhile" in text_of(response)
    assert "Rewritten once more." in text_of(response)
    assert Claim.objects.get().statement_en == "Rewritten once more."


@pytest.mark.parametrize("method", ["get", "post"])
def test_outside_draft_nothing_comes_back(browser, claim, method):
    address = first_version(claim)
    submit(claim)
    response = getattr(browser, method)(address)
    assert response.status_code == 409
    assert "Only a draft can be changed" in text_of(response)
    assert Claim.objects.get().statement_en == "Rewritten."
    assert "bring-back" not in history(browser, claim)


def test_a_forged_version_number_brings_nothing_back(browser, claim):
    response = browser.post(first_version(claim), {"version_seen": "²"})
    assert response.status_code == 409


@pytest.mark.parametrize(
    ("role", "history_status", "back_status"),
    [("Researcher", 200, 200), ("Editor", 200, 200), (None, 403, 403), ("viewer", 200, 403)],
)
def test_who_may_read_the_history_and_who_may_bring_back(claim, role, history_status, back_status):
    browser = browser_of(make_user(role if role != "viewer" else None))
    if role == "viewer":
        browser.user.user_permissions.add(Permission.objects.get(codename="view_claim"))
    address = first_version(claim)
    response = browser.get(history_address(claim))
    assert response.status_code == history_status
    assert browser.get(address).status_code == back_status
    expected = 403 if back_status == 403 else 409
    assert browser.post(address).status_code == expected
    if history_status == 200:
        assert (address in text_of(response)) is (back_status == 200)
