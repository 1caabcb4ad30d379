"""Every page of the desk, whole, in a real browser: barriers, width, and what the policy blocks."""

import pytest
from django.urls import reverse

from claims.models import Claim
from tests.admin.pages import add_address, change_address, list_address, move_address
from tests.browser.settled import barriers
from tests.factories import (
    make_figure,
    make_link_check,
    make_note,
    make_quote,
    make_rated_claim,
    make_relation,
    make_reply,
    make_topic,
    submit,
)


@pytest.fixture
def addresses(person):
    claim = make_rated_claim(topics=[make_topic()], assigned_to=person)
    make_figure(claim=claim)
    make_note(claim=claim)
    make_quote(claim=claim)
    make_relation(claim=claim)
    make_reply(claim=claim)
    make_link_check(claim.evidence.get().source, "moved")
    reviewed = submit(make_rated_claim())
    live = Claim.objects.filter(status="published").first()
    return {
        "first page": reverse("admin:index"),
        "claims": list_address(Claim),
        "broken links": f"{list_address(Claim)}?queue=broken-links",
        "draft": change_address(claim),
        "claim in review": change_address(reviewed),
        "live claim": change_address(live),
        "new claim": add_address(Claim),
        "history": reverse("admin:claims_claim_history", args=[live.pk]),
        "submission": move_address(claim, "submit"),
        "publication": move_address(reviewed, "publish"),
        "withdrawn review": move_address(reviewed, "send_back"),
        "page to be": reverse("admin:claims_claim_page", args=[reviewed.pk]),
        "document": change_address(claim.document),
        "reading": reverse("admin:claims_document_read", args=[claim.document_id]),
        "capture": reverse("admin:claims_document_capture", args=[claim.document_id]),
        "source": change_address(claim.evidence.get().source),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_of_the_desk_has_a_barrier(desk, addresses, width, scheme):
    page = desk(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said = []
    page.on("console", lambda message: said.append(message.text))
    for name, address in addresses.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert barriers(page) == {}, name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert said == []


def test_a_search_select_has_the_name_of_its_label(desk, addresses):
    page = desk(viewport={"width": 1280, "height": 900})
    page.goto(addresses["new claim"])
    choice = page.get_by_role("combobox", name="Claimant", exact=True)
    choice.click()
    assert page.get_by_role("searchbox", name="Claimant", exact=True).is_visible()
