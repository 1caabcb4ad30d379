"""What is done with several claims at once, and what is refused claim by claim."""

import pytest
from django.utils import timezone

from claims.desk import workflow
from claims.models import Claim, Edition, Status
from tests.admin.pages import fields_of, fresh, list_address, text_of
from tests.factories import (
    make_claim,
    make_claimant,
    make_published,
    make_rated_claim,
    make_rating,
    make_relation,
    make_user,
    submit,
)

LIST = list_address(Claim)


def act(browser, action, *claims, **typed):
    selection = {"action": action, "_selected_action": [claim.pk for claim in claims]}
    return browser.post(LIST, selection | typed, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_submit_takes_what_is_ready_and_names_the_rest(researcher):
    ready, unready = make_claim(), make_claim(is_open=False, statement_en="Not ready.")
    messages = said(act(researcher, "submit_selected", ready, unready))
    assert fresh(ready).status == Status.IN_REVIEW
    assert fresh(unready).status == Status.DRAFT
    assert messages[0].startswith("“Not ready.”: Choose a rating")
    assert messages[1] == "1 claim is submitted."


def test_assign_to_me_works_in_any_status(researcher):
    claims = [make_claim(), submit(make_claim()), make_published().claim]
    act(researcher, "assign_to_me", *claims)
    assert {fresh(claim).assigned_to for claim in claims} == {researcher.user}


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("researcher", {"submit_selected", "assign_to_me"}),
        ("editor", {"submit_selected", "assign_to_me", "publish_selected"}),
        ("stranger", set()),
    ],
)
def test_actions_are_offered_to_those_who_may(request, role, offered):
    browser = request.getfixturevalue(role)
    make_claim()
    response = browser.get(LIST)
    page = text_of(response)
    assert {
        name
        for name in ("submit_selected", "assign_to_me", "publish_selected", "delete_selected")
        if f'<option value="{name}"' in page
    } == offered


def test_a_researcher_cannot_publish_by_posting_the_action(researcher):
    claim = submit(make_claim())
    act(researcher, "publish_selected", claim, **{f"preview-{claim.slug}": "0" * 64})
    assert fresh(claim).status == Status.IN_REVIEW


# Publishing


def reading_page(browser, *claims):
    response = act(browser, "publish_selected", *claims)
    assert response.status_code == 200
    return response


def confirm(browser, page, *claims):
    form = fields_of(text_of(page))
    return browser.post(
        LIST, form | {"_selected_action": [claim.pk for claim in claims]}, follow=True
    )


def test_publishing_shows_what_is_to_be_read_first(editor):
    claim = submit(make_rated_claim("false", statement_en="The army fired."))
    page = text_of(reading_page(editor, claim))
    assert "The army fired." in page
    assert "<strong>False</strong>" in page
    assert not Edition.objects.exists()


def test_what_was_read_is_published_together(editor):
    first, second = make_claim(), make_claim()
    make_relation(claim=first, target=second)
    claims = [submit(first), submit(second)]
    response = confirm(editor, reading_page(editor, *claims), *claims)
    assert said(response) == ["2 claims are published."]
    relations = Edition.objects.get(claim=first).content["content"]["relations"]
    assert [relation["target"] for relation in relations] == [second.slug]


def test_what_cannot_be_published_is_named_one_by_one(editor):
    allowed = submit(make_claim())
    draft = make_claim(statement_en="A draft.")
    half = submit(make_claim(statement_en="In one language.", summary_fr=""))
    own = submit(make_claim(statement_en="My own."), by=editor.user)
    claims = [allowed, own, draft, half]
    page = reading_page(editor, *claims)
    reasons = {str(claim): reason for claim, reason in page.context["refused"]}
    assert reasons["My own."] == ["You submitted this claim: another editor must approve it."]
    assert "is not possible" in reasons["A draft."][0]
    assert reasons["In one language."] == ["Write the summary in both languages."]
    assert said(confirm(editor, page, *claims)) == ["1 claim is published."]
    assert [fresh(claim).status for claim in claims] == [
        Status.PUBLISHED,
        Status.IN_REVIEW,
        Status.DRAFT,
        Status.IN_REVIEW,
    ]


def test_a_changed_rating_is_left_to_the_page_of_its_own(editor):
    claim = make_published().claim
    researcher = make_user()
    workflow.revise(claim, by=researcher, at=timezone.now())
    claim.rating, claim.is_open = make_rating("not_checkable"), False
    claim.save()
    submit(claim, by=researcher)
    page = text_of(reading_page(editor, claim))
    assert "publish it by itself, with a correction note" in page
    assert "Publish these" not in page


def test_a_preview_that_is_no_longer_true_publishes_nothing(editor):
    claimant = make_claimant()
    claims = [submit(make_claim(claimant=claimant)), submit(make_claim())]
    page = reading_page(editor, *claims)
    claimant.name_en = "A corrected name"
    claimant.save()
    response = confirm(editor, page, *claims)
    assert response.status_code == 409
    assert "has changed since you read it" in text_of(response)
    assert not Edition.objects.exists()
    assert said(confirm(editor, response, *claims)) == ["2 claims are published."]
