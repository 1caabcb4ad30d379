"""Evidence at speed: an address is pasted, its source recognised or started in the same row."""

import pytest
from django.urls import reverse

from claims.models import Evidence, Source
from tests.admin.pages import change_address, new_row, open_claim, save_claim, text_of
from tests.factories import make_claim, make_evidence, make_source, submit

PAGE = "https://news.example/strike"
ROW = {"stance": "supports", "finding_en": "Shown.", "key": "", "position": 0}


def add_row(browser, claim, number=0, **columns):
    return save_claim(browser, claim, **new_row("evidence", number, **(ROW | columns)))


def test_a_known_address_takes_its_source_in_any_spelling(researcher):
    claim, source = make_claim(), make_source(url=PAGE, publisher="The News")
    pasted = "http://www.news.example/strike/?utm_source=mail#top"
    response = add_row(researcher, claim, address=pasted, new_publisher="Other")
    assert response.status_code == 302
    assert claim.evidence.get().source == source
    assert Source.objects.get().publisher == "The News"


def test_an_unknown_address_starts_a_source_in_place(researcher):
    claim = make_claim()
    typed = {
        "new_publisher": "The News",
        "new_title": "Strike",
        "new_kind": "newspaper",
        "new_language": "kk",
        "new_published": "2022-01",
    }
    assert add_row(researcher, claim, address=PAGE + "?fbclid=1", **typed).status_code == 302
    source = claim.evidence.get().source
    assert source.url == PAGE
    assert typed == {
        f"new_{name.removeprefix('new_')}": getattr(source, name[4:]) for name in typed
    }


def test_an_address_alone_is_enough(researcher):
    claim = make_claim()
    assert add_row(researcher, claim, address=PAGE).status_code == 302
    source = claim.evidence.get().source
    assert (source.publisher, source.kind, source.language) == ("news.example", "other", "en")


def test_two_rows_with_the_same_new_address_share_one_source(researcher):
    claim = make_claim()
    rows = new_row("evidence", 0, **ROW, address=PAGE) | new_row(
        "evidence", 1, **ROW, address=PAGE + "/?gclid=1"
    )
    assert save_claim(researcher, claim, **rows).status_code == 302
    assert claim.evidence.count() == 2
    assert Source.objects.count() == 1


def test_the_source_of_a_saved_row_can_be_replaced_by_an_address(researcher):
    item = make_evidence()
    changes = {"evidence-0-source": "", "evidence-0-address": PAGE}
    assert save_claim(researcher, item.claim, **changes).status_code == 302
    item.refresh_from_db()
    assert item.source.url == PAGE


def test_the_chosen_source_may_stand_beside_its_own_address(researcher):
    claim, source = make_claim(), make_source(url=PAGE)
    assert add_row(researcher, claim, source=source.pk, address=PAGE + "/").status_code == 302
    assert claim.evidence.get().source == source


REFUSED = [
    ({}, "Choose the source, or paste its address."),
    ({"address": "news.example"}, "starting with https://"),
    ({"address": PAGE, "new_published": "soon"}, "This date cannot be read."),
    ({"address": PAGE, "new_language": "x" * 20}, "at most 12 characters"),
    ({"address": PAGE, "stance": ""}, "This field is required."),
]


@pytest.mark.parametrize(("typed", "message"), REFUSED)
def test_a_row_that_cannot_be_saved_says_why_and_starts_nothing(researcher, typed, message):
    claim = make_claim()
    response = add_row(researcher, claim, **typed)
    assert response.status_code == 200
    assert message in text_of(response)
    assert not Source.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("is_known", [True, False])
def test_a_source_and_the_address_of_another_are_refused(researcher, is_known):
    claim, chosen = make_claim(), make_source()
    if is_known:
        make_source(url=PAGE)
    response = add_row(researcher, claim, source=chosen.pk, address=PAGE)
    formset = response.context["inline_admin_formsets"]
    (errors,) = [group.formset.errors[0] for group in formset if group.formset.prefix == "evidence"]
    assert list(errors) == ["address"]
    assert "clear one of the two" in text_of(response)
    assert not Evidence.objects.exists()


def test_a_row_that_is_deleted_starts_no_source(researcher):
    item = make_evidence()
    changes = {
        "evidence-0-source": "",
        "evidence-0-address": PAGE,
        "evidence-0-DELETE": "on",
    }
    assert save_claim(researcher, item.claim, **changes).status_code == 302
    assert not Evidence.objects.exists()
    assert not Source.objects.filter(url=PAGE).exists()


def test_who_may_not_add_sources_is_told_so(researcher):
    researcher.user.groups.get().permissions.get(codename="add_source").delete()
    response = add_row(researcher, make_claim(), address=PAGE)
    assert "you may not add one" in text_of(response)
    assert not Source.objects.exists()


def test_what_was_typed_of_a_new_source_comes_back_with_an_error(researcher):
    response = add_row(researcher, make_claim(), address=PAGE, new_title="Strike", stance="")
    page = text_of(response)
    assert f'value="{PAGE}"' in page
    assert 'value="Strike"' in page


def test_stances_are_radio_buttons_with_a_key_each(researcher):
    page = text_of(researcher.get(change_address(make_evidence().claim)))
    for key in ("S", "C", "X"):
        assert page.count(f'aria-keyshortcuts="{key}"') == 2  # the row, and the empty one
        assert f"<kbd>{key}</kbd>" in page


def test_a_claim_in_review_shows_no_field_for_an_address(researcher):
    claim = submit(make_evidence().claim)
    page = text_of(researcher.get(change_address(claim)))
    assert "data-recognise" not in page
    assert "New source" not in page
    assert str(claim.evidence.get().source) in page


def test_an_unchanged_row_stays_unchanged(researcher):
    item = make_evidence()
    form = open_claim(researcher, item.claim)
    assert form["evidence-0-stance"] == item.stance
    assert form["evidence-0-address"] == ""


# What the form asks while it is filled in


def ask(browser, url):
    return browser.get(reverse("admin:claims_source_at"), {"url": url})


def test_a_known_source_is_named_with_its_uses(researcher):
    source = make_source(url=PAGE, publisher="The News", title="Strike")
    for claim in (make_claim(), make_claim()):
        make_evidence(claim=claim, source=source)
        make_evidence(claim=claim, source=source)
    answer = ask(researcher, "http://news.example/strike?utm_source=x").json()
    assert answer == {
        "outcome": "known",
        "message": "Known: The News: Strike, used in 2 claims.",
        "source": source.pk,
    }


@pytest.mark.parametrize(("url", "outcome"), [(PAGE, "new"), ("news", "wrong"), ("", "wrong")])
def test_what_is_not_known_is_told_apart_from_what_is_no_address(researcher, url, outcome):
    assert ask(researcher, url).json()["outcome"] == outcome


def test_the_answer_is_for_the_desk_and_for_looking_only(researcher, stranger):
    make_source(url=PAGE)
    assert ask(stranger, PAGE).status_code == 403
    assert researcher.post(reverse("admin:claims_source_at"), {"url": PAGE}).status_code == 405
