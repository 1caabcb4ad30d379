"""From claim to claim of a list: save and go on, in the list's own order, to its end."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.admin import claim_next
from claims.models import Claim
from tests.admin.pages import change_address, fresh, list_address, open_form, query_count, text_of
from tests.factories import make_claim, make_document, make_published, make_user, submit

LIST = list_address(Claim)
END = "That was the last claim of the list."


def address(claim, filters=""):
    return change_address(claim) + kept(filters)


def kept(filters):
    return f"?{urlencode({'_changelist_filters': filters})}" if filters else ""


def save_and_next(browser, claim, filters="", **changes):
    form = open_form(browser, address(claim, filters))
    return browser.post(address(claim, filters), form | changes | {"_next": "Save and next"})


def follow(browser, claim, filters=""):
    return browser.get(reverse("admin:claims_claim_next", args=[claim.pk]) + kept(filters))


def document_of(number, **columns):
    """So many claims of one document, made against their reading order."""
    document = make_document()
    claims = [
        make_claim(document=document, position=position, **columns)
        for position in range(number, 0, -1)
    ]
    return claims[::-1]


def test_saving_goes_on_to_the_next_claim_in_reading_order(researcher):
    first, second, _third = document_of(3)
    response = save_and_next(researcher, first, statement_en="Reworded.")
    assert response["Location"] == address(second)
    assert fresh(first).statement_en == "Reworded."


def test_after_the_last_claim_of_a_document_comes_the_next_document(researcher):
    claims = document_of(2)
    other = make_claim(document=make_document(slug="z-last"), position=1)
    assert follow(researcher, claims[-1])["Location"] == address(other)


def test_at_the_end_the_list_comes_back_with_a_word(researcher):
    claim = document_of(2)[-1]
    response = follow(researcher, claim, "kind__exact=event")
    assert response["Location"] == f"{LIST}?kind__exact=event"
    assert END in text_of(researcher.get(LIST))


def test_the_next_claim_is_the_next_one_of_the_filtered_list(researcher):
    first, _second, third = document_of(3)
    Claim.objects.filter(pk__in=[first.pk, third.pk]).update(priority=1)
    response = save_and_next(researcher, first, "priority__exact=1")
    assert response["Location"] == address(third, "priority__exact=1")


def test_the_next_claim_stands_where_the_list_was_sorted(researcher):
    first, second, third = document_of(3)
    filters = "o=-1"
    assert follow(researcher, third, filters)["Location"] == address(second, filters)
    assert follow(researcher, second, filters)["Location"] == address(first, filters)


def test_a_queue_is_gone_through_from_the_oldest(researcher):
    claims = [make_claim(assigned_to=researcher.user) for _count in range(3)]
    filters = "queue=my-drafts"
    response = save_and_next(researcher, claims[0], filters)
    assert response["Location"] == address(claims[1], filters)


def test_a_claim_that_leaves_the_list_as_it_is_saved_is_followed_by_the_one_behind_it(researcher):
    claims = [make_claim(assigned_to=researcher.user) for _count in range(3)]
    filters = "queue=my-drafts"
    response = save_and_next(researcher, claims[1], filters, assigned_to="")
    assert fresh(claims[1]).assigned_to is None
    assert response["Location"] == address(claims[2], filters)


def test_a_claim_that_is_sorted_elsewhere_by_the_save_is_followed_by_the_one_behind_it(researcher):
    first, second, third = document_of(3)
    response = save_and_next(researcher, first, position=9)
    assert fresh(first).position == 9
    assert response["Location"] == address(second)
    assert third.position == 3


def test_a_claim_that_has_left_a_queue_is_followed_by_the_first_one(researcher):
    claims = [make_claim(assigned_to=researcher.user) for _count in range(2)]
    Claim.objects.filter(pk=claims[0].pk).update(assigned_to=make_user())
    filters = "queue=my-drafts"
    assert follow(researcher, claims[0], filters)["Location"] == address(claims[1], filters)


def test_a_claim_that_has_left_a_list_in_reading_order_is_followed_by_the_one_behind_it(researcher):
    claims = document_of(3, assigned_to=researcher.user)
    Claim.objects.filter(pk=claims[1].pk).update(assigned_to=None)
    filters = "assigned=me"
    assert follow(researcher, claims[1], filters)["Location"] == address(claims[2], filters)


def test_beyond_what_is_searched_the_list_begins_again(researcher, monkeypatch):
    monkeypatch.setattr(claim_next, "SEARCHED", 2)
    claims = [make_claim(assigned_to=researcher.user) for _count in range(4)]
    filters = "queue=my-drafts"
    assert follow(researcher, claims[0], filters)["Location"] == address(claims[1], filters)
    assert follow(researcher, claims[3], filters)["Location"] == address(claims[0], filters)


def test_what_is_refused_stays_on_its_page(researcher):
    first, _second = document_of(2)
    response = save_and_next(researcher, first, statement_en="", statement_fr="")
    assert response.status_code == 200
    assert 'class="errornote"' in text_of(response)


def test_the_link_needs_no_permission_to_change_and_leads_on_from_published_claims(researcher):
    published = make_published().claim
    page = text_of(researcher.get(address(published, "queue=open")))
    assert f'href="{reverse("admin:claims_claim_next", args=[published.pk])}?_changelist' in page


def test_the_link_is_for_those_who_may_look(stranger):
    assert follow(stranger, make_claim()).status_code == 403


def test_a_new_claim_has_no_next_one(researcher):
    page = text_of(researcher.get(reverse("admin:claims_claim_add")))
    assert "_next" not in page


@pytest.mark.parametrize("filters", ["queue=nonsense", "rating=nonsense", "id__nonsense=1", "p=x"])
def test_a_list_that_makes_no_sense_is_no_fault(researcher, filters):
    first, second = document_of(2)
    response = follow(researcher, first, filters)
    assert response.status_code == 302
    assert second.pk != first.pk


def test_the_buttons_stand_in_the_order_of_the_work(researcher):
    page = text_of(researcher.get(change_address(make_claim())))
    row = page[page.index('class="submit-row"') :]
    order = ['name="_save"', 'name="_next"', 'name="_continue"', ">Next<"]
    assert sorted(order, key=row.index) == order
    assert 'accesskey="s"' in row
    assert 'accesskey="n"' in row
    assert "tabindex" not in row


@pytest.mark.parametrize("filters", ["", "queue=my-drafts", "o=3&q=statement"])
def test_going_on_takes_the_same_number_of_queries_in_a_long_list(researcher, filters):
    first = document_of(2, assigned_to=researcher.user)[0]
    short = followed_in(researcher, first, filters)
    document_of(8, assigned_to=researcher.user)
    submit(make_claim())
    assert followed_in(researcher, first, filters) == short <= 10


def followed_in(browser, claim, filters):
    where = reverse("admin:claims_claim_next", args=[claim.pk]) + kept(filters)
    browser.get(where)
    with CaptureQueriesContext(connection) as captured:
        browser.get(where)
    # A session is written, in a savepoint of its own, when there is something to tell.
    of_sessions = ("django_session", "SAVEPOINT")
    asked = [query["sql"] for query in captured]
    return len([sql for sql in asked if not any(word in sql for word in of_sessions)]) - 3


def test_the_buttons_cost_the_page_no_query(researcher):
    claim = make_claim()
    assert query_count(researcher, change_address(claim)) == query_count(
        researcher, address(claim, "queue=my-drafts")
    )
