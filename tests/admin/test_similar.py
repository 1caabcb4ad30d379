"""Claims like the one being written: suggested beside the statement, linked only when ticked."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from claims.models import Claim, Relation
from tests.admin.pages import add_address, change_address, open_form, save_claim, text_of
from tests.factories import (
    make_claim,
    make_claimant,
    make_document,
    make_rated_claim,
    make_relation,
    publish_claim,
    submit,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db
ADDRESS = reverse("admin:claims_claim_similar")


def known():
    return make_rated_claim(
        "false",
        statement_en="Twenty thousand foreign militants attacked Almaty.",
        statement_fr="Vingt mille combattants étrangers ont attaqué Almaty.",
    )


@pytest.mark.parametrize(
    ("language", "statement"),
    [
        ("en", "20,000 militants attacked the city of Almaty."),
        ("fr", "Des combattants étrangers ont attaqué la ville."),
    ],
)
def test_a_claim_like_it_is_suggested_with_its_verdict(researcher, language, statement):
    claim = known()
    html = text_of(researcher.get(ADDRESS, {"statement": statement, "language": language}))
    assert change_address(claim) in html
    assert "False" in html
    assert f'name="repeats" value="{claim.pk}"' in " ".join(html.split())


def test_nothing_alike_is_said_to_be_nothing(researcher):
    known()
    page = researcher.get(ADDRESS, {"statement": "Bread got dearer.", "language": "en"})
    assert "No claim like this one yet." in text_of(page)


def test_it_is_for_those_who_may_see_claims(stranger):
    assert stranger.get(ADDRESS, {"statement": "x"}).status_code == 403
    assert "login" in Client().get(ADDRESS).url


def test_a_suggestion_changes_nothing(researcher):
    assert researcher.post(ADDRESS, {"statement": "x"}).status_code == 405
    claim = known()
    researcher.get(change_address(make_claim(statement_en=claim.statement_en)))
    assert not Relation.objects.exists()


def test_the_form_shows_the_list_without_script(researcher):
    claim = known()
    other = make_claim(statement_en="Foreign militants attacked Almaty, twenty thousand.")
    assert change_address(claim) in text_of(researcher.get(change_address(other)))
    assert 'id="similar-claims"' in text_of(researcher.get(add_address(type(claim))))


def test_what_is_ticked_is_linked_as_a_repeat_once(researcher):
    claim = submit(known())
    other = make_claim(statement_en="Foreign militants attacked Almaty.")
    for _time in range(2):
        save_claim(researcher, other, repeats=[str(claim.pk)])
    relation = Relation.objects.get()
    assert (relation.claim, relation.target, relation.kind) == (other, claim, "repeats")


def test_a_claim_that_is_gone_is_said_not_to_be_linked(researcher):
    claim = make_claim()
    save_claim(researcher, claim, repeats=["999999"])
    assert "does not exist any more" in text_of(researcher.get(change_address(claim)))
    assert not Relation.objects.exists()


# Who may link, and where


def boxes(response):
    return markup(response).find("input", name="repeats")


def test_without_the_right_to_relate_there_is_nothing_to_tick(stranger):
    claim, other = known(), make_claim(statement_en="Foreign militants attacked Almaty.")
    permissions = Permission.objects.filter(codename__in=["view_claim", "change_claim"])
    stranger.user.user_permissions.set(permissions)
    assert change_address(claim) in text_of(stranger.get(change_address(other)))
    assert boxes(stranger.get(change_address(other))) == []
    assert boxes(stranger.get(ADDRESS, {"statement": claim.statement_en})) == []
    save_claim(stranger, other, repeats=[str(claim.pk)])
    assert not Relation.objects.exists()


@pytest.mark.parametrize("status", ["in_review", "published"])
def test_outside_draft_the_list_is_shown_and_nothing_is_linked(editor, status):
    claim = known()
    other = make_claim(statement_en="Foreign militants attacked Almaty.")
    publish_claim(other) if status == "published" else submit(other)
    page = editor.get(change_address(other))
    assert change_address(claim) in text_of(page)
    assert boxes(page) == []
    save_claim(editor, other, repeats=[str(claim.pk)])
    save_claim(editor, other, repeats=[str(claim.pk)], status_seen="draft")
    assert not Relation.objects.exists()


def test_a_new_claim_is_linked_when_it_is_added(researcher):
    claim = known()
    given = {
        "statement_en": "Foreign militants attacked Almaty.",
        "kind": "event",
        "document": make_document().pk,
        "claimant": make_claimant().pk,
        "repeats": [str(claim.pk)],
    }
    form = open_form(researcher, add_address(Claim)) | given
    assert researcher.post(add_address(Claim), form).status_code == 302
    relation = Relation.objects.get()
    assert (relation.claim.statement_en, relation.target) == (given["statement_en"], claim)


def test_who_linked_it_stands_in_the_history(researcher):
    claim, other = known(), make_claim()
    save_claim(researcher, other, repeats=[str(claim.pk)])
    event = Relation.pgh_event_model.objects.latest("pgh_id")
    assert event.pgh_context.metadata["user"] == researcher.user.pk


def test_what_is_linked_is_marked_and_not_offered_again(researcher):
    claim, other = known(), make_claim(statement_en="Foreign militants attacked Almaty.")
    make_relation(claim=claim, target=other)
    for page in (
        researcher.get(change_address(other)),
        researcher.get(ADDRESS, {"statement": claim.statement_en, "claim": other.pk}),
    ):
        assert "Linked already as a repeat" in text_of(page)
        assert boxes(page) == []


# While it is typed


def test_a_form_that_is_refused_keeps_its_ticks_and_asks_for_what_was_typed(researcher):
    ticked, claim = make_claim(statement_en="Coal mines closed."), known()
    other = make_claim(statement_en="Nothing of the kind.", statement_fr="")
    page = save_claim(
        researcher,
        other,
        statement_en="Foreign militants attacked Almaty.",
        position="",
        repeats=[str(ticked.pk), "nonsense"],
    )
    assert page.status_code == 200
    assert {box["value"]: "checked" in box.attributes for box in boxes(page)} == {
        str(ticked.pk): True,
        str(claim.pk): False,
    }


def test_boxes_that_are_ticked_stay_in_the_list(researcher):
    ticked, claim = make_claim(statement_en="Coal mines closed."), known()
    asked = {"statement": "Foreign militants attacked Almaty.", "repeats": str(ticked.pk)}
    assert [box["value"] for box in boxes(researcher.get(ADDRESS, asked))] == [
        str(ticked.pk),
        str(claim.pk),
    ]


def test_both_statements_are_asked_together(researcher):
    english = make_claim(statement_en="Foreign militants attacked.", statement_fr="")
    french = make_claim(statement_en="", statement_fr="La banque a fermé ses portes.")
    asked = {
        "statement": ["The foreign militants.", "La banque est fermée."],
        "language": ["en", "fr"],
    }
    found = {box["value"] for box in boxes(researcher.get(ADDRESS, asked))}
    assert found == {str(english.pk), str(french.pk)}


def test_the_claim_that_is_written_is_not_in_its_own_list(researcher):
    claim = known()
    asked = {"statement": claim.statement_en, "claim": claim.pk}
    assert change_address(claim) not in text_of(researcher.get(ADDRESS, asked))
    assert change_address(claim) in text_of(researcher.get(ADDRESS, asked | {"claim": "x"}))


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"statement": ""},
        {"statement": "a\0b"},
        {"statement": "word " * 1500},
        {"statement": "x", "language": "tlh"},
        {"statement": "x", "claim": "9" * 30, "repeats": ["-1", "9" * 30, "x"]},
        {"language": "en"},
    ],
)
def test_whatever_is_asked_there_is_an_answer(researcher, asked):
    known()
    assert "No claim like this one yet." in text_of(researcher.get(ADDRESS, asked))


def test_the_statements_are_watched_in_their_languages(researcher):
    page = markup(researcher.get(add_address(Claim)))
    watched = page.find("textarea", data_similar_source="")
    assert [(field["name"], field["lang"]) for field in watched] == [
        ("statement_en", "en"),
        ("statement_fr", "fr"),
    ]
    assert page.one(id="similar-claims")["aria-live"] == "polite"
    assert page.one("script", src="/static/claims/similar.js")["type"] == "module"


def test_a_link_says_that_it_opens_a_new_window(researcher):
    claim = known()
    page = markup(researcher.get(ADDRESS, {"statement": claim.statement_en}))
    link = page.one("a", target="_blank")
    assert "(opens in a new window)" in link.text
    assert link["rel"] == "noopener"


def test_where_the_work_stands_is_said_of_each(researcher):
    document = make_document(title_en="The morning interview")
    make_claim(statement_en="Foreign militants attacked Almaty.", document=document, is_open=False)
    page = markup(researcher.get(ADDRESS, {"statement": "Militants attacked Almaty."}))
    assert page.one(class_="similar-facts").text == (
        "No verdict yet · Draft · The morning interview"
    )
