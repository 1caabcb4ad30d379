"""The content of an edition in words."""

import pytest

from claims.desk import workflow
from claims.models import Claim
from claims.views.wording import MODELS, changes, lines, readable
from tests.factories import (
    make_claim,
    make_claimant,
    make_evidence,
    make_figure,
    make_note,
    make_quote,
    make_rated_claim,
    make_section,
    make_topic,
)

pytestmark = pytest.mark.django_db


def content_of(claim):
    return workflow.preview([Claim.objects.with_content().get(pk=claim.pk)])[claim.slug]


def make_full_claim():
    claim = make_rated_claim(
        section=make_section(), reported_claimant=make_claimant(), topics=[make_topic()]
    )
    make_quote(claim=claim, exact="the words")
    make_figure(claim=claim, evidence=make_evidence(claim=claim))
    make_note(claim=claim, visibility="public", text_en="Asked.", text_fr="Demandé.")
    return claim


def leaves(node):
    if isinstance(node, dict):
        return sum(leaves(value) for value in node.values())
    if isinstance(node, list) and node and isinstance(node[0], dict):
        return sum(leaves(value) for value in node)
    return 1


def test_every_text_of_the_content_has_a_line():
    content = content_of(make_full_claim())
    assert len(list(lines(content))) == leaves(content)


def test_no_label_is_a_raw_field_name():
    for line in lines(content_of(make_full_claim())):
        assert "_" not in line.label
        assert line.label[0].isupper()


def test_a_reviewer_reads_words_and_numbers_but_no_hashes():
    read = {line.path[-1]: line.text for line in readable(content_of(make_full_claim()))}
    assert read["exact"] == "the words"
    assert read["value"] == "164"
    assert read["languages"] == "French, English"
    assert not {"slug", "start", "transcript_sha256", "is_open"} & read.keys()


def test_what_is_said_of_a_rating_is_its_label_not_its_number():
    read = readable(content_of(make_rated_claim("false")))
    assert [line.text for line in read if line.path[:2] == ("verdict", "rating")] == [
        "False",
        "false (fr)",
    ]


def test_the_same_content_has_no_changes():
    content = content_of(make_full_claim())
    assert changes(content, content) == []


def test_what_is_added_and_removed_is_a_change():
    claim = make_claim()
    before = content_of(claim)
    make_quote(claim=claim, key="en", exact="new words")
    added = changes(before, content_of(claim))
    removed = changes(content_of(claim), before)
    words = [change for change in added if change.after == "new words"]
    assert [(change.label, change.before) for change in words] == [("Quote en – Exact words", "")]
    assert [change.after for change in removed if change.before == "new words"] == [""]


def test_a_change_that_readers_hardly_see_is_listed_all_the_same():
    claimant = make_claimant()
    claim = make_claim(claimant=claimant)
    before = content_of(claim)
    claimant.aliases = ["The speaker"]
    claimant.save()
    assert [(change.label, change.after) for change in changes(before, content_of(claim))] == [
        ("Claimant – Other names", "The speaker")
    ]


def test_every_nested_key_of_the_content_has_a_model():
    content = content_of(make_full_claim())
    nested = {name for name, value in content.items() if isinstance(value, dict)}
    assert nested <= MODELS.keys()
