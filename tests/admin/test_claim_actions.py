"""What is done with several claims at once, and what is refused claim by claim."""

import json

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from claims.admin import claim_selection
from claims.desk import workflow
from claims.models import Claim, Edition, Status
from tests.admin.pages import (
    change_address,
    fields_of,
    fresh,
    list_address,
    open_claim,
    save_claim,
    text_of,
)
from tests.factories import (
    make_claim,
    make_claimant,
    make_published,
    make_rated_claim,
    make_rating,
    make_relation,
    make_topic,
    make_user,
    submit,
)

LIST = list_address(Claim)


def see(browser, query=""):
    """What the list's form would send: the action bar, and the version of each row."""
    return fields_of(text_of(browser.get(LIST + query)), "changelist-form")


def act(browser, action, *claims, seen=None, query="", **typed):
    """Tick the claims in the list as it was ``seen``, or as it is now, and run the action."""
    selection = {"action": action, "index": 0, "_selected_action": [claim.pk for claim in claims]}
    given = see(browser, query) if seen is None else seen
    return browser.post(LIST + query, given | selection | typed, follow=True)


def answer(browser, page, *claims, **typed):
    """Fill in the page that an action asks on, with these claims ticked."""
    ticked = {"_selected_action": [claim.pk for claim in claims]}
    return browser.post(LIST, fields_of(text_of(page)) | ticked | typed, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_submit_takes_what_is_ready_and_names_the_rest(researcher):
    ready, unready = make_claim(), make_claim(is_open=False, statement_en="Not ready.")
    messages = said(act(researcher, "submit_selected", ready, unready))
    assert fresh(ready).status == Status.IN_REVIEW
    assert fresh(unready).status == Status.DRAFT
    assert messages[0] == "1 claim is submitted."
    assert messages[1].startswith("“Not ready.”: Choose a rating")


def test_assign_to_me_works_in_any_status(researcher):
    claims = [make_claim(), submit(make_claim()), make_published().claim]
    act(researcher, "assign_to_me", *claims)
    assert {fresh(claim).assigned_to for claim in claims} == {researcher.user}


def test_a_claim_is_assigned_to_a_person_chosen_on_a_page(editor):
    anna, claims = make_user(), [make_claim(), submit(make_claim())]
    page = act(editor, "assign_selected", *claims)
    assert f'<option value="{anna.pk}">{anna.username}</option>' in text_of(page)
    response = answer(editor, page, *claims, to=anna.pk)
    assert said(response) == ["2 claims are assigned."]
    assert {fresh(claim).assigned_to for claim in claims} == {anna}


def test_a_claim_can_be_assigned_to_nobody(editor):
    claim = make_claim(assigned_to=make_user())
    answer(editor, act(editor, "assign_selected", claim), claim, to="nobody")
    assert fresh(claim).assigned_to is None


@pytest.mark.parametrize("chosen", ["", "999999"])
def test_nobody_is_assigned_by_not_choosing(editor, chosen):
    claim = make_claim(assigned_to=make_user())
    page = answer(editor, act(editor, "assign_selected", claim), claim, to=chosen)
    assert 'class="errorlist"' in text_of(page)
    assert fresh(claim).assigned_to


def test_what_is_not_ticked_on_the_page_is_left_alone(editor):
    claim, other = make_claim(), make_claim()
    answer(editor, act(editor, "assign_selected", claim, other), claim, to=editor.user.pk)
    assert [fresh(claim).assigned_to, fresh(other).assigned_to] == [editor.user, None]


def test_topics_are_added_and_removed(researcher):
    old, new = make_topic(), make_topic()
    claims = [make_claim(topics=[old]), make_claim()]
    page = act(researcher, "add_topics", *claims)
    response = answer(researcher, page, *claims, topics=[new.pk])
    assert said(response) == ["The topics of 2 claims changed."]
    answer(researcher, act(researcher, "remove_topics", *claims), *claims, topics=[old.pk])
    assert [list(claim.topics.all()) for claim in claims] == [[new], [new]]


def test_topics_of_what_is_no_draft_are_refused_claim_by_claim(researcher):
    draft = make_claim()
    reviewed = submit(make_claim(statement_en="In review."))
    page = act(researcher, "add_topics", draft, reviewed)
    response = answer(researcher, page, draft, reviewed, topics=[make_topic().pk])
    assert said(response) == [
        "The topics of 1 claim changed.",
        "“In review.”: It is “In review”: open a revision before changing its content.",
    ]


def test_many_refusals_are_one_message_with_a_list(researcher):
    claims = [make_claim(is_open=False) for _count in range(11)]
    messages = said(act(researcher, "submit_selected", *claims, make_claim()))
    assert messages[0] == "1 claim is submitted."
    assert messages[1].startswith("11 claims are refused:<ul")
    assert messages[1].count("Choose a rating") == messages[1].count("<li>") == 11
    assert change_address(claims[-1]) in messages[1]
    assert len(messages) == 2


def test_ten_refusals_are_said_one_by_one(researcher):
    claims = [make_claim(is_open=False) for _count in range(10)]
    assert len(said(act(researcher, "submit_selected", *claims))) == 10


ALL = {
    "submit_selected",
    "assign_to_me",
    "assign_selected",
    "add_topics",
    "remove_topics",
    "export_selected",
}


@pytest.mark.parametrize(
    ("role", "offered"),
    [("researcher", ALL), ("editor", ALL | {"publish_selected"}), ("stranger", set())],
)
def test_actions_are_offered_to_those_who_may(request, role, offered):
    browser = request.getfixturevalue(role)
    make_claim()
    page = text_of(browser.get(LIST))
    names = {*ALL, "publish_selected", "delete_selected"}
    assert {name for name in names if f'<option value="{name}"' in page} == offered


# What has changed since it was seen


def test_the_list_carries_the_version_of_each_row(researcher):
    claim = make_claim()
    assert see(researcher)[f"version-{claim.pk}"] == str(fresh(claim).version)


def test_what_changed_since_the_list_was_shown_is_not_overwritten(editor, researcher):
    claim, other = make_claim(statement_en="Contested."), make_claim()
    seen = see(editor)
    act(researcher, "assign_to_me", claim)
    response = act(editor, "assign_to_me", claim, other, seen=seen)
    assert response.status_code == 409
    assert [fresh(claim).assigned_to, fresh(other).assigned_to] == [researcher.user, editor.user]
    assert said(response) == ["1 claim is yours now."]
    page = text_of(response)
    assert "have changed since you saw them" in page
    assert "Contested." in page
    assert f"assigned to {researcher.user.username}" in page


def test_the_page_of_what_changed_offers_to_do_it_again(editor, researcher):
    claim = make_claim()
    seen = see(editor)
    act(researcher, "assign_to_me", claim)
    response = act(editor, "assign_to_me", claim, seen=seen)
    again = editor.post(LIST, fields_of(text_of(response)), follow=True)
    assert said(again) == ["1 claim is yours now."]
    assert fresh(claim).assigned_to == editor.user


def test_what_was_asked_on_a_page_is_asked_again_with_the_answer(editor, researcher):
    anna, claim = make_user(), make_claim()
    page = act(editor, "assign_selected", claim)
    act(researcher, "assign_to_me", claim)
    response = answer(editor, page, claim, to=anna.pk)
    assert response.status_code == 409
    assert fields_of(text_of(response))["to"] == str(anna.pk)
    assert fresh(claim).assigned_to == researcher.user


def test_what_changed_before_the_page_was_shown_is_not_ticked_on_it(editor, researcher):
    claim, other = make_claim(), make_claim()
    seen = see(editor)
    act(researcher, "assign_to_me", claim)
    page = text_of(act(editor, "assign_selected", claim, other, seen=seen))
    assert "They are not ticked" in page
    assert fields_of(page)["_selected_action"] == str(other.pk)
    assert page.count(" checked") == 1


def test_what_has_left_the_list_meanwhile_is_not_passed_over_in_silence(editor, researcher):
    claim = make_claim(assigned_to=editor.user)
    seen = see(editor, "?queue=my-drafts")
    act(researcher, "assign_to_me", claim)
    response = act(editor, "submit_selected", claim, seen=seen, query="?queue=my-drafts")
    assert response.status_code == 409
    assert fresh(claim).status == Status.DRAFT


def test_all_claims_of_all_pages_are_shown_before_they_are_changed(editor):
    claims = [make_claim() for _count in range(3)]
    across = {"select_across": "1"}
    page = act(editor, "assign_to_me", claims[0], seen={}, **across)
    assert not Claim.objects.filter(assigned_to=editor.user).exists()
    assert text_of(page).count(" checked") == 3
    response = answer(editor, page, *claims)
    assert said(response) == ["3 claims are yours now."]


def test_no_more_are_changed_at_once_than_a_form_can_send(editor, monkeypatch):
    monkeypatch.setattr(claim_selection, "MOST_AT_ONCE", 2)
    claims = [make_claim() for _count in range(3)]
    for action in ("assign_to_me", "publish_selected"):
        messages = said(act(editor, action, *claims))
        assert messages == [
            "Nothing was done: at most 2 claims can be changed at once. Filter the list."
        ]
    assert not Claim.objects.filter(assigned_to=editor.user).exists()


def test_the_most_that_is_changed_at_once_fits_into_one_form():
    fields = 2 * claim_selection.MOST_AT_ONCE + 10
    assert fields <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_a_claim_that_is_gone_is_said_to_be_gone(editor):
    claim, other = make_claim(), make_claim()
    seen = see(editor)
    workflow.drop(claim, by=make_user(), at=timezone.now())
    response = act(editor, "assign_to_me", claim, other, seen=seen)
    assert said(response) == ["1 claim is yours now.", "1 claim is gone."]


BULK = ["assign_to_me", "submit_selected", "assign_selected", "add_topics", "remove_topics"]


@pytest.mark.parametrize("action", BULK)
def test_a_form_saved_meanwhile_is_not_overwritten_by_any_action(editor, researcher, action):
    """The form's content and the action's change would both be right alone."""
    topic = make_topic()
    claim = make_claim(topics=[topic])
    seen = see(editor)
    save_claim(researcher, claim, statement_en="Reworded.")
    before = fresh(claim).version
    page = act(editor, action, claim, seen=seen)
    if action in ("assign_selected", "add_topics", "remove_topics"):
        assert "They are not ticked" in text_of(page)
    else:
        assert page.status_code == 409
    now = fresh(claim)
    assert (now.version, now.statement_en) == (before, "Reworded.")


def test_an_action_taken_meanwhile_is_not_overwritten_by_a_form(editor, researcher):
    claim, topic = make_claim(), make_topic()
    form = open_claim(researcher, claim)
    answer(editor, act(editor, "assign_selected", claim), claim, to=editor.user.pk)
    answer(editor, act(editor, "add_topics", claim), claim, topics=[topic.pk])
    researcher.post(change_address(claim), form | {"statement_en": "Reworded."})
    now = fresh(claim)
    assert (now.assigned_to, list(now.topics.all())) == (editor.user, [topic])


# Taking over from the claim's own page


def take_over(browser, claim, version=None):
    address = reverse("admin:claims_claim_assign", args=[claim.pk])
    given = fresh(claim).version if version is None else version
    return browser.post(address, {"version": given}, follow=True)


def test_a_claim_is_taken_over_with_one_button(researcher):
    claim = submit(make_claim(assigned_to=make_user()))
    response = take_over(researcher, claim)
    assert response.redirect_chain == [(change_address(claim), 302)]
    assert said(response) == ["1 claim is yours now."]
    assert fresh(claim).assigned_to == researcher.user


def test_a_claim_is_not_taken_over_from_someone_who_was_not_seen(researcher, editor):
    claim = make_claim()
    version = fresh(claim).version
    take_over(editor, claim)
    response = take_over(researcher, claim, version)
    assert fresh(claim).assigned_to == editor.user
    assert f"assigned to {editor.user.username}" in said(response)[0]


def test_a_claim_is_taken_over_by_post_alone_and_by_those_who_may(researcher, stranger):
    claim = make_claim()
    address = reverse("admin:claims_claim_assign", args=[claim.pk])
    assert researcher.get(address).status_code == 405
    assert researcher.post(address).status_code == 400
    assert stranger.post(address, {"version": 0}).status_code == 403
    assert fresh(claim).assigned_to is None


def test_taking_over_keeps_the_list_that_the_claim_was_opened_from(researcher):
    claim = make_claim()
    address = reverse("admin:claims_claim_assign", args=[claim.pk])
    kept = "?_changelist_filters=queue%3Dopen"
    response = researcher.post(address + kept, {"version": fresh(claim).version})
    assert response["Location"] == change_address(claim) + kept


# Exporting


def test_a_selection_is_exported_as_a_fixture(researcher):
    claim, other = make_rated_claim(), make_claim()
    response = act(researcher, "export_selected", claim)
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="claims.json"'
    assert response.streaming
    rows = json.loads(response.getvalue())
    assert [row["fields"]["slug"] for row in rows if row["model"] == "claims.claim"] == [claim.slug]
    assert other.slug != claim.slug


def test_all_claims_of_a_filtered_list_are_exported(researcher):
    claims = [make_claim(priority=1) for _count in range(3)]
    make_claim()
    response = act(
        researcher,
        "export_selected",
        claims[0],
        query="?priority__exact=1",
        select_across="1",
    )
    slugs = [row["fields"].get("slug") for row in json.loads(response.getvalue())]
    assert {claim.slug for claim in claims} <= set(slugs)
    assert sum(str(slug).startswith("claim-") for slug in slugs) == 3


# Publishing


def test_a_researcher_cannot_publish_by_posting_the_action(researcher):
    claim = submit(make_claim())
    act(researcher, "publish_selected", claim, **{f"preview-{claim.slug}": "0" * 64})
    assert fresh(claim).status == Status.IN_REVIEW


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
