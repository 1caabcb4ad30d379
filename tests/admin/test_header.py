"""What stands above every page: whose desk it is, in which language, under which policy."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim
from tests.admin.pages import change_address, list_address, move_address, text_of
from tests.factories import make_claim, make_rated_claim, submit


def test_the_language_is_switched_by_a_button_and_kept(editor):
    address = list_address(Claim) + "?rating=open"
    page = text_of(editor.get(address))
    assert f'<input type="hidden" name="next" value="{address}">' in page
    response = editor.post(
        reverse("set_language"), {"next": address, "language": "fr"}, follow=True
    )
    assert response.redirect_chain == [(address, 302)]
    assert '<html lang="fr"' in text_of(response)


def test_the_language_can_be_switched_before_the_login(db):
    page = text_of(Client().get(reverse("admin:login")))
    assert 'class="language-form"' in page


@pytest.mark.parametrize("name", ["list", "draft", "review", "publish", "withdraw", "index"])
def test_no_page_needs_a_script_or_a_style_in_its_text(chief_editor, name):
    claim = submit(make_rated_claim())
    address = {
        "list": list_address(Claim),
        "draft": change_address(make_claim()),
        "review": change_address(claim),
        "publish": move_address(claim, "publish"),
        "withdraw": move_address(claim, "withdraw"),
        "index": reverse("admin:index"),
    }[name]
    response = chief_editor.get(address)
    page = text_of(response)
    assert "'unsafe" not in response["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    assert "'self'" not in script_policy(response)


def script_policy(response):
    directives = response["Content-Security-Policy"].split("; ")
    return next(directive for directive in directives if directive.startswith("script-src "))


def test_every_script_of_a_page_carries_the_nonce_of_its_answer(chief_editor):
    nonces = set()
    for address in (change_address(make_claim()), reverse("admin:index"), reverse("admin:index")):
        response = chief_editor.get(address)
        [nonce] = re.findall(r"'nonce-([^']+)'", script_policy(response))
        scripts = re.findall(r"<script[^>]*>", text_of(response))
        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts)
        nonces.add(nonce)
    assert len(nonces) == 3


@pytest.mark.parametrize("is_demo", [True, False])
def test_a_demonstration_says_so_on_every_page(editor, settings, is_demo):
    settings.FACTCHECK = settings.FACTCHECK | {"demo": is_demo}
    for address in (reverse("admin:index"), list_address(Claim), reverse("admin:login")):
        page = text_of(editor.get(address, follow=True))
        assert ("no editor has approved these verdicts" in page) is is_demo
