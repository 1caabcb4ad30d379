"""The list of claims: what it shows, finds and filters, and the shortcuts above it."""

import pytest

from claims.admin.claim import ClaimAdmin
from claims.models import Claim, Priority
from tests.admin.pages import list_address, query_count, text_of
from tests.factories import (
    make_claim,
    make_evidence,
    make_published,
    make_quote,
    make_rated_claim,
    make_rating,
    make_section,
    make_topic,
    make_user,
    submit,
)
from tests.markup import markup

LIST = list_address(Claim)


def shown(browser, **query):
    response = browser.get(LIST, query)
    assert response.status_code == 200, response.get("Location")
    return list(response.context["cl"].result_list)


def test_a_row_says_status_rating_section_claimant_evidence_and_age(editor):
    section = make_section(number=3, heading_en="And now?")
    claim = make_rated_claim("half_true", section=section, assigned_to=editor.user)
    make_evidence(claim=claim)
    page = text_of(editor.get(LIST))
    for text in ("Draft", "Half true", "3. And now?", claim.claimant.name_en, ">2<", "minutes"):
        assert text in page
    assert f">{editor.user.username}<" in page


def test_an_open_claim_says_so_where_the_rating_stands(editor):
    make_claim(is_open=True)
    assert '<td class="field-verdict">Open</td>' in text_of(editor.get(LIST))


@pytest.mark.parametrize("words", ["bread queue", "file d’attente", "bread-slug", "sold out"])
def test_the_search_reads_statements_slug_and_quotes(editor, words):
    claim = make_claim(
        slug="bread-slug", statement_en="A bread queue.", statement_fr="Une file d’attente."
    )
    make_quote(claim=claim, exact="everything was sold out")
    make_claim()
    assert shown(editor, q=words) == [claim]


def test_my_drafts_are_the_drafts_assigned_to_me(researcher):
    mine = make_claim(assigned_to=researcher.user)
    make_claim()
    submit(make_claim(assigned_to=researcher.user))
    assert shown(researcher, **shortcut(researcher, "My drafts")) == [mine]


def test_waiting_for_review_never_shows_what_i_submitted(editor):
    waiting = submit(make_claim())
    submit(make_claim(), by=editor.user)
    make_claim()
    assert shown(editor, **shortcut(editor, "Waiting for my review")) == [waiting]


def test_open_claims_have_a_shortcut_and_the_current_one_is_marked(editor):
    claim = make_claim(is_open=True)
    make_rated_claim()
    query = shortcut(editor, "Open claims")
    assert shown(editor, **query) == [claim]
    assert text_of(editor.get(LIST, query)).count('aria-current="page">Open claims') == 1


def shortcut(browser, label):
    page = browser.get(LIST)
    found = next(item for item in page.context["shortcuts"] if str(item["label"]) == label)
    query = found["address"].partition("?")[2]
    return dict(pair.split("=") for pair in query.split("&"))


def filtered_claims():
    """Two claims that differ in everything, and for each filter the query that finds the first."""
    rating, topic, section = make_rating("true"), make_topic(), make_section()
    first = make_claim(
        rating=rating,
        topics=[topic],
        section=section,
        kind="quantity",
        priority=Priority.HIGH,
        assigned_to=make_user(),
    )
    submit(make_claim(), by=make_user())
    return first, {
        "status__exact": "draft",
        "rating": str(rating.pk),
        "document__id__exact": str(first.document_id),
        "section": str(section.pk),
        "kind__exact": "quantity",
        "topics__id__exact": str(topic.pk),
        "claimant__id__exact": str(first.claimant_id),
        "assigned": "someone",
        "priority__exact": "1",
    }


FILTERS = [
    "status__exact",
    "rating",
    "document__id__exact",
    "section",
    "kind__exact",
    "topics__id__exact",
    "claimant__id__exact",
    "assigned",
    "priority__exact",
]


@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_finds_its_claims(editor, name):
    first, queries = filtered_claims()
    assert shown(editor, **{name: queries[name]}) == [first]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({"rating": "open"}, 0),
        ({"rating": "none"}, 1),
        ({"assigned": "me"}, 0),
        ({"assigned": "nobody"}, 1),
        ({"submitted": "me"}, 2),
    ],
)
def test_filters_know_what_a_column_alone_does_not_say(editor, query, index):
    claims = [
        make_claim(is_open=True, assigned_to=editor.user),
        make_claim(is_open=False),
        submit(make_claim(rating=make_rating("not_checkable"), assigned_to=make_user())),
    ]
    if "submitted" in query:
        claims[2] = submit(make_claim(), by=editor.user)
    assert shown(editor, **query) == [claims[index]]


def test_sections_are_offered_for_the_chosen_document(editor):
    section = make_section(heading_en="The first question")
    make_claim(section=section)
    other = make_section(heading_en="Of another document")
    page = text_of(editor.get(LIST, {"document__id__exact": section.document_id}))
    assert "The first question" in page
    assert other.heading_en not in page


@pytest.mark.parametrize("name", ["rating", "section"])
def test_a_filter_that_makes_no_sense_does_not_break_the_list(editor, name):
    make_section()
    response = editor.get(LIST, {name: "nonsense"}, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain == [(f"{LIST}?e=1", 302)]


def test_filters_show_their_counts_when_asked(editor):
    make_claim(is_open=True)
    make_rated_claim()
    page = text_of(editor.get(LIST, {"_facets": "True", "rating": "open"}))
    assert "Open (1)" in page
    assert "No verdict yet (0)" in page


def test_counting_costs_one_query_a_filter(editor):
    for _count in range(10):
        make_full_row()
    counted = query_count(editor, LIST + "?_facets=True") - query_count(editor, LIST)
    assert counted <= len(ClaimAdmin.list_filter)


def test_the_list_asks_the_same_for_one_full_row_and_for_ten(editor):
    make_full_row()
    one = query_count(editor, LIST)
    for _count in range(9):
        make_full_row()
    assert query_count(editor, LIST) == one <= 10


def make_full_row():
    claim = make_rated_claim(section=make_section(), topics=[make_topic()], assigned_to=make_user())
    make_published(section=make_section())
    return submit(claim)


@pytest.mark.parametrize("chosen", [False, True])
def test_a_field_of_a_filter_is_in_the_language_of_the_page(editor, chosen):
    topic = make_topic(label_en="Strikes", label_fr="Grèves")
    make_claim(topics=[topic])
    query = {"topics__id__exact": topic.pk} if chosen else {}
    for _again in range(2):
        for language, label in (("en", "Topic"), ("fr", "Thème")):
            response = editor.get(LIST, query, headers={"Accept-Language": language})
            page = markup(response)
            [field] = [
                one for one in page.find("select") if one["id"] == "filter_topics__id__exact"
            ]
            assert field["lang"] == language
            labels = {one["for"]: one.text for one in page.find("label")}
            assert labels[field["id"]] == label
            name = topic.label_fr if language == "fr" else topic.label_en
            assert (name in field.text) == chosen
