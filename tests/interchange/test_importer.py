"""Rows in: validated, and all or nothing."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pghistory.models import Events

from claims.desk.transcripts import capture
from claims.interchange.arrivals import on_desk
from claims.interchange.arriving import UnreadableFile
from claims.interchange.exporter import scale
from claims.interchange.importer import OutcomeChanged
from claims.interchange.rows import natural_key
from claims.models import Claim, Evidence, Note, Quote, Relation, Source, Topic
from tests.factories import (
    make_claim,
    make_claimant,
    make_document,
    make_editor,
    make_evidence,
    make_figure,
    make_measure,
    make_note,
    make_quote,
    make_rated_claim,
    make_section,
    make_topic,
    make_user,
    publish_claim,
)
from tests.interchange.arrivals import (
    bring,
    claim_row,
    counts,
    new_claim,
    row,
    told,
    try_out,
    whole_desk,
)
from tests.journeys.test_fixtures import FILES

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim():
    return make_claim(slug="rain", statement_en="It rains.")


@pytest.fixture
def researcher():
    return make_user()


# The same data, the same bytes


def test_the_interview_comes_in_and_goes_out_byte_for_byte():
    for file in FILES:
        bring(file.read_text(encoding="utf-8"))
    assert whole_desk() == FILES[1].read_text(encoding="utf-8")
    assert "".join(scale()) == FILES[0].read_text(encoding="utf-8")


def test_a_second_import_changes_nothing():
    for file in FILES:
        bring(file.read_text(encoding="utf-8"))
    events = Events.objects.count()
    for file in FILES:
        report = bring(file.read_text(encoding="utf-8"))
        assert set(counts(report)) == {"unchanged"}
        assert report.is_empty
    assert Events.objects.count() == events


def test_a_new_row_a_changed_one_and_one_that_stays(claim):
    make_topic(slug="same", label_en="Same", label_fr="Pareil")
    rows = [
        row("topic", slug="new", label_en="New", label_fr="Nouveau"),
        row("topic", slug="same", label_en="Same", label_fr="Pareil"),
        claim_row(claim, statement_en="It pours."),
    ]
    report = bring(rows)
    assert counts(report) == {"new": 1, "unchanged": 1, "changed": 1}
    claim.refresh_from_db()
    assert claim.statement_en == "It pours."
    [change] = report.changes
    assert str(change).endswith("changed: statement_en: “It rains.” → “It pours.”")


def test_of_long_texts_what_differs_is_shown(claim):
    words = "It rains and rains " * 20
    bring([claim_row(claim, statement_en=f"{words}today.{words}")])
    report = bring([claim_row(claim, statement_en=f"{words}now.{words}")])
    [line] = str(report.changes[0]).split("; ")
    assert "“…s It rains and rains It rains and rains today.It rains" in line
    assert "” → “…s It rains and rains It rains and rains now.It rains" in line
    assert len(line) < 300


def test_only_the_fields_in_the_file_change(claim, researcher):
    Claim.objects.filter(pk=claim.pk).update(assigned_to=researcher, summary_en="Kept.")
    bring([claim_row(claim, statement_fr="Il pleut.")])
    claim.refresh_from_db()
    assert (claim.statement_en, claim.statement_fr) == ("It rains.", "Il pleut.")
    assert (claim.assigned_to, claim.summary_en) == (researcher, "Kept.")


def test_topics_are_the_ones_in_the_file(claim):
    old, kept = make_topic(slug="old"), make_topic(slug="kept")
    make_topic(slug="new")
    claim.topics.set([old, kept])
    report = bring([claim_row(claim, topics=[["kept"], ["new"]])])
    assert set(claim.topics.values_list("slug", flat=True)) == {"kept", "new"}
    assert "topics: “kept, old” → “kept, new”" in str(report.changes[0])
    assert counts(bring([claim_row(claim, topics=[["new"], ["kept"]])])) == {"unchanged": 1}


def test_nothing_is_deleted(claim):
    make_evidence(claim=claim)
    bring([claim_row(claim, statement_en="Else.")])
    assert claim.evidence.count() == 1


def test_references_are_told_by_their_keys(claim):
    other = make_claimant(slug="other")
    report = bring([claim_row(claim, claimant=["other"])])
    assert f"claimant: “{claim.claimant.slug}” → “other”" in str(report.changes[0])
    claim.refresh_from_db()
    assert claim.claimant == other


# All or nothing


def test_one_bad_row_keeps_all_others_out(claim):
    rows = [
        row("topic", slug="new", label_en="New", label_fr="Nouveau"),
        claim_row(claim, kind="poem"),
    ]
    report = bring(rows)
    assert not Topic.objects.exists()
    assert counts(report) == {"new": 1, "invalid": 1}
    assert "claims.claim rain: invalid: kind: Value 'poem' is not a valid choice." in told(report)


def test_a_rehearsal_says_what_the_import_does_and_writes_nothing(claim):
    make_evidence(claim=claim, key="one", finding_en="Old.")
    rows = [
        row("topic", slug="new", label_en="New", label_fr="Nouveau"),
        claim_row(claim, topics=[["new"]]),
        row("evidence", claim=["rain"], key="one", finding_en="New."),
    ]
    before = whole_desk()
    shown = try_out(rows)
    assert whole_desk() == before
    done = bring(rows, confirmed=shown.sha256)
    assert done.counts == shown.counts
    assert done.sha256 == shown.sha256
    assert whole_desk() != before


def test_what_was_confirmed_happens_or_nothing(claim):
    rows = [claim_row(claim, statement_en="It pours.")]
    shown = try_out(rows)
    Claim.objects.filter(pk=claim.pk).update(statement_en="It drizzles.")
    with pytest.raises(OutcomeChanged) as caught:
        bring(rows, confirmed=shown.sha256)
    assert "It drizzles." in str(caught.value.report.changes[0])
    claim.refresh_from_db()
    assert claim.statement_en == "It drizzles."


@pytest.mark.parametrize(
    ("rows", "line", "message"),
    [
        ([row("topic", slug="a b", label_en="A", label_fr="A")], 5, "slug: Enter a valid “slug”"),
        ([row("topic", slug="a", label_en="A")], 2, "label_fr: The field “label_fr” is missing"),
        ([row("topic", label_en="A", label_fr="A")], 2, "slug: The field “slug” is missing"),
        ([row("topic", slug="a", label_en=1, label_fr="A")], 6, "text in quotation marks"),
        ([row("topic", slug="a", label_en=None, label_fr="A")], 6, "must not be null"),
        ([row("topic", slug="a", label_en="", label_fr="A")], 6, "cannot be blank"),
        ([row("topic", slug="a", label_en="x" * 121, label_fr="A")], 6, "at most 120 characters"),
        ([row("topic", slug="a", label_en="x\0", label_fr="A")], 6, "the character NUL"),
        ([row("topic", slug="a", label_en="A", label_fr="A", aliases="b")], 8, "must be a list"),
        ([row("topic", slug="a", label_en="A", label_fr="A", aliases=[1])], 8, "text in quotation"),
        ([row("topic", slug="a", label_en="A", label_fr="A", password="b")], 8, "cannot come in"),
        ([row("section", document=["none"], number=1)], 5, "neither on the desk nor above"),
        ([row("section", document="none", number=1)], 5, "must be a natural key: […]"),
        ([row("section", document=[["none"]], number=1)], 5, "must be a natural key: […]"),
        ([row("section", document=["none"], number=True)], 8, "must be a whole number"),
        ([row("section", document=["none"], number=1.5)], 8, "must be a whole number"),
        ([row("section", document=["none"], number=10**30)], 8, "less than or equal to"),
        ([row("source", url="javascript:alert(1)", kind="x")], 5, "Enter a valid URL"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_field(rows, line, message):
    report = bring(rows)
    assert report.is_refused
    assert message in told(report)
    assert report.problems[0].details[0].line == line or report.problems[0].line == line


def test_a_lone_surrogate_is_refused():
    text = '[{"model": "claims.topic", "fields": {"slug": "a", "label_en": "x\\ud800"}}]'
    assert "Character 2 is half of a pair" in told(bring(text))


def test_what_cannot_be_printed_is_told_all_the_same(claim):
    rows = [row("topic", slug="\ud800", label_en="A", label_fr="B", **{"\udfff": 1})]
    report = bring(json.dumps(rows))
    assert report.sha256
    assert told(report).encode()
    with pytest.raises(UnreadableFile) as caught:
        bring(json.dumps([row("\ud800")]))
    assert str(caught.value).encode()


def test_every_problem_is_told_at_once(claim):
    rows = [
        claim_row(claim, kind="poem", priority="high"),
        row("quote", claim=["rain"], key="q", language="xx", exact="It"),
    ]
    report = bring(rows)
    assert [len(problem.details) for problem in report.problems] == [2, 1]


def test_after_a_hundred_problems_it_stops(claim):
    rows = [row("topic", slug=f"{number} !") for number in range(2000)]
    report = bring(rows)
    assert report.is_full
    assert sum(report.counts.values()) == 1000


def test_the_rules_of_the_database_are_told_in_our_words(claim):
    make_measure(slug="deaths")
    rows = [
        claim_row(claim, event_date="2022-13"),
        row("figure", claim=["rain"], key="f", measure=["deaths"], low="5", high="4"),
        row("figure", claim=["rain"], key="g", measure=["deaths"]),
        row("figure", claim=["rain"], key="h", measure=["deaths"], value="7"),
    ]
    report = bring(rows)
    assert "invalid: event_date: This date cannot be read." in told(report)
    assert "low: The range must start at its lower end." in told(report)
    assert "Give one exact value, or the ends of a range." in told(report)
    assert counts(report) == {"invalid": 3, "new": 1}


@pytest.mark.parametrize("address", ["ftp://a.example/", "javascript:alert(1)", "//a.example/"])
def test_addresses_are_of_the_web(address):
    person = {"slug": "a", "name_en": "A", "name_fr": "A", "kind": "person"}
    report = bring([row("claimant", **person, same_as=address)])
    assert "invalid: same_as: " in told(report)
    assert "Write the full address, starting with https://." in told(report)


def test_explanations_have_a_greatest_length(claim):
    report = bring([claim_row(claim, explanation_en="é" * 50_001)])
    assert "explanation_en: The explanation has 100002 bytes: shorten it to 100000" in told(report)
    assert "invalid" not in told(bring([claim_row(claim, explanation_en="é" * 50_000)]))


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999999999", "1" * 30, "four"])
def test_numbers_are_numbers(claim, value):
    make_measure(slug="deaths")
    report = bring([row("figure", claim=["rain"], key="f", measure=["deaths"], value=value)])
    assert "f: invalid: value: " in told(report)


def test_a_row_that_is_there_twice_is_refused():
    topic = row("topic", slug="a", label_en="A", label_fr="A")
    assert "in the file twice" in told(bring([topic, topic]))


def test_rows_stand_in_the_order_of_an_export(claim):
    topic = row("topic", slug="a", label_en="A", label_fr="A")
    with pytest.raises(ValueError, match=r"claims\.topic stand before those of claims\.claim"):
        bring([claim_row(claim), topic])


def test_what_refers_to_a_refused_row_says_so(claim):
    rows = [row("topic", slug="a", label_en="", label_fr="A"), claim_row(claim, topics=[["a"]])]
    assert "It refers to a row that is refused: claims.topic a." in told(bring(rows))


def test_parts_belong_together(claim):
    other = make_rated_claim(document=claim.document)
    make_evidence(claim=other, key="one")
    make_section(document=make_document(slug="elsewhere"), number=3)
    make_measure(slug="deaths")
    rows = [
        claim_row(claim, document=[claim.document.slug], section=["elsewhere", 3]),
        row(
            "figure",
            claim=["rain"],
            key="f",
            measure=["deaths"],
            value="1",
            evidence=[other.slug, "one"],
        ),
    ]
    report = bring(rows)
    assert "The section is of another document than the claim." in told(report)
    assert "The evidence is of another claim than the figure." in told(report)


def test_places_in_the_reading_order_can_be_swapped_and_not_shared(claim):
    other = make_claim(document=claim.document, slug="snow")
    places = {"rain": other.position, "snow": claim.position}
    assert not bring([row("claim", slug=slug, position=at) for slug, at in places.items()]).problems
    report = bring([row("claim", slug="rain", position=places["snow"])])
    assert report.problems[0].outcome == "conflict"
    assert "claims.claim rain: conflict: position: Another claim has the place" in told(report)
    other.refresh_from_db()
    assert other.position == places["snow"]


# Notes, quotes, sources


def test_a_note_is_signed_by_whoever_imports_it(claim, researcher):
    bring([row("note", claim=["rain"], key="n", text_en="Look again.")], researcher)
    assert Note.objects.get().author == researcher


def test_nobody_signs_for_another(claim, researcher):
    other = make_user()
    note = row("note", claim=["rain"], key="n", text_en="Look.", author=[other.username])
    assert "author: A note can be imported as your own only." in told(bring([note], researcher))
    assert counts(bring([note])) == {"new": 1}
    assert Note.objects.get().author == other
    assert counts(bring([note])) == {"unchanged": 1}
    note["fields"]["key"], note["fields"]["author"] = "m", ["nobody"]
    assert "There is no user “nobody”." in told(bring([note]))


def test_a_note_stays_as_it_was_written(claim):
    make_note(claim=claim, key="n", text_en="Old.")
    report = bring([row("note", claim=["rain"], key="n", text_en="New.")])
    assert "A note stays as it was written: give yours a key of its own." in told(report)


def test_an_internal_note_comes_to_a_published_claim_too(researcher):
    publish_claim(make_rated_claim())
    claim = Claim.objects.get()
    report = bring([row("note", claim=[claim.slug], key="n", text_en="Look.")], researcher)
    assert not report.revised
    texts = {"text_en": "Look.", "text_fr": "Voyez.", "visibility": "public"}
    report = bring([row("note", claim=[claim.slug], key="m", **texts)], researcher)
    assert report.revised == [claim.slug]


def test_a_quote_is_looked_for_in_the_captured_text(claim, researcher):
    capture(claim.document, "en", "Well. It rains. Yes.")
    report = bring([row("quote", claim=["rain"], key="q", language="en", exact="It rains.")])
    quote = Quote.objects.get()
    assert (quote.state, quote.start, quote.prefix) == ("exact", 6, "Well. ")
    assert counts(report) == {"new": 1}


def test_the_captured_text_knows_better_where_a_quote_stands(claim):
    capture(claim.document, "en", "Well. It rains. Yes.")
    quote = {
        "claim": ["rain"],
        "key": "q",
        "language": "en",
        "exact": "It rains.",
        "start": 0,
        "end": 9,
        "state": "exact",
        "transcript_sha256": "0" * 64,
    }
    bring([row("quote", **quote)])
    assert Quote.objects.get().start == 6
    assert counts(bring([row("quote", **quote)])) == {"unchanged": 1}
    bring([row("quote", **(quote | {"exact": "Yes."}))])
    assert (Quote.objects.get().start, Quote.objects.get().state) == (16, "exact")


def test_a_persons_choice_among_like_places_comes_along(claim):
    text = "It rains. It rains."
    capture(claim.document, "en", text)
    sha256 = claim.document.transcripts.get().sha256
    place = {"start": 10, "end": 19, "state": "exact", "transcript_sha256": sha256}
    words = {"language": "en", "exact": "It rains."}
    bring([row("quote", claim=["rain"], key="q", **words, **place)])
    assert (Quote.objects.get().start, Quote.objects.get().state) == (10, "exact")


def test_shared_rows_may_change_while_their_claims_are_published():
    publish_claim(make_rated_claim())
    source = Source.objects.first()
    report = bring([row("source", url=source.url, title="Another title")], make_editor())
    assert not report.problems
    assert Claim.objects.get().status == "published"


# Cost


def queries_for(count):
    document, claimant = make_document(), make_claimant()
    rows = [
        new_claim(document, claimant, slug=f"{document.slug}-{number}", position=number)
        for number in range(1, count + 1)
    ]
    with CaptureQueriesContext(connection) as queries:
        bring(rows)
    return len(queries)


def test_the_number_of_queries_does_not_grow_with_the_rows():
    queries_for(1)
    assert queries_for(40) == queries_for(2)


def test_rows_are_found_without_joins_which_go_wrong_in_tables_taken_for_empty(claim):
    make_evidence(claim=claim)
    make_quote(claim=claim)
    make_section(document=claim.document)
    Relation.objects.create(claim=claim, kind="refines", target=make_claim())
    rows = json.loads(whole_desk())
    keys = {
        label: {tuple(natural_key(one)) for one in rows if one["model"] == label}
        for label in ("claims.section", "claims.evidence", "claims.quote", "claims.relation")
    }
    with CaptureQueriesContext(connection) as queries:
        found = {label: set(on_desk(label, keys[label])) for label in keys}
    assert found == keys
    assert all(keys.values())
    assert not [one["sql"] for one in queries if "JOIN" in one["sql"]]


def test_figures_and_replies_come_along(claim):
    make_figure(claim=claim, value="7.5")
    before = whole_desk()
    assert set(counts(bring(before))) == {"unchanged"}
    assert Evidence.objects.count() <= 1
    make_quote(claim=claim)
