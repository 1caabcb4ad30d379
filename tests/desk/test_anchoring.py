"""Quotes in captured texts: found letter for letter, lost loudly, never attached by likeness."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.desk.anchoring import Text, anchor, anchor_new_words, states
from claims.desk.transcripts import capture
from claims.models import Quote, Transcript
from tests.factories import make_claim, make_document, make_quote, publish_claim

BEFORE = "Le port est fermé depuis le 3 mars. "
EXACT = "8 000 passagers sont restés à quai"
AFTER = ". La compagnie parle d’« ajustement »."
TEXT = BEFORE + EXACT + AFTER


def anchored(words=TEXT, exact=EXACT):
    quote = Quote(exact=exact)
    anchor(quote, Text.of(words))
    return quote


def test_words_that_stand_once_are_located():
    quote = anchored()
    assert (quote.state, quote.start, quote.end) == ("exact", len(BEFORE), len(BEFORE + EXACT))
    assert BEFORE.endswith(quote.prefix)
    assert AFTER.startswith(quote.suffix)
    assert quote.transcript_sha256 == Text.of(TEXT).sha256


def test_offsets_count_code_points():
    assert anchored("🖨 é " + TEXT).start == 4 + len(BEFORE)


@pytest.mark.parametrize(
    "words",
    [
        TEXT.replace("8 000", "8\u202f000"),
        TEXT.replace("restés", "reste\u0301s"),
        TEXT.replace("quai", "Quai"),
        TEXT.replace(" à ", "  à "),
        "",
    ],
)
def test_words_that_differ_by_one_sign_are_broken(words):
    quote = anchored()
    was = (quote.start, quote.end, quote.transcript_sha256)
    anchor(quote, Text.of(words))
    assert quote.state == "broken"
    assert (quote.start, quote.end, quote.transcript_sha256) == was


@pytest.mark.parametrize("words", [TEXT + " " + EXACT, EXACT + TEXT, TEXT + TEXT])
def test_words_that_stand_twice_are_ambiguous(words):
    assert anchored(words).state == "ambiguous"
    quote = anchored()
    anchor(quote, Text.of(words))
    assert quote.state == "ambiguous"


def test_words_that_overlap_themselves_are_ambiguous():
    assert anchored("ananas", "ana").state == "ambiguous"


def test_words_after_an_inserted_sentence_have_moved():
    quote = anchored()
    anchor(quote, Text.of("Nouveau. " + TEXT))
    assert (quote.state, quote.start) == ("moved", len("Nouveau. " + BEFORE))


def test_words_that_stay_in_place_are_exact():
    quote = anchored()
    anchor(quote, Text.of(TEXT + " Fin."))
    assert quote.state == "exact"


def test_moved_words_are_exact_once_the_text_is_the_same_again():
    quote = anchored()
    text = Text.of("Nouveau. " + TEXT)
    anchor(quote, text)
    anchor(quote, text)
    assert quote.state == "exact"


def test_a_look_alike_without_its_old_neighbours_is_not_taken_for_the_quote():
    quote = anchored()
    anchor(quote, Text.of("Ailleurs, on dit que " + EXACT + ", paraît-il."))
    assert quote.state == "ambiguous"


def test_a_choice_among_several_places_holds_while_the_text_is_the_same():
    text = Text.of(TEXT + TEXT)
    second = len(TEXT + BEFORE)
    quote = Quote(exact=EXACT, start=second, end=second + len(EXACT), transcript_sha256=text.sha256)
    anchor(quote, text)
    assert (quote.state, quote.start) == ("exact", second)


letters = st.text(alphabet="ab é’\n", max_size=12)


@settings(max_examples=1000, deadline=None)
@given(
    before=st.text(alphabet="ab é’\n", max_size=60),
    exact=st.text(alphabet="ab é’", min_size=3, max_size=12),
    after=st.text(alphabet="ab é’\n", max_size=60),
    data=st.data(),
)
def test_no_edit_of_the_text_attaches_a_quote_to_other_words(before, exact, after, data):
    """One span of the text is replaced: the quote is where it went, or it is lost loudly."""
    words = before + exact + after
    quote = anchored(words, exact)
    if quote.state != "exact":
        return
    first = data.draw(st.integers(0, len(words)))
    last = data.draw(st.integers(first, len(words)))
    new = data.draw(letters | st.just(exact) | st.just(exact + " " + exact))
    edited = words[:first] + new + words[last:]

    start = quote.start
    if last <= start:
        went = start + len(new) - (last - first)
    elif first >= quote.end:
        went = start
    else:
        went = None  # The quote's own words were touched.
    anchor(quote, Text.of(edited))

    if quote.state in ("exact", "moved"):
        assert edited[quote.start : quote.end] == exact
        assert edited.count(exact) == 1
        assert went in (None, quote.start)
    elif went is not None:
        assert quote.state == "ambiguous"


@pytest.mark.django_db
def test_capturing_a_text_anchors_its_quotes_in_any_status():
    document = make_document()
    claim = make_claim(document=document)
    make_quote(claim=claim, language="fr", exact=EXACT)
    make_quote(claim=claim, language="fr", exact="not there")
    make_quote(claim=claim, language="en", exact=EXACT)
    other = make_quote(language="fr", exact=EXACT)
    publish_claim(claim)

    rows = capture(document, "fr", TEXT)

    assert {state: count for state, count in states(rows).items() if count} == {
        "exact": 1,
        "broken": 1,
    }
    assert Transcript.objects.get().text == TEXT
    assert sorted(claim.quotes.values_list("language", "state")) == [
        ("en", "unlocated"),
        ("fr", "broken"),
        ("fr", "exact"),
    ]
    other.refresh_from_db()
    assert other.state == "unlocated"


@pytest.mark.django_db
def test_a_changed_text_says_what_moved():
    document = make_document()
    make_quote(claim=make_claim(document=document), language="fr", exact=EXACT)
    capture(document, "fr", TEXT)
    rows = capture(document, "fr", "Nouveau. " + TEXT)
    assert [(row.was, row.state) for row in rows] == [("exact", "moved")]
    assert Transcript.objects.count() == 1


@pytest.mark.django_db
def test_changed_words_forget_their_old_place():
    document = make_document()
    quote = make_quote(claim=make_claim(document=document), language="fr", exact=EXACT)
    capture(document, "fr", TEXT)
    quote.refresh_from_db()

    quote.exact = "depuis le 3 mars"
    anchor_new_words(quote)
    quote.save()
    assert (quote.state, quote.start) == ("exact", TEXT.index("depuis le 3 mars"))

    quote.exact = "nowhere"
    anchor_new_words(quote)
    quote.save()
    assert (quote.state, quote.start, quote.transcript_sha256) == ("broken", None, "")

    quote.language = "en"
    anchor_new_words(quote)
    quote.save()
    assert quote.state == "unlocated"
