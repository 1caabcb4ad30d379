"""Claims like the one being written: suggested beside the statement, linked only when ticked."""

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Relation
from tests.admin.pages import add_address, change_address, save_claim, text_of
from tests.factories import make_claim, make_rated_claim, submit

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
