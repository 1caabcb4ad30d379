"""How the desk works."""

import pytest

from tests.factories import make_rating
from tests.markup import markup


def test_the_scale_is_explained_with_its_claimreview_numbers(client, db):
    make_rating("true")
    make_rating("unproven")
    page = markup(client.get("/en/method/"))
    assert [header.text for header in page.find("dt")] == ["True", "Unproven", "Open"]
    assert "What true means." in page.one("dl").text
    assert [note.text for note in page.find("dd", class_="help")] == ["ClaimReview number 5"]


@pytest.mark.parametrize(
    ("contact", "address"),
    [("desk@example.org", "mailto:desk@example.org"), ("+33 1 23 45", None)],
)
def test_who_publishes_and_how_to_reach_them(client, db, settings, contact, address):
    settings.FACTCHECK = settings.FACTCHECK | {
        "contact": contact,
        "organisation": "The desk & co",
        "licence": "A licence",
        "licence_url": "https://licence.example/",
    }
    page = markup(client.get("/en/method/"))
    text = page.one("main").text
    assert contact in text
    assert "The desk & co" in text
    assert bool(page.find("a", href=address)) == bool(address)
    assert page.find("a", href="https://licence.example/")[0].text == "A licence"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_corrections_policy_is_that_of_the_language(client, db, settings, language):
    page = markup(client.get(f"/{language}/method/"))
    policy = settings.FACTCHECK[f"corrections_policy_{language}"]
    assert policy in page.one("section", id="corrections").text
