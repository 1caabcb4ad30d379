"""ClaimReview markup: when there is one, what it says, and the rules that it keeps."""

import pytest

from claims.models import Edition
from claims.record.claimreview import claim_review, is_long, problems
from claims.record.vocabulary import read_vocabulary
from tests.factories import (
    at_noon,
    correct,
    make_claim,
    make_claimant,
    make_document,
    make_quote,
    make_rated_claim,
    publish_claim,
)

pytestmark = pytest.mark.django_db


def review_of(edition, language="en"):
    edition = Edition.objects.get(pk=edition.pk)
    return claim_review(
        edition, read_vocabulary([]).rating_of(edition), language, edition.published_at
    )


@pytest.mark.parametrize("rating", ["true", "mostly_true", "half_true", "mostly_false", "false"])
def test_a_verdict_on_the_scale_has_a_number_and_a_name(rating):
    review = review_of(publish_claim(make_rated_claim(rating)))
    given = review["reviewRating"]
    assert (given["worstRating"], given["bestRating"]) == (1, 5)
    assert 1 <= given["ratingValue"] <= 5
    assert given["alternateName"] == rating.replace("_", " ").capitalize()
    assert list(problems(review)) == []


def test_an_unproven_claim_has_the_name_only():
    review = review_of(publish_claim(make_rated_claim("unproven")))
    assert review["reviewRating"]["alternateName"] == "Unproven"
    assert "ratingValue" not in review["reviewRating"]
    assert list(problems(review)) == []


def test_what_is_open_or_cannot_be_checked_has_none():
    assert review_of(publish_claim(make_claim())) is None
    assert review_of(publish_claim(make_rated_claim("not_checkable"))) is None


def test_the_short_form_stands_for_the_statement_and_the_exact_words_for_the_claim():
    claim = make_rated_claim(
        statement_en="A statement.", short_statement_en="Short.", statement_fr="Un énoncé."
    )
    make_quote(claim=claim, language="en", exact="the very words")
    edition = publish_claim(claim)
    english, french = review_of(edition), review_of(edition, "fr")
    assert english["claimReviewed"] == "Short."
    assert english["itemReviewed"]["text"] == "the very words"
    assert french["claimReviewed"] == french["itemReviewed"]["text"] == "Un énoncé."
    assert (english["inLanguage"], french["inLanguage"]) == ("en", "fr")
    assert english["url"] != french["url"]
    assert english["reviewRating"]["ratingValue"] == french["reviewRating"]["ratingValue"]


def test_words_that_a_quote_leaves_out_are_left_out_here_too():
    claim = make_rated_claim()
    make_quote(claim=claim, exact="it rained or so they say all day", omissions=[[10, 25]])
    assert review_of(publish_claim(claim))["itemReviewed"]["text"] == "it rained […] all day"


@pytest.mark.parametrize(
    ("stance", "reported", "expected"),
    [
        ("endorses", True, ["Speaker"]),
        ("reports", True, ["Minister"]),
        ("reports", False, ["Speaker"]),
        ("rejects", True, ["Minister"]),
        ("rejects", False, None),
    ],
)
def test_the_claim_is_attributed_to_whose_it_is(stance, reported, expected):
    claim = make_rated_claim(
        claimant=make_claimant(name_en="Speaker", kind="person"),
        reported_claimant=make_claimant(name_en="Minister", kind="organisation")
        if reported
        else None,
        claimant_stance=stance,
    )
    authors = review_of(publish_claim(claim))["itemReviewed"].get("author")
    assert (authors and [author["name"] for author in authors]) == expected
    kinds = {"Speaker": "Person", "Minister": "Organization"}
    assert all(author["@type"] == kinds[author["name"]] for author in authors or [])


@pytest.mark.parametrize(
    ("published", "expected"),
    [("2022-01-10", "2022-01-10"), ("2022-01", "2022-01"), ("2022-01-10~", None), ("", None)],
)
def test_only_a_date_that_is_certain_is_given(published, expected):
    claim = make_rated_claim(document=make_document(published=published))
    said = review_of(publish_claim(claim))["itemReviewed"]
    assert said.get("datePublished") == expected


def test_a_correction_is_told_with_both_dates():
    claim = make_rated_claim("true")
    first = publish_claim(claim, at=at_noon("2026-02-01"))
    second = correct(claim, rating="false", note="We misread it.", at=at_noon("2026-02-03"))
    edition = Edition.objects.get(pk=second.pk)
    rating = read_vocabulary([]).rating_of(edition)
    review = claim_review(edition, rating, "en", first.published_at)
    assert review["datePublished"][:10] == "2026-02-01"
    assert review["dateModified"][:10] == "2026-02-03"
    assert review["correction"]["text"] == "We misread it."
    assert review["version"] == 2


def blanks(node):
    if isinstance(node, dict):
        return [
            name for name, value in node.items() if value in ("", None, [], {}) or blanks(value)
        ]
    return [value for value in node if blanks(value)] if isinstance(node, list) else []


def test_what_is_not_known_is_left_out():
    review = review_of(publish_claim(make_rated_claim()))
    assert blanks(review) == []


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ({"claimReviewed": ""}, "claimReviewed"),
        ({"url": "https://elsewhere.example/x"}, "url"),
        ({"reviewRating": {}}, "alternateName"),
        ({"reviewRating": {"alternateName": "True", "ratingValue": 0}}, "ratingValue"),
        ({"dateModified": "2000-01-01"}, "dateModified"),
        ({"author": {}}, "author"),
        ({"itemReviewed": {"author": [{"@type": "Person"}]}}, "claimant"),
        ({"itemReviewed": {"datePublished": "2999-01"}}, "made after"),
    ],
)
def test_each_broken_rule_is_found(broken, problem):
    review = review_of(publish_claim(make_rated_claim())) | broken
    assert any(problem in found for found in problems(review))


def test_a_long_statement_is_noticed():
    assert not is_long({"claimReviewed": "x" * 74})
    assert is_long({"claimReviewed": "x" * 75})
