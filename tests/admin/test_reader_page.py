"""The page as readers would get it, before it is published."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from claims.desk import workflow
from claims.models import Edition
from tests.admin.pages import change_address, move_address, text_of
from tests.factories import make_claim, make_rated_claim, make_user, publish, submit

pytestmark = pytest.mark.django_db


def page_of(browser, claim, language="en"):
    address = reverse("admin:claims_claim_page", args=[claim.pk])
    return browser.get(address, {"language": language})


def main_of(html):
    """What stands between the masthead and the footer, but for time and fingerprint."""
    body = html.split("<main", 1)[1].split("</main>")[0]
    body = re.sub(r'datetime="[^"]*"', "", body)
    return body.split("<dt>Published")[0].split("<dt>Publi")[0]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_is_the_page_that_readers_get_once_it_is_published(editor, shared_reader, language):
    claim = submit(make_rated_claim(explanation_en="So.", explanation_fr="Ainsi."))
    with translation.override(language):
        address = claim.get_absolute_url()
    before = main_of(text_of(page_of(editor, claim, language)))
    assert Client().get(address).status_code == 404
    publish(claim)
    assert main_of(text_of(Client().get(address))) == before


def test_it_says_that_it_is_a_preview_and_is_not_indexed(editor):
    html = text_of(page_of(editor, make_claim()))
    assert "Preview: not published" in html
    assert '<meta name="robots" content="noindex">' in html
    assert 'rel="canonical"' not in html


def test_it_shows_the_revision_while_readers_see_what_is_live(editor):
    claim = make_claim()
    publish(submit(claim))
    workflow.revise(claim, by=make_user(), at="2026-11-23T12:00Z")
    type(claim).objects.filter(pk=claim.pk).update(statement_en="Another statement.")
    html = text_of(page_of(editor, claim))
    assert "Another statement." in html
    assert "<dd>2</dd>" in html


def test_nothing_is_written(editor):
    page_of(editor, make_claim())
    assert not Edition.objects.exists()


def test_it_is_for_those_who_may_see_claims(stranger):
    claim = make_claim()
    assert page_of(stranger, claim).status_code == 403
    assert "login" in page_of(Client(), claim).url


def test_another_method_is_refused(editor):
    address = reverse("admin:claims_claim_page", args=[make_claim().pk])
    assert editor.post(address).status_code == 405


def test_form_and_publication_lead_there(editor):
    claim = submit(make_claim())
    for address in (change_address(claim), move_address(claim, "publish")):
        html = text_of(editor.get(address))
        assert f"/admin/claims/claim/{claim.pk}/page/?language=fr" in html
