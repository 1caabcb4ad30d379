"""Sources at the desk: one row per address, where it is used, whether its page is still there."""

import datetime
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.models import Claim, Source
from tests.admin.pages import (
    add_address,
    change_address,
    list_address,
    open_form,
    query_count,
    text_of,
)
from tests.factories import make_claim, make_evidence, make_rated_claim, make_source, submit

PAGE = "https://news.example/strike"
NEW = {"url": PAGE, "kind": "agency", "publisher": "The News", "language": "en"}


def save_source(browser, source, **changes):
    address = change_address(source) if source else add_address(Source)
    return browser.post(address, open_form(browser, address, "source_form") | changes)


@pytest.mark.parametrize("spelling", [PAGE, "http://www.news.example/strike/?utm_source=x#top"])
def test_an_address_that_the_desk_has_is_refused_with_a_link_to_it(researcher, spelling):
    known = make_source(url=PAGE)
    response = save_source(researcher, None, **NEW | {"url": spelling})
    assert response.status_code == 200
    assert f'The desk has this address already: <a href="{change_address(known)}">' in text_of(
        response
    )
    assert Source.objects.count() == 1


def test_a_source_does_not_take_the_address_of_another(researcher):
    make_source(url=PAGE)
    source = make_source()
    response = save_source(researcher, source, url=PAGE + "/")
    assert "The desk has this address already" in text_of(response)
    source.refresh_from_db()
    assert source.url != PAGE + "/"


def test_a_source_takes_another_spelling_of_its_own_address(researcher):
    source = make_source(url="http://news.example/strike")
    assert save_source(researcher, source, url=PAGE).status_code == 302
    source.refresh_from_db()
    assert source.url == PAGE


def test_one_of_two_old_spellings_can_still_be_edited(researcher):
    make_source(url="http://news.example/strike")
    source = make_source(url=PAGE)
    assert save_source(researcher, source, title="Strike").status_code == 302
    source.refresh_from_db()
    assert source.title == "Strike"


def test_a_new_source_is_kept_without_what_follows_the_reader_around(researcher):
    assert (
        save_source(researcher, None, **NEW | {"url": PAGE + "?fbclid=1&id=2"}).status_code == 302
    )
    assert Source.objects.get().url == PAGE + "?id=2"


def listed(browser, **asked):
    response = browser.get(f"{list_address(Source)}?{urlencode(asked)}")
    assert response.status_code == 200
    return set(response.context["cl"].result_list)


@pytest.mark.parametrize(
    "term", [PAGE, "http://www.news.example/strike/?utm_source=x&fbclid=2#top", "news.example/str"]
)
def test_a_pasted_address_finds_its_source(researcher, term):
    source = make_source(url=PAGE)
    make_source()
    assert listed(researcher, q=term) == {source}
    asked = {"app_label": "claims", "model_name": "evidence", "field_name": "source", "term": term}
    found = researcher.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert [result["id"] for result in found] == [str(source.pk)]


def test_the_beginning_of_an_address_is_looked_for_as_words_are(researcher):
    source = make_source(url=PAGE)
    assert listed(researcher, q="https://news.example/") == {source}


def test_sources_to_look_after_are_filtered(researcher):
    today = timezone.localdate()
    fine = make_source(archived_url="https://archive.example/1", retrieved_on=today)
    make_evidence(source=fine)
    bare = make_source(retrieved_on=today)
    copy = "https://archive.example/2"
    old = make_source(archived_url=copy, retrieved_on=today - datetime.timedelta(days=400))
    never = make_source(archived_url=copy, retrieved_on=None)
    assert listed(researcher, upkeep="no_copy") == {bare}
    assert listed(researcher, upkeep="not_read") == {old, never}
    assert listed(researcher, upkeep="not_used") == {bare, old, never}
    assert listed(researcher) == {fine, bare, old, never}


def test_sources_are_marked_as_read_today(researcher):
    chosen = [make_source(retrieved_on=None), make_source()]
    other = make_source(retrieved_on=None)
    selection = {"action": "mark_as_read", "_selected_action": [row.pk for row in chosen]}
    response = researcher.post(list_address(Source), selection, follow=True)
    assert "2 sources are marked as read today." in text_of(response)
    today = timezone.localdate()
    assert {row.retrieved_on for row in Source.objects.exclude(pk=other.pk)} == {today}
    event = Source.pgh_event_model.objects.latest("pgh_id")
    assert event.pgh_context.metadata["user"] == researcher.user.pk
    other.refresh_from_db()
    assert other.retrieved_on is None


def test_who_may_not_change_sources_is_not_offered_to_mark_them(researcher):
    make_source()
    researcher.user.groups.get().permissions.get(codename="change_source").delete()
    assert "mark_as_read" not in text_of(researcher.get(list_address(Source)))


def test_the_uses_of_a_source_say_how_each_claim_stands(researcher):
    source = make_source()
    rated = make_rated_claim()
    make_evidence(source=source, claim=rated, key="decree", stance="supports")
    submit(rated)
    make_evidence(source=source, claim=make_claim(), key="law", stance="context")
    page = text_of(researcher.get(change_address(source)))
    assert "(In review, False, Supports, decree)" in page
    assert "(Draft, Open, Context, law)" in page


def test_a_source_of_many_claims_lists_fifty_and_links_to_all(researcher):
    source = make_source()
    for _number in range(51):
        make_evidence(source=source)
    make_claim()
    page = text_of(researcher.get(change_address(source)))
    address = f"{list_address(Claim)}?source={source.pk}"
    assert page.count("Contradicts, events-") == 50
    assert f'<a href="{address}">All claims that use it</a>' in page
    assert researcher.get(address).context["cl"].result_count == 51


def test_the_form_asks_the_same_for_one_use_and_for_many(researcher):
    one, many = make_source(), make_source()
    make_evidence(source=one)
    for _number in range(10):
        make_evidence(source=many, claim=make_rated_claim())
    assert query_count(researcher, change_address(one)) == query_count(
        researcher, change_address(many)
    )


def test_claims_are_not_filtered_by_nonsense(researcher):
    assert researcher.get(f"{list_address(Claim)}?source=nonsense").status_code == 302
