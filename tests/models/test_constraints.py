"""Facts that are always true of a row, whatever wrote it."""

import pytest
from django.db import IntegrityError, connection

from tests import factories as make

pytestmark = pytest.mark.django_db


def duplicate(maker, **columns):
    maker(**columns)
    maker(**columns)


def with_claim(maker, **columns):
    claim = make.make_claim()
    duplicate(maker, claim=claim, **columns)


def related_to_itself():
    claim = make.make_claim()
    make.make_relation(claim=claim, target=claim)


def related_twice():
    one, other = make.make_claim(), make.make_claim()
    duplicate(make.make_relation, claim=one, target=other)


BROKEN = {
    "claim_has_a_statement": lambda: make.make_claim(statement_en="", statement_fr=""),
    "claim_section_is_of_its_document": lambda: make.make_claim(
        document=make.make_document(), section=make.make_section()
    ),
    "claim_open_has_no_rating": lambda: make.make_claim(rating=make.make_rating(), is_open=True),
    "claim_document_position_unique": lambda: duplicate(
        make.make_claim, document=make.make_document(), position=1
    ),
    "document_published_is_a_date": lambda: make.make_document(published="soon"),
    "evidence_claim_key_unique": lambda: with_claim(make.make_evidence, key="same"),
    "evidence_has_a_finding": lambda: make.make_evidence(finding_en="", finding_fr=""),
    "figure_as_of_is_a_date": lambda: make.make_figure(as_of="soon"),
    "figure_evidence_is_of_its_claim": lambda: make.make_figure(evidence=make.make_evidence()),
    "figure_claim_key_unique": lambda: with_claim(make.make_figure, key="same"),
    "figure_is_a_value_or_a_range": lambda: make.make_figure(value="1", low="1"),
    "figure_low_is_not_above_high": lambda: make.make_figure(low="3", high="2"),
    "note_claim_key_unique": lambda: with_claim(make.make_note, key="same"),
    "note_has_a_text": lambda: make.make_note(text_en=""),
    "note_public_is_in_both_languages": lambda: make.make_note(visibility="public"),
    "quote_claim_key_unique": lambda: with_claim(make.make_quote, key="same"),
    "quote_has_words": lambda: make.make_quote(exact=""),
    "claim_absent_in_a_known_language": lambda: make.make_claim(absent_in="xx"),
    "quote_omissions_are_within_its_words": lambda: make.make_quote(
        exact="one two", omissions=[[4, 7]]
    ),
    "reply_answered_after_asked": lambda: make.make_reply(
        answered_on="2020-01-01", answer_en="No.", answer_fr="Non."
    ),
    "reply_answer_has_day_and_words": lambda: make.make_reply(answer_en="No."),
    "reply_channel_is_known": lambda: make.make_reply(channel="pigeon"),
    "reply_claim_key_unique": lambda: with_claim(make.make_reply, key="same"),
    "quote_located_says_where": lambda: make.make_quote(state="exact"),
    "quote_start_before_end": lambda: make.make_quote(start=5, end=5),
    "rating_scale_position_unique": lambda: duplicate(
        make.Rating.objects.create, scale=9, position=1
    ),
    "rating_scale_slug_unique": lambda: (
        make.Rating.objects.create(scale=9, slug="same", position=1),
        make.Rating.objects.create(scale=9, slug="same", position=2),
    ),
    "rating_value_from_1_to_5": lambda: make.make_rating("true", value=6),
    "relation_claim_target_kind_unique": related_twice,
    "relation_is_to_another_claim": related_to_itself,
    "section_document_number_unique": lambda: duplicate(
        make.make_section, document=make.make_document(), number=1
    ),
    "source_published_is_a_date": lambda: make.make_source(published="soon"),
    "source_url_is_a_web_address": lambda: make.make_source(url="javascript:alert(1)"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_a_row_that_breaks(name):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError) as refusal:
        BROKEN[name]()
    # Two rules about the same scale step are both broken by a doubled row.
    assert name.removesuffix("_unique") in str(refusal.value) or "rating_scale" in name
