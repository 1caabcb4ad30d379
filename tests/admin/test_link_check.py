"""What a source's list and form say of its link."""

import pytest
from django.conf import settings

from claims.models import LinkState, Source
from tests.admin.pages import (
    add_address,
    change_address,
    list_address,
    open_form,
    query_count,
    text_of,
)
from tests.factories import make_link_check, make_source

LIST = list_address(Source)


def listed(browser, **asked):
    response = browser.get(LIST, asked)
    assert response.status_code == 200
    return set(response.context["cl"].result_list)


def test_the_list_says_how_each_link_stands_and_since_when_that_is_known(researcher):
    make_link_check(make_source(), "broken", checked_at="2026-11-23T12:00Z")
    make_source()
    page = text_of(researcher.get(LIST))
    assert '<td class="field-link">Broken<br><small>Nov. 23, 2026</small></td>' in page
    assert '<td class="field-link">–</td>' in page


@pytest.mark.parametrize("state", LinkState.values)
def test_sources_are_filtered_by_their_link(researcher, state):
    checks = {name: make_link_check(make_source(), name) for name in LinkState.values}
    make_source()
    assert listed(researcher, link=state) == {checks[state].source}


def test_sources_that_nobody_checked_are_found(researcher):
    make_link_check(make_source(), "ok")
    source = make_source()
    assert listed(researcher, link="unchecked") == {source}


def test_the_form_says_all_that_is_known(researcher):
    source = make_source()
    dates = {"checked_at": "2026-11-23T12:00Z", "failing_since": "2026-11-02T12:00Z"}
    make_link_check(source, "broken", **dates)
    page = text_of(researcher.get(change_address(source)))
    for said in (
        "Broken (404). The site has no such page any more.",
        "Checked on Nov. 23, 2026.",
        "Failing since Nov. 2, 2026.",
    ):
        assert f"<div>{said}</div>" in page


def test_the_form_leads_to_where_a_page_has_moved(researcher):
    source = make_source()
    make_link_check(source, "moved", moved_to="https://new.example/?a=1&b=<b>")
    page = text_of(researcher.get(change_address(source)))
    assert '<a href="https://new.example/?a=1&amp;b=&lt;b&gt;" rel="noreferrer">' in page
    assert "Failing since" not in page


def test_a_link_that_nobody_checked_says_so(researcher):
    page = text_of(researcher.get(change_address(make_source())))
    assert "Not checked yet: “manage.py checklinks” does it." in page


def test_a_new_source_has_no_link_yet(researcher):
    assert "checklinks" not in text_of(researcher.get(add_address(Source)))


def test_saving_a_source_leaves_what_is_known_alone(researcher):
    source = make_source()
    check = make_link_check(source, "broken")
    address = change_address(source)
    typed = open_form(researcher, address, "source_form") | {"link_found": "ok", "title": "New"}
    assert researcher.post(address, typed).status_code == 302
    check.refresh_from_db()
    assert check.state == "broken"


def test_the_list_asks_the_same_for_one_check_and_for_ten(researcher):
    make_link_check(make_source(), "broken")
    one = query_count(researcher, LIST)
    for _count in range(9):
        make_link_check(make_source(), "moved")
    assert query_count(researcher, LIST) == one <= 10


def test_a_source_with_a_check_is_deleted_with_it(editor):
    source = make_source()
    make_link_check(source)
    address = change_address(source).replace("change", "delete")
    assert editor.post(address, {"post": "yes"}).status_code == 302
    assert not Source.objects.exists()


def test_the_desk_reads_it_in_french(researcher):
    make_link_check(make_source(), "broken")
    researcher.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    assert researcher.get(LIST).status_code == 200
