"""A table of claims comes in as drafts; our own export, read again, changes nothing."""

import pytest

from claims.interchange import spreadsheet
from claims.interchange.arriving import UnreadableFile
from claims.interchange.columns import COLUMNS
from claims.interchange.files import FILES as RECORD_FILES
from claims.interchange.spreadsheet import READ
from claims.models import Claim, Edition, Status
from tests.factories import (
    make_claim,
    make_claimant,
    make_document,
    make_rated_claim,
    make_rating,
    make_section,
    make_topic,
    make_user,
    publish_claim,
)
from tests.interchange.arrivals import bring, counts, located, told

pytestmark = pytest.mark.django_db(databases=["default", "reader"])
NAME = "claims.csv"


@pytest.fixture(autouse=True)
def desk():
    make_document(slug="speech")
    make_claimant(slug="mayor")
    make_topic(slug="rain")
    make_topic(slug="snow")


def table(*rows, delimiter=","):
    return "\r\n".join(delimiter.join(row) for row in rows) + "\r\n"


def bring_table(text, by=None):
    return bring(text, by, name=NAME)


HEAD = ["document", "claimant", "kind", "statement_en"]
LINE = ["speech", "mayor", "event", "It rained for forty days."]


def refusal(text):
    with pytest.raises(UnreadableFile) as caught:
        list(located(text, NAME))
    return str(caught.value)


