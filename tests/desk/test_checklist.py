"""What holds a claim back, what only warns, and what each finding says to do."""

import pytest

from claims.desk import checklist, workflow
from claims.models import Claim, Quote
from tests.factories import (
    make_claim,
    make_document,
    make_evidence,
    make_figure,
    make_link_check,
    make_quote,
    make_rated_claim,
    make_rating,
    make_reply,
    make_section,
    make_source,
    publish,
    submit,
)

pytestmark = pytest.mark.django_db


def loaded(claim):
    return Claim.objects.with_content().get(pk=claim.pk)


def codes(findings):
    return {finding.code: finding.is_blocking for finding in findings}


def in_one_language(**columns):
    return make_claim(document=make_document(languages=["en"]), **columns)


def complete():
    """A claim about which the checklist has nothing to say."""
    claim = in_one_language(
        rating=make_rating("false"), explanation_en="Because.", explanation_fr="Parce que."
    )
    make_evidence(claim=claim)
    Quote.objects.filter(pk=make_quote(claim=claim, key="en").pk).update(
        state="exact", start=0, end=5, transcript_sha256="x"
    )
    return claim


def changed(**columns):
    claim = complete()
    Claim.objects.filter(pk=claim.pk).update(**columns)
    return claim


def with_evidence(claim, **columns):
    make_evidence(claim=claim, **columns)
    return claim


def with_broken_link():
    claim = complete()
    make_link_check(claim.evidence.get().source, "broken")
    return claim


def sourced_by(*kinds, slug="false", **columns):
    claim = in_one_language(rating=make_rating(slug), **columns)
    for kind in kinds:
        make_evidence(claim=claim, source=make_source(kind=kind), stance="context")
    return claim


def quoted(state, **columns):
    claim = in_one_language(**columns)
    quote = make_quote(claim=claim, language="en")
    Quote.objects.filter(pk=quote.pk).update(state=state)
    return claim


BLOCKING = {
    "no_rating": lambda: make_claim(is_open=False),
    "no_evidence": lambda: make_claim(rating=make_rating("false")),
    "single_source": lambda: sourced_by("newspaper"),
    "broken_quote": lambda: quoted("broken"),
    "ambiguous_quote": lambda: quoted("ambiguous"),
    "absent_but_quoted": lambda: quoted("unlocated", absent_in="en"),
    "unknown_citation": lambda: changed(explanation_fr="Voir[^nowhere]."),
    "long_explanation_en": lambda: changed(explanation_en="a" * 100_001),
    "long_explanation_fr": lambda: changed(explanation_fr="é" * 50_001),
    "long_excerpt": lambda: with_evidence(make_claim(), excerpt="word " * 31),
}
WARNING = {
    "unanswered_evidence": lambda: with_evidence(complete(), stance="supports"),
    "broken_link": with_broken_link,
    "unlocated_quote": lambda: quoted("unlocated"),
    "no_quote": lambda: in_one_language(),
    "no_explanation": lambda: changed(explanation_en="", explanation_fr=""),
    "no_figure": lambda: make_claim(kind="quantity"),
    "undated_figure": lambda: make_figure().claim,
    "long_statement_en": lambda: changed(statement_en="x" * 75),
    "long_statement_fr": lambda: changed(statement_fr="é" * 75),
    "one_language_finding": lambda: with_evidence(complete(), finding_fr=""),
}
FOR_PUBLICATION = {
    "one_language_statement": lambda: make_claim(statement_fr=""),
    "one_language_summary": lambda: make_claim(summary_en=""),
    "one_language_explanation": lambda: make_claim(explanation_en="Only here."),
    "one_language_divergence": lambda: make_claim(divergence_fr="Seulement ici."),
}


def test_a_complete_claim_has_nothing_to_be_done():
    assert checklist.before_publication(loaded(complete())) == []
    assert all(not item.findings for item in checklist.items(loaded(complete())))


def test_an_explanation_may_be_as_long_as_that():
    claim = loaded(changed(explanation_en="a" * 100_000, explanation_fr="é" * 50_000))
    assert checklist.before_publication(claim) == []


@pytest.mark.parametrize("code", BLOCKING)
def test_it_blocks_both_steps(code):
    claim = loaded(BLOCKING[code]())
    assert codes(checklist.before_submission(claim))[code] is True
    assert codes(checklist.before_publication(claim))[code] is True
    with pytest.raises(workflow.TransitionError):
        submit(claim)


@pytest.mark.parametrize("code", WARNING)
def test_it_warns_and_leaves_the_decision_to_a_person(code):
    claim = loaded(WARNING[code]())
    assert codes(checklist.before_submission(claim))[code] is False
    assert codes(checklist.before_publication(claim))[code] is False
    publish(submit(claim))


