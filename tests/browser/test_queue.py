"""The desk's first page and the work through a list, in a real browser and by keyboard."""

import pytest
from django.urls import reverse

from claims.models import Claim
from tests.admin.pages import list_address
from tests.browser.settled import barriers, follow
from tests.factories import make_claim, make_topic, submit

INDEX = reverse("admin:index")
LIST = list_address(Claim)


@pytest.fixture
def drafts(person):
    """Three drafts of the person's own, and something that waits for their review."""
    make_topic()
    submit(make_claim())
    return [make_claim(assigned_to=person, statement_en=f"Draft {n}.") for n in range(3)]


def tick_all(page, action):
    page.goto(LIST + "?queue=my-drafts")
    page.get_by_label("Select all objects on this page for an action").check()
    page.get_by_label("Action:").select_option(action)
    follow(page, page.get_by_role("button", name="Run"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_the_queues_has_a_barrier_or_scrolls_sideways(desk, drafts, width, scheme):
    page = desk(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said = []
    page.on("console", lambda message: said.append(message.text))
    steps = {
        "first page": lambda: page.goto(INDEX),
        "list": lambda: page.goto(LIST + "?queue=my-drafts"),
        "assigning": lambda: tick_all(page, "assign_selected"),
        "topics": lambda: tick_all(page, "add_topics"),
    }
    for name, step in steps.items():
        step()
        assert barriers(page) == {}, name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert said == []


def test_a_queue_is_worked_through_by_keyboard(desk, drafts):
    page = desk(viewport={"width": 1280, "height": 900})
    page.goto(INDEX)
    queue = page.get_by_role("region", name="My drafts")
    with page.expect_navigation():
        queue.get_by_role("link", name="Draft 0.").press("Enter")
    for draft in drafts:
        page.get_by_role("textbox", name="Statement (English)").fill(f"{draft.statement_en[:-1]}!")
        save = page.get_by_role("button", name="Save", exact=True)
        save.focus()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "_next"
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.get_by_text("That was the last claim of the list.").is_visible()
    assert list(
        Claim.objects.filter(statement_en__endswith="!").values_list("statement_en", flat=True)
    ) == ["Draft 0!", "Draft 1!", "Draft 2!"]
