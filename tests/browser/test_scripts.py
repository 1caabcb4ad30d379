"""Texts that would run a script in a page: a few of them, and pages that are not careful."""

import random

import pytest

from bench.attacks.payloads import payloads
from bench.attacks.scripts import attack, doors
from bench.attacks.sown import sow
from bench.attacks.window import Findings, Window
from claims.templatetags import explanations, markup
from tests.factories import make_user


@pytest.fixture
def given():
    others = random.Random(3).sample(payloads(), 10)
    return ["<img src=x onerror=xss(0)>", "</script><script>xss(1)</script>", *others]


@pytest.fixture
def site(live_server, settings):
    settings.FACTCHECK = settings.FACTCHECK | {"base_url": live_server.url}
    return live_server.url


@pytest.fixture
def world(site, given):
    return sow(given, packed=4, drafts=2)[0]


def test_every_payload_is_another_one():
    found = payloads()
    assert len(set(found)) == len(found) > 200
    assert sum("xss(" in text for text in found) > 200


def test_nothing_of_a_payload_runs_loads_or_leads_astray(chromium, site, world, given):
    findings = attack(chromium, site, world, given, random.Random(4), share=0.12)
    assert findings.faults == []
    assert findings.pages > 40


def test_names_and_addresses_are_refused_at_the_door():
    given = [text for text in payloads() if ":" in text.partition("xss")[0]]
    refused, faults = doors(given, make_user(None, is_superuser=True))
    assert faults == []
    assert refused == 3 * len(given) > 300


def look(chromium, site, address, *, ignores):
    findings = Findings()
    window = Window(chromium, site, findings, ignores=ignores)
    window.open(address)
    window.page.wait_for_timeout(300)
    window.context.close()
    return findings


@pytest.fixture
def careless(monkeypatch):
    """Explanations as they were written."""

    class Raw:
        def render(self, text, _numbers):
            return text

    monkeypatch.setattr(explanations, "_markdown", Raw())
    monkeypatch.setattr(explanations.nh3, "clean", lambda html, **_rules: html)


def test_the_attack_finds_what_runs(chromium, site, world, careless):
    """A test that cannot fail says nothing."""
    findings = look(chromium, site, f"/en/claims/{world.claims[0].slug}/", ignores=True)
    assert findings.fired
    assert any("handler: <img" in fault for fault in findings.faults)


def test_the_attack_finds_what_only_the_policy_keeps_from_running(chromium, site, world, careless):
    findings = look(chromium, site, f"/en/claims/{world.claims[0].slug}/", ignores=False)
    assert not findings.fired
    assert findings.blocked


def test_the_attack_finds_data_that_a_text_breaks_out_of(chromium, site, world, monkeypatch):
    monkeypatch.setattr(markup, "ESCAPES", {})
    found = [look(chromium, site, f"/en/claims/{claim.slug}/", ignores=True) for claim in
             world.claims]  # fmt: skip
    assert any("JSON" in fault or "script" in fault for one in found for fault in one.faults)
