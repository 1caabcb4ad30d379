"""Claims begun from a captured text, and quotes added to drafts."""

from pathlib import Path

import pytest
from django.utils import timezone

from claims.desk import workflow
from claims.desk.locating import LocatingError, Mark
from claims.desk.marking import (
    FirstEvidence,
    MarkingError,
    add_quotes,
    free_slug,
    next_key,
    next_position,
    start_claim,
)
from claims.desk.recognising import recognise
from claims.desk.sourcing import AddressError
from claims.desk.transcripts import capture, capture_parts
from claims.models import Claim, Evidence, Quote, Source, Status
from tests.factories import (
    make_claim,
    make_claimant,
    make_document,
    make_quote,
    make_rating,
    make_user,
    submit,
)

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "interview_synthetic.txt"
FRENCH = "chaque quai a son comité"
ENGLISH = "every quay has its committee"
MARKS = [Mark("fr", FRENCH), Mark("en", ENGLISH)]


@pytest.fixture
def document(db):
    document = make_document(slug="interview")
    capture_parts(document, recognise(SAMPLE.read_bytes().decode()))
    return document


def text_of(document, language):
    return document.transcripts.get(language=language)


def quoted(document, words, language="fr", **columns):
    """A claim of the document with a located quote."""
    claim = make_claim(document=document, **columns)
    transcript = text_of(document, language)
    start = transcript.text.index(words)
    make_quote(
        claim=claim,
        key="quote-4",
        language=language,
        exact=words,
        start=start,
        end=start + len(words),
        state="exact",
        transcript_sha256=transcript.sha256,
    )
    return claim


def begin(document, marks=MARKS, **columns):
    given = {
        "by": make_user(),
        "claimant": make_claimant(),
        "kind": "event",
        "statement_en": "Every quay has a committee.",
    }
    return start_claim(document, marks, **given | columns)


def test_a_claim_begins_as_a_draft_with_its_quotes(document):
    make_claim(document=document, position=7)
    user = make_user()
    claim = begin(document, by=user)
    assert (claim.status, claim.position, claim.assigned_to) == (Status.DRAFT, 8, user)
    assert claim.slug == "every-quay-has-a-committee"
    assert claim.section.number == 2
    rows = claim.quotes.order_by("key")
    assert [(row.key, row.language, row.exact) for row in rows] == [
        ("quote-1", "fr", FRENCH),
        ("quote-2", "en", ENGLISH),
    ]
    for row in rows:
        text = text_of(document, row.language)
        assert text.text[row.start : row.end] == row.exact
        assert (row.state, row.transcript_sha256) == ("exact", text.sha256)
        assert row.prefix
        assert row.suffix


def test_several_spans_make_one_quote_with_omissions(document):
    claim = begin(document, [Mark("fr", "Ils demandent un tarif […] contre 4 aujourd'hui")])
    quote = claim.quotes.get()
    assert str(quote) == "Ils demandent un tarif […] contre 4 aujourd'hui"
    assert quote.exact == "Ils demandent un tarif de 2,50 couronnes, contre 4 aujourd'hui"


def test_claimant_and_kind_are_those_of_the_quote_before(document):
    quoted(document, "L'arrivée d'un remorqueur", kind="legal")
    nearest = quoted(document, "Depuis les grèves", kind="causal")
    quoted(document, "Ils n’ont rien signé", kind="quantity")
    quoted(document, "March 3", language="en", kind="prediction")
    claim = begin(document, claimant=None, kind="")
    assert (claim.claimant, claim.kind) == (nearest.claimant, "causal")


def test_what_is_given_goes_before_the_quote_before(document):
    quoted(document, "Depuis les grèves", kind="causal")
    claimant = make_claimant()
    claim = begin(document, claimant=claimant, kind="demand")
    assert (claim.claimant, claim.kind) == (claimant, "demand")


def test_without_a_quote_before_the_claimant_must_be_said(document):
    quoted(document, "Ils n’ont rien signé")
    with pytest.raises(MarkingError, match="Say who makes the claim"):
        begin(document, claimant=None, kind="")