def test_a_table_becomes_drafts_in_its_own_order():
    rows = [HEAD, LINE, [*LINE[:3], "It snowed."]]
    report = bring_table(table(*rows), make_user())
    assert counts(report) == {"new": 2}
    found = Claim.objects.order_by("position").values_list("slug", "position", "status")
    assert list(found) == [
        ("it-rained-for-forty-days", 1, Status.DRAFT),
        ("it-snowed", 2, Status.DRAFT),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_same_table_again_changes_nothing(delimiter, mark):
    text = mark + table(HEAD, LINE, delimiter=delimiter)
    bring_table(text)
    assert counts(bring_table(text)) == {"unchanged": 1}


def test_every_column_that_is_read_arrives():
    make_rating("half_true")
    make_section(document=make_document(slug="other"), number=2)
    make_claimant(slug="clerk")
    given = {
        "claim": "forty-days",
        "statement_en": "'=It rained.",
        "statement_fr": '"Il a plu,\nbeaucoup."',
        "rating": "half_true",
        "is_outdated": "VRAI",
        "summary_en": "Thirty-nine.",
        "summary_fr": "Trente-neuf.",
        "explanation_en": "Why.",
        "explanation_fr": "Pourquoi.",
        "divergence_en": "They differ.",
        "divergence_fr": "Elles divergent.",
        "kind": "event",
        "claimant": "mayor",
        "claimant_stance": "reports",
        "reported_claimant": "clerk",
        "topics": "snow|rain",
        "document": "other",
        "section": "2",
        "position": "7",
        "event_date": "2022-01~",
    }
    assert set(given) == set(READ)
    report = bring_table(table(list(given), list(given.values())))
    assert told(report) == ""
    claim = Claim.objects.get(slug="forty-days")
    assert claim.statement_en == "=It rained."
    assert claim.statement_fr == "Il a plu,\nbeaucoup."
    assert (claim.rating.slug, claim.is_outdated, claim.is_open) == ("half_true", True, False)
    assert (claim.section.number, claim.position, claim.event_date) == (2, 7, "2022-01~")
    assert (claim.claimant_stance, claim.reported_claimant.slug) == ("reports", "clerk")
    assert set(claim.topics.values_list("slug", flat=True)) == {"rain", "snow"}
    texts = ("summary_en", "summary_fr", "explanation_en", "explanation_fr", "divergence_fr")
    assert all(getattr(claim, name) == given[name] for name in texts)


def test_open_is_a_verdict_of_its_own():
    bring_table(table([*HEAD, "rating"], [*LINE, "open"]))
    assert Claim.objects.get().is_open


@pytest.mark.parametrize("name", [name for name in RECORD_FILES if name.endswith(".csv")])
def test_our_own_export_changes_nothing(name):
    for text in ("=1+1", "'quoted'", "+ and −", "@handle"):
        publish_claim(make_rated_claim(statement_en=text, summary_en=text, topics=[make_topic()]))
    publish_claim(make_rated_claim(statement_fr="Été\ttoujours"))
    exported = b"".join(RECORD_FILES[name].blocks(Edition.objects.live()))
    report = bring_table(exported, make_user())
    assert (told(report), counts(report)) == ("", {"unchanged": 5})
    assert not Claim.objects.exclude(status=Status.PUBLISHED).exists()


def test_columns_that_only_an_export_has_are_passed_over_and_told():
    reader = located(table([*HEAD, "rating_en"], [*LINE, "Whatever"]), NAME)
    assert reader.not_read == ["rating_en"]
    assert set(READ) | {"rating_en", "url_en", "chain_hash"} <= {column.name for column in COLUMNS}


def test_a_published_claim_gets_a_revision():
    publish_claim(make_rated_claim(slug="wet"))
    bring_table(table(["claim", "statement_en"], ["wet", "It drizzled."]), make_user())
    claim = Claim.objects.get()
    assert (claim.status, claim.statement_en) == (Status.DRAFT, "It drizzled.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Line 1: the first row must name the columns"),
        (table(["statement"], ["It"]), "Line 1: there is no column “statement”. These are read"),
        (table(["kind", "kind"], ["a", "b"]), "Line 1: the column “kind” is there twice"),
        (table(HEAD, LINE[:3]), "Line 2 has 3 cells, the first row has 4"),
        (table(HEAD, LINE, [*LINE, "x"]), "Line 3 has 5 cells, the first row has 4"),
        (table(HEAD, [*LINE[:3], ""]), "Line 2: the claim has neither a name nor a statement"),
        (table(HEAD, [*LINE[:3], '"open']), "Line 2 is no row of a table: unexpected end"),
        (table(HEAD, [*LINE[:3], '"a"b']), "Line 2 is no row of a table: ',' expected"),
        (table([*HEAD, "position"], [*LINE, "first"]), "Line 2, position: “first” cannot be"),
        (table([*HEAD, "section"], [*LINE, "-1"]), "Line 2, section: “-1” cannot be understood"),
        (table([*HEAD, "is_outdated"], [*LINE, "so"]), "Line 2, is_outdated: “so” cannot be"),
        (b"kind\r\n\xff\r\n", "Line 2 or one after it is not UTF-8"),
        (table(HEAD, LINE).encode("utf-16"), "is not UTF-8"),
        (table(HEAD, [*LINE[:3], "x" * 1_000_000]), "field larger than field limit"),
        (table(HEAD, ['"' + "x" * 1_000_000]), "field larger than field limit"),
        (table([f"c{number}" for number in range(10_000)]), "there is no column “c0”"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(text, message):
    assert message in refusal(text)


def test_a_cell_that_the_desk_does_not_take_is_told_with_line_and_column():
    rows = [
        HEAD,
        LINE,
        ["speech", "nobody", "event", "It\nsnowed."],
        ["speech", "mayor", "poem", "x"],
    ]
    report = bring_table(table(*[[f'"{cell}"' for cell in row] for row in rows]))
    assert "claims.csv:3: claims.claim it-snowed: invalid: claimant: It refers to" in told(report)
    assert "claims.csv:5: claims.claim x: invalid: kind: Value 'poem'" in told(report)
    assert not Claim.objects.exists()


def test_two_rows_of_one_claim_are_refused():
    assert "in the file twice" in told(bring_table(table(HEAD, LINE, LINE)))


def test_blank_lines_are_passed_over():
    text = table(HEAD, [""] * 4, LINE, [""])
    assert counts(bring_table(text)) == {"new": 1}


def test_a_line_that_never_ends_is_not_held(monkeypatch):
    monkeypatch.setattr(spreadsheet, "LONGEST_CELL", 100)
    assert "field larger than field limit" in refusal(table(HEAD, [*LINE[:3], "x" * 100_000]))


def test_a_blank_cell_of_text_empties_it_and_of_anything_else_does_nothing():
    claim = make_claim(statement_en="A.", statement_fr="B.", is_outdated=True)
    names = ["claim", "statement_fr", "is_outdated", "position", "claimant_stance", "rating"]
    report = bring_table(table(names, [claim.slug, "", "", "", "", ""]))
    assert [detail.field for detail in report.changes[0].details] == ["statement_fr"]
