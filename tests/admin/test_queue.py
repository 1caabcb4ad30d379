"""The first page of the desk: what waits, counted and linked, above all tables."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.desk import workflow
from claims.desk.queues import QUEUES
from claims.models import Claim
from tests.admin.pages import list_address, query_count, text_of
from tests.factories import (
    make_claim,
    make_editor,
    make_link_check,
    make_published,
    make_quote,
    make_rated_claim,
    make_topic,
    make_user,
    submit,
)

INDEX = reverse("admin:index")
LIST = list_address(Claim)


def section_of(browser, name):
    """The text of one queue on the first page."""
    page = text_of(browser.get(INDEX))
    found = re.search(
        rf'<section class="queue" aria-labelledby="queue-{name}">.*?</section>', page, re.S
    )
    return found and found[0]


def shown(browser, address):
    return list(browser.get(address).context["cl"].result_list)


def test_a_row_says_statement_age_rating_and_document(researcher):
    claim = make_rated_claim("half_true", assigned_to=researcher.user, statement_en="They fired.")
    section = section_of(researcher, "my-drafts")
    for text in ("They fired.", "minutes", "Half true", claim.document.title_en):
        assert text in section
    assert (
        f"{reverse('admin:claims_claim_change', args=[claim.pk])}?_changelist_filters=" in section
    )


def test_a_queue_shows_five_rows_and_counts_all(researcher):
    for _count in range(7):
        make_claim(assigned_to=researcher.user)
    section = section_of(researcher, "my-drafts")
    assert section.count("<li>") == 5
    assert '<span class="queue-count">7</span>' in section


def test_a_long_queue_says_that_it_was_not_counted_to_its_end(researcher, monkeypatch):
    monkeypatch.setattr("claims.desk.queues.COUNT_LIMIT", 2)
    for _count in range(4):
        make_claim(assigned_to=researcher.user)
    assert '<span class="queue-count">2+</span>' in section_of(researcher, "my-drafts")


def test_an_empty_queue_says_so_in_a_word(researcher):
    assert "Nothing." in section_of(researcher, "my-drafts")


def test_a_queue_that_one_may_do_nothing_with_is_not_shown(researcher, stranger):
    assert section_of(researcher, "waiting") is None
    page = text_of(stranger.get(INDEX))
    assert "queue-" not in page
    assert "All tables" not in page


def test_all_tables_and_the_recent_actions_stay_in_reach(editor):
    page = text_of(editor.get(INDEX))
    assert page.index("queue-waiting") < page.index("All tables") < page.index(LIST + '"')
    assert "Recent actions" in page


def fill(me):
    """Something for each queue."""
    topic = make_topic()
    make_claim(assigned_to=me)
    sent_back = submit(make_claim(assigned_to=me), by=me)
    workflow.send_back(sent_back, by=make_editor(), at=timezone.now(), note="Look again.")
    submit(make_claim(assigned_to=me))
    submit(make_claim(), by=me)
    workflow.revise(make_published().claim, by=make_user(), at=timezone.now())
    make_published(topics=[topic])
    topic.label_en += ", renamed"
    topic.save()
    make_quote(claim=make_claim(), state="broken")
    make_link_check(make_rated_claim().evidence.get().source, "broken")


def test_each_queue_leads_to_the_list_of_all_its_claims_in_its_order(editor):
    fill(editor.user)
    page = editor.get(INDEX)
    for item in page.context["desk"]:
        rows = item["waiting"].rows
        assert rows, item["waiting"].queue.name
        assert shown(editor, item["address"])[: len(rows)] == rows
        assert item["address"] == f"{LIST}?queue={item['waiting'].queue.name}"


@pytest.mark.parametrize("name", [queue.name for queue in QUEUES])
def test_the_shortcuts_above_the_list_are_the_queues(editor, name):
    fill(editor.user)
    response = editor.get(LIST, {"queue": name})
    current = [item for item in response.context["shortcuts"] if item["is_current"]]
    assert [item["address"] for item in current] == [f"{LIST}?queue={name}"]
    assert response.context["cl"].result_list


def test_a_queue_can_be_filtered_further(editor):
    make_claim(assigned_to=editor.user)
    urgent = make_claim(assigned_to=editor.user, priority=1)
    assert shown(editor, f"{LIST}?queue=my-drafts&priority__exact=1") == [urgent]


@pytest.mark.parametrize("name", ["nonsense", "waiting"])
def test_a_queue_that_one_does_not_have_does_not_break_the_list(researcher, name):
    response = researcher.get(LIST, {"queue": name}, follow=True)
    assert response.redirect_chain == [(f"{LIST}?e=1", 302)]


def test_the_first_page_asks_the_same_for_few_rows_and_for_many(editor):
    fill(editor.user)
    few = query_count(editor, INDEX)
    for _count in range(6):
        fill(editor.user)
    assert query_count(editor, INDEX) == few <= 35


def test_the_page_of_the_tables_alone_has_no_queues(editor):
    response = editor.get(reverse("admin:app_list", args=["claims"]))
    assert response.status_code == 200
    assert "queue-" not in text_of(response)


def test_every_page_has_the_icon(editor):
    assert 'rel="icon"' in text_of(editor.get(INDEX))
    assert 'rel="icon"' in text_of(editor.get(LIST))