@pytest.mark.parametrize("code", FOR_PUBLICATION)
def test_the_other_language_can_wait_until_publication(code):
    claim = loaded(FOR_PUBLICATION[code]())
    assert codes(checklist.before_submission(claim))[code] is False
    assert codes(checklist.before_publication(claim))[code] is True
    with pytest.raises(workflow.TransitionError, match="in both languages"):
        publish(submit(claim))


@pytest.mark.parametrize(
    "make",
    [
        lambda: sourced_by("official"),
        lambda: sourced_by("academic"),
        lambda: sourced_by("company"),
        lambda: sourced_by("newspaper", "agency"),
        lambda: sourced_by("newspaper", single_source_reason="It was there alone."),
        lambda: sourced_by("newspaper", rests_on_document=True),
        lambda: sourced_by("newspaper", slug="not_checkable"),
        lambda: in_one_language(),
    ],
)
def test_one_source_is_enough_where_it_is_primary_or_a_reason_is_given(make):
    assert "single_source" not in codes(checklist.before_submission(loaded(make())))


def test_one_source_used_twice_is_one_source():
    claim = in_one_language(rating=make_rating("false"))
    source = make_source(kind="newspaper")
    make_evidence(claim=claim, source=source)
    make_evidence(claim=claim, source=source)
    assert "single_source" in codes(checklist.before_submission(loaded(claim)))


@pytest.mark.parametrize(
    ("slug", "stance", "is_against"),
    [
        ("true", "contradicts", True),
        ("mostly_true", "contradicts", True),
        ("true", "supports", False),
        ("half_true", "contradicts", False),
        ("mostly_false", "supports", True),
        ("false", "supports", True),
        ("false", "contradicts", False),
        ("unproven", "contradicts", False),
        ("false", "context", False),
    ],
)
def test_evidence_against_the_verdict_must_be_answered(slug, stance, is_against):
    claim = in_one_language(rating=make_rating(slug))
    make_evidence(claim=claim, key="x-1", stance=stance)
    assert ("unanswered_evidence" in codes(checklist.before_submission(loaded(claim)))) == (
        is_against
    )
    Claim.objects.filter(pk=claim.pk).update(explanation_en="It was mistaken[^x-1].")
    assert "unanswered_evidence" not in codes(checklist.before_submission(loaded(claim)))


@pytest.mark.parametrize(
    "columns",
    [
        {"statement_en": "x" * 74, "statement_fr": "é" * 74},
        {"statement_en": "x" * 75, "short_statement_en": "x"},
        {"statement_en": "", "statement_fr": "é" * 300, "short_statement_fr": "é"},
    ],
)
def test_a_statement_that_is_short_or_has_a_short_form_is_in_order(columns):
    found = codes(checklist.before_submission(loaded(make_claim(**columns))))
    assert not {"long_statement_en", "long_statement_fr"} & found.keys()


def test_the_short_form_of_one_language_does_not_do_for_the_other():
    claim = make_claim(statement_en="x" * 75, statement_fr="é" * 80, short_statement_en="x")
    findings = checklist.before_submission(loaded(claim))
    (finding,) = [item for item in findings if item.code.startswith("long_statement")]
    assert (finding.code, finding.is_blocking) == ("long_statement_fr", False)
    assert "80 characters" in finding.message
    assert "French" in finding.message


def test_a_broken_link_says_which_and_why():
    claim = with_broken_link()
    (finding,) = checklist.before_submission(loaded(claim))
    evidence = claim.evidence.get()
    assert finding.message == (
        f"The link of {evidence.key} ({evidence.source.publisher}) is broken: The site has no "
        "such page any more. Give an archived copy, or another source."
    )


@pytest.mark.parametrize("state", ["ok", "moved", "unreachable", "refused"])
def test_a_link_that_is_not_known_to_be_broken_needs_no_thought(state):
    claim = complete()
    make_link_check(claim.evidence.get().source, state)
    assert checklist.before_submission(loaded(claim)) == []


def test_a_version_that_lacks_the_claim_needs_no_quote():
    claim = make_claim(absent_in="fr")
    make_quote(claim=claim, language="en")
    assert "no_quote" not in codes(checklist.before_submission(loaded(claim)))


def test_many_parts_cost_the_queries_of_one(django_assert_num_queries):
    claim = make_rated_claim(section=make_section())
    for _count in range(5):
        make_link_check(make_evidence(claim=claim).source, "broken")
        make_quote(claim=claim)
        make_figure(claim=claim)
        make_reply(claim=claim)
    full = loaded(claim)
    with django_assert_num_queries(0):
        checklist.items(full)