def test_the_first_evidence_starts_or_finds_its_source(document):
    given = FirstEvidence(
        "https://stats.example/a", "supports", finding_en="It does.", source_kind="official"
    )
    first, second = (begin(document, evidence=given) for _ in range(2))
    item = first.evidence.get()
    assert (item.key, item.stance, item.finding_en) == ("evidence-1", "supports", "It does.")
    assert (item.source.url, item.source.kind) == ("https://stats.example/a", "official")
    assert second.evidence.get().source == item.source


def test_nothing_is_written_when_the_evidence_is_no_web_address(document):
    with pytest.raises(AddressError):
        begin(document, evidence=FirstEvidence("stats", "supports", finding_en="It does."))
    for model in (Claim, Quote, Evidence, Source):
        assert not model.objects.exists()


def test_nothing_is_written_when_words_stand_nowhere(document):
    with pytest.raises(LocatingError):
        begin(document, [Mark("fr", FRENCH), Mark("en", "each quay")])
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    "call", [lambda document: begin(document, []), lambda _: add_quotes(make_claim(), [])]
)
def test_a_claim_needs_words(document, call):
    with pytest.raises(MarkingError, match="Mark the words"):
        call(document)


def test_a_text_captured_meanwhile_is_searched_afresh(document):
    read = text_of(document, "fr")
    start = read.text.index(FRENCH)
    mark = Mark("fr", FRENCH, {0: start}, read.sha256)
    capture(document, "fr", "Nouveau. " + read.text)
    assert begin(document, [mark]).quotes.get().start == start + len("Nouveau. ")
    capture(document, "fr", f"{FRENCH}. {read.text}")
    with pytest.raises(LocatingError, match="more than once"):
        begin(document, [mark])


def test_a_version_that_is_quoted_does_not_lack_the_claim(document):
    assert begin(document, MARKS[:1], absent_in="en").absent_in == "en"
    with pytest.raises(MarkingError, match="French"):
        begin(document, MARKS[:1], absent_in="fr")


def test_a_draft_gets_more_quotes(document):
    claim = quoted(document, "Depuis les grèves")
    (quote,) = add_quotes(claim, MARKS[:1])
    assert (quote.claim, quote.key, quote.exact) == (claim, "quote-5", FRENCH)
    assert claim.quotes.count() == 2


def test_a_draft_quoted_in_a_version_no_longer_lacks_it(document):
    claim = make_claim(document=document, absent_in="en")
    add_quotes(claim, MARKS[:1])
    assert Claim.objects.get(pk=claim.pk).absent_in == "en"
    add_quotes(claim, MARKS[1:])
    assert Claim.objects.get(pk=claim.pk).absent_in == ""


def test_a_draft_can_be_said_to_lack_a_version(document):
    claim = make_claim(document=document)
    add_quotes(claim, MARKS[:1], absent_in="en")
    assert Claim.objects.get(pk=claim.pk).absent_in == "en"
    with pytest.raises(MarkingError, match="French"):
        add_quotes(claim, MARKS[1:], absent_in="fr")


def test_only_drafts_get_quotes(document):
    stale = make_claim(document=document)
    submit(Claim.objects.get(pk=stale.pk))
    with pytest.raises(MarkingError, match="not a draft"):
        add_quotes(stale, MARKS)
    assert not stale.quotes.exists()


def test_a_claim_that_was_dropped_meanwhile_gets_no_quotes(document):
    claim = make_claim(document=document)
    workflow.drop(Claim.objects.get(pk=claim.pk), by=make_user(), at=timezone.now())
    with pytest.raises(MarkingError, match="not a draft"):
        add_quotes(claim, MARKS)


def test_a_rated_claim_with_quotes_and_official_evidence_can_be_submitted(document):
    evidence = FirstEvidence(
        "https://stats.example/a", "supports", finding_en="It does.", source_kind="official"
    )
    claim = begin(document, rating_id=make_rating("true").pk, evidence=evidence)
    assert submit(claim).status == Status.IN_REVIEW


def test_places_slugs_and_keys_come_after_those_taken(document):
    assert next_position(document.pk) == 1
    assert free_slug("The port is closed") == "the-port-is-closed"
    make_claim(document=document, position=3, slug="the-port-is-closed")
    assert next_position(document.pk) == 4
    assert free_slug("The port is closed") == "the-port-is-closed-2"
    assert free_slug("🖨") == "claim"
    assert next_key("quote", ["quote-2", "quote-10", "other-11"]) == "quote-11"
