"""The page on which an editor reads a document's texts and marks claims in them."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from claims.desk import marking
from claims.desk.recognising import recognise
from claims.desk.transcripts import capture, capture_parts
from claims.models import Claim, Quote, Status
from tests.admin.conftest import browser_of
from tests.admin.pages import (
    change_address,
    fields_of,
    list_address,
    open_form,
    query_count,
    text_of,
)
from tests.factories import (
    make_claim,
    make_claimant,
    make_document,
    make_quote,
    make_rated_claim,
    make_rating,
    make_user,
    publish_claim,
    submit,
)

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "interview_synthetic.txt"
FRENCH = "chaque quai a son comité"
ENGLISH = "every quay has its committee"


@pytest.fixture
def document(db):
    document = make_document(slug="interview")
    capture_parts(document, recognise(SAMPLE.read_bytes().decode()))
    return document


def address(document):
    return reverse("admin:claims_document_read", args=[document.pk])


def captured(document, language="fr"):
    return document.transcripts.get(language=language)


def located(document, words, language="fr", **columns):
    """A located quote of a claim of the document."""
    claim = columns.pop("claim", None) or make_claim(document=document)
    transcript = captured(document, language)
    start = transcript.text.index(words)
    return make_quote(
        claim=claim,
        language=language,
        exact=words,
        start=start,
        end=start + len(words),
        **{"state": "exact", "transcript_sha256": transcript.sha256} | columns,
    )


def mark(browser, document, do="save", **typed):
    """Open the page, fill the panel in, press a button."""
    form = open_form(browser, address(document), "panel")
    return browser.post(address(document), form | typed | {"do": do})


def new(**typed):
    claimant = make_claimant()
    return {
        "exact_fr": FRENCH,
        "exact_en": ENGLISH,
        "statement_en": "Every quay has a committee.",
        "statement_fr": "Chaque quai a un comité.",
        "kind": "event",
        "claimant": claimant.pk,
    } | typed


def links(page):
    """The highlights: class, address, title and words of each."""
    return re.findall(
        r'<a class="(mark [^"]+)" href="([^"]+)" title="([^"]+)"[^>]*>([^<]*)</a>', page
    )


# Reading


def test_the_text_stands_section_by_section_without_debris(researcher, document):
    page = text_of(researcher.get(address(document)))
    assert re.findall(r'id="section-(\d)"', page) == ["0", "1", "2", "3", "4"]
    assert "This version lacks the section." in page
    assert 'data-language="fr"' in page
    assert "top of page" not in page
    assert "abb.jpg" not in page


def test_every_paragraph_says_where_it_stands(researcher, document):
    page = text_of(researcher.get(address(document)))
    for language in ("fr", "en"):
        text = captured(document, language).text
        columns = re.findall(rf'data-language="{language}">(.*?)</div>', page, re.DOTALL)
        blocks = re.findall(r'data-start="(\d+)">([^<]+)<', "".join(columns))
        assert len(blocks) > 8
        for start, words in blocks:
            assert text.startswith(unescaped(words), int(start))


def unescaped(words):
    return words.replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")


def test_a_quote_leads_to_its_claim_and_says_verdict_and_status(researcher, document):
    claim = make_rated_claim("half_true", document=document, position=12)
    quote = located(document, FRENCH, claim=claim)
    page = text_of(researcher.get(address(document)))
    ((names, href, title, words),) = links(page)
    assert names == "mark first is-draft has-half_true"
    assert href == change_address(claim)
    assert title == f"12. {claim.statement_en} – Half true, Draft"
    assert words == FRENCH
    assert f'id="quote-{quote.pk}"' in page


@pytest.mark.parametrize(
    ("columns", "move", "look", "told"),
    [
        ({}, lambda claim: claim, "is-draft has-open", "Open, Draft"),
        ({"is_open": False}, lambda claim: claim, "is-draft has-none", "No rating yet, Draft"),
        ({}, submit, "is-in_review has-open", "Open, In review"),
        ({}, publish_claim, "is-published has-open", "Open, Published"),
    ],
    ids=["open", "not rated", "in review", "published"],
)
def test_a_mark_looks_and_reads_like_its_claim(researcher, document, columns, move, look, told):
    claim = make_claim(document=document, **columns)
    located(document, FRENCH, claim=claim)
    move(claim)
    ((names, _href, title, _words),) = links(text_of(researcher.get(address(document))))
    assert look in names
    assert title.endswith(f" – {told}")


def test_nested_quotes_show_the_innermost(researcher, document):
    outer = located(document, "Depuis les grèves des 3 et 4 mars, chaque quai a son comité")
    inner = located(document, "3 et 4 mars")
    found = links(text_of(researcher.get(address(document))))
    assert [(href, words) for _names, href, _title, words in found] == [
        (change_address(outer.claim), "Depuis les grèves des "),
        (change_address(inner.claim), "3 et 4 mars"),
        (change_address(outer.claim), ", chaque quai a son comité"),
    ]
    assert "(and 1 more here)" in found[1][2]


def test_two_quotes_of_the_same_words_both_lead_to_their_claims(researcher, document):
    claims = {located(document, FRENCH).claim for _ in range(2)}
    found = links(text_of(researcher.get(address(document))))
    assert {href for _names, href, _title, _words in found} == {change_address(c) for c in claims}
    assert [words for *_rest, words in found] == ["", FRENCH]


def test_words_of_the_text_are_escaped(researcher, document):
    capture(document, "fr", "Il dit <b>non</b> & « oui ».")
    located(document, "<b>non</b> &")
    page = text_of(researcher.get(address(document)))
    assert "<b>non" not in page
    assert ">&lt;b&gt;non&lt;/b&gt; &amp;</a>" in page


@pytest.mark.parametrize("state", ["broken", "ambiguous", "unlocated"])
def test_lost_quotes_are_listed_apart_with_their_claim(researcher, document, state):
    claim = make_claim(document=document)
    make_quote(claim=claim, language="fr", exact="Perdu de vue", state=state)
    page = text_of(researcher.get(address(document)))
    assert links(page) == []
    listed = page[page.index('class="lost"') :]
    assert change_address(claim) in listed
    assert "Perdu de vue" in listed


def test_how_much_is_left_is_said_in_words(researcher, document):
    page = text_of(researcher.get(address(document)))
    assert "French: 100% of the text not covered by any claim yet" in " ".join(page.split())
    text = captured(document).text
    first = text[text.index("Le port est fermé") : text.index("2) Comment")]
    located(document, first.rstrip())
    page = " ".join(text_of(researcher.get(address(document))).split())
    (percent,) = re.findall(r"French: (\d+)% of the text", page)
    assert 0 < int(percent) < 70
    assert f'max="100" value="{percent}"' in page


def test_a_document_without_text_says_so(researcher):
    page = text_of(researcher.get(address(make_document())))
    assert "No text of this document has been captured yet." in page
    assert 'id="panel"' not in page


def test_form_and_list_of_documents_lead_here(researcher, document):
    for page in (change_address(document), list_address(type(document))):
        assert f'href="{address(document)}"' in text_of(researcher.get(page))


def test_the_page_asks_the_same_number_of_queries_however_much_is_marked(researcher, document):
    located(document, FRENCH)
    one = query_count(researcher, address(document))
    for number in range(10):
        claim = make_rated_claim(document=document)
        located(document, FRENCH[number:], claim=claim)
        make_quote(claim=claim, language="en", state="broken")
    assert query_count(researcher, address(document)) == one <= 10


def test_a_page_in_french_is_in_french(researcher, document):
    researcher.cookies["django_language"] = "fr"
    page = text_of(researcher.get(address(document)))
    assert '<html lang="fr"' in page


# Who may


@pytest.mark.parametrize(
    ("role", "status"), [("stranger", 403), ("researcher", 200), ("editor", 200)]
)
def test_who_may_read(request, document, role, status):
    browser = request.getfixturevalue(role)
    assert browser.get(address(document)).status_code == status


def person(*codenames):
    user = make_user(None)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return browser_of(user)


READS = ["view_document", "view_transcript"]


@pytest.mark.parametrize("codenames", [["view_document"], ["view_transcript"]])
def test_reading_takes_both_permissions(document, codenames):
    assert person(*codenames).get(address(document)).status_code == 403


def test_who_may_only_read_gets_no_panel(document):
    browser = person(*READS)
    assert 'id="panel"' not in text_of(browser.get(address(document)))
    assert browser.post(address(document), new()).status_code == 403
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("do", "typed", "allowed", "missing"),
    [
        ("save", {}, ["add_claim", "add_quote"], "add_quote"),
        ("save", {}, ["add_claim", "add_quote"], "add_claim"),
        ("add", {}, ["change_claim", "add_quote"], "change_claim"),
        ("add", {}, ["change_claim", "add_quote"], "add_quote"),
        (
            "save",
            {"url": "https://a.example"},
            ["add_claim", "add_quote", "add_evidence", "add_source"],
            "add_source",
        ),
    ],
)
def test_marking_takes_its_permissions(document, do, typed, allowed, missing):
    draft = make_claim(document=document)
    data = new(do=do, draft=str(draft.position), **typed)
    if typed:
        data |= {"stance": "supports", "finding_en": "It does."}
    without = person(*READS, *(name for name in allowed if name != missing))
    assert without.post(address(document), data).status_code == 403
    assert person(*READS, *allowed).post(address(document), data).status_code == 302


def test_an_unknown_document_is_not_found(researcher):
    missing = reverse("admin:claims_document_read", args=[999999])
    assert researcher.get(missing).status_code == 404


def test_only_reading_and_marking_are_possible(researcher, document):
    assert researcher.delete(address(document)).status_code == 405


# Marking


def test_a_claim_is_begun_and_the_page_comes_back_to_its_place(researcher, document):
    rating = make_rating("true")
    response = mark(
        researcher,
        document,
        **new(
            verdict=rating.pk,
            url="https://stats.example/a",
            stance="supports",
            source_kind="official",
            finding_en="It does.",
            single_source_reason="It counts them itself.",
        ),
    )
    claim = Claim.objects.get()
    first = claim.quotes.get(language="en")
    places = {quote.start: quote.pk for quote in claim.quotes.all()}
    assert response.status_code == 302
    assert response["Location"] == f"{address(document)}#quote-{places[min(places)]}"
    assert (claim.status, claim.rating, claim.assigned_to) == (
        Status.DRAFT,
        rating,
        researcher.user,
    )
    assert claim.single_source_reason == "It counts them itself."
    assert first.exact == ENGLISH
    item = claim.evidence.get()
    assert (item.source.url, item.source.kind) == ("https://stats.example/a", "official")
    page = text_of(researcher.get(response["Location"]))
    message = page[page.index("messagelist") : page.index("</ul>", page.index("messagelist"))]
    assert "is saved as a draft" in message
    assert f'href="{change_address(claim)}"' in message
    assert len(links(page)) == 2


def test_an_open_claim_is_begun(researcher, document):
    mark(researcher, document, **new(verdict="open"))
    claim = Claim.objects.get()
    assert (claim.is_open, claim.rating) == (True, None)


def test_a_claim_absent_in_one_version_is_begun(researcher, document):
    mark(researcher, document, **new(exact_en="", absent_en="on"))
    claim = Claim.objects.get()
    assert claim.absent_in == "en"
    assert claim.quotes.get().language == "fr"


def test_a_claim_is_begun_and_submitted(researcher, document):
    response = mark(researcher, document, "submit", **new(verdict="open"))
    claim = Claim.objects.get()
    assert (claim.status, claim.submitted_by) == (Status.IN_REVIEW, researcher.user)
    assert response["Location"].startswith(f"{address(document)}#quote-")
    assert "is submitted for review" in text_of(researcher.get(address(document)))


def test_a_claim_that_lacks_something_is_kept_as_a_draft_with_what_is_missing(researcher, document):
    response = mark(researcher, document, "submit", **new())
    claim = Claim.objects.get()
    assert claim.status == Status.DRAFT
    assert response["Location"] == change_address(claim)
    page = text_of(researcher.get(change_address(claim)))
    assert "The draft is saved, but not submitted." in page
    assert "Choose a rating, or mark the claim as open." in page


def test_quotes_are_added_to_a_draft(researcher, document):
    claim = make_claim(document=document, position=4)
    response = mark(researcher, document, "add", exact_fr=FRENCH, draft="4. " + claim.statement_en)
    quote = claim.quotes.get()
    assert (quote.exact, quote.state) == (FRENCH, "exact")
    assert response["Location"] == f"{address(document)}#quote-{quote.pk}"
    assert "The quotes are added to" in text_of(researcher.get(address(document)))


def test_a_draft_is_found_by_its_words_in_any_language(researcher, document):
    claim = make_claim(document=document, statement_fr="Un comité par quai.")
    make_claim(document=document)
    mark(researcher, document, "add", exact_fr=FRENCH, draft="COMITÉ par")
    assert claim.quotes.count() == 1


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("Statement", "Several drafts have these words: write the number of one (1, 2)."),
        ("Nothing like it", "No draft of this document has this number or these words."),
        ("3", "No draft of this document has this number or these words."),
        ("9", "No draft of this document has this number or these words."),
        ("", "No draft of this document has this number or these words."),
    ],
)
def test_no_draft_is_guessed(researcher, document, asked, message):
    for position in (1, 2):
        make_claim(document=document, position=position)
    submit(make_claim(document=document, position=3))
    make_claim(position=9)
    response = mark(researcher, document, "add", exact_fr=FRENCH, draft=asked)
    assert response.status_code == 409
    assert message in text_of(response)
    assert '<details class="to-draft" open>' in text_of(response)
    assert not Quote.objects.exists()


def test_words_that_stand_nowhere_are_refused_and_what_was_typed_is_kept(researcher, document):
    given = new(exact_fr="Chaque quai", finding_en="It does.", url="https://a.example")
    given |= {"stance": "context", "statement_fr": "Deux\r\nlignes."}
    response = mark(researcher, document, **given)
    assert response.status_code == 409
    assert "These words do not stand in the text (French): “Chaque quai”." in text_of(response)
    again = fields_of(text_of(response), "panel")
    assert {name: again[name] for name in given} == {
        name: str(value) for name, value in given.items()
    }
    assert not Claim.objects.exists()


def test_a_chosen_place_settles_where_the_words_stand(researcher, document):
    text = captured(document).text
    places = [found.start() for found in re.finditer("grève", text)]
    response = mark(researcher, document, **new(exact_fr="grève", exact_en=""))
    assert response.status_code == 409
    page = text_of(response)
    offered = re.findall(r'type="radio"\s+name="place_fr_0"\s+value="(\d+)"', page)
    assert [int(start) for start in offered] == places
    assert "acteur d&#x27;une <strong>grève</strong> inédite" in page
    again = fields_of(page, "panel") | {"place_fr_0": str(places[2]), "do": "save"}
    assert researcher.post(address(document), again).status_code == 302
    assert Quote.objects.get().start == places[2]


def test_words_read_in_an_older_text_are_searched_afresh(researcher, document):
    form = open_form(researcher, address(document), "panel")
    old = captured(document).text
    form |= new(exact_en="") | {"place_fr_0": str(old.index(FRENCH)), "do": "save"}
    capture(document, "fr", "Préface 🖨. " + old)
    researcher.post(address(document), form)
    quote = Quote.objects.get()
    assert quote.start == old.index(FRENCH) + len("Préface 🖨. ")


def test_words_gone_from_the_text_meanwhile_are_refused(researcher, document):
    form = open_form(researcher, address(document), "panel") | new(exact_en="", do="save")
    capture(document, "fr", "Tout autre chose.")
    response = researcher.post(address(document), form)
    assert response.status_code == 409
    assert "do not stand in the text (French)" in text_of(response)
    assert fields_of(text_of(response), "panel")["sha256_fr"] == captured(document).sha256


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"statement_en": "", "statement_fr": ""}, "Write the statement."),
        ({"exact_fr": "", "exact_en": " "}, "Mark the words of the claim"),
        ({"url": "a.example", "stance": "context", "finding_en": "It."}, "is no web address"),
        ({"url": "https://a.example"}, "Say what the evidence does to the statement."),
        ({"url": "https://a.example"}, "Say in at least one language what the source shows."),
        ({"stance": "context"}, "Give the address of the evidence."),
        ({"absent_fr": "on"}, "The claim cannot be quoted from a version that lacks it (French)"),
        ({"absent_fr": "on", "absent_en": "on"}, "cannot be absent in every version"),
        ({"claimant": "", "kind": ""}, "Say who makes the claim"),
        ({"place_fr_0": "9" * 5000, "exact_fr": "grève"}, "more than once"),
    ],
)
def test_nothing_is_written_and_the_page_says_what_to_do(researcher, document, typed, message):
    response = mark(researcher, document, **new(**typed))
    assert response.status_code == 409
    assert message in text_of(response)
    assert "Error:" in text_of(response)
    assert not Claim.objects.exists()


def test_what_the_database_refuses_is_said_on_the_page(researcher, document, monkeypatch):
    make_claim(document=document, slug="taken")
    monkeypatch.setattr(marking, "free_slug", lambda _statement: "taken")
    response = mark(researcher, document, **new())
    assert response.status_code == 409
    assert "Nothing was saved" in text_of(response)


def test_claims_ticked_as_the_same_are_linked_and_stay_ticked_after_a_refusal(researcher, document):
    older = make_claim(statement_en="Every quay has a committee of its own.")
    response = mark(researcher, document, **new(repeats=older.pk, exact_en="each quay"))
    assert response.status_code == 409
    again = fields_of(text_of(response), "panel")
    assert again["repeats"] == str(older.pk)
    researcher.post(address(document), again | {"exact_en": ENGLISH, "do": "save"})
    claim = Claim.objects.get(document=document)
    assert [(row.kind, row.target) for row in claim.relations.all()] == [("repeats", older)]
