"""The fixture of a selection: the same rows as the committed one, and ``loaddata`` reads it."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.desk import workflow
from claims.interchange import exporter
from claims.interchange.exporter import fixture, scale
from claims.models import (
    Claim,
    Claimant,
    Document,
    Measure,
    Note,
    Relation,
    Reply,
    Section,
    Source,
    Topic,
    Unit,
)
from tests.factories import (
    make_claim,
    make_claimant,
    make_evidence,
    make_figure,
    make_note,
    make_quote,
    make_rated_claim,
    make_relation,
    make_section,
    make_topic,
    make_user,
)
from tests.journeys.test_fixtures import FILES

pytestmark = pytest.mark.django_db
INTERVIEW = FILES[1]


def exported(claims=None):
    return "".join(fixture(Claim.objects.all() if claims is None else claims))


def rows_of(text, model=None):
    rows = json.loads(text)
    return [row["fields"] for row in rows if model in (None, row["model"].removeprefix("claims."))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_committed_fixtures_are_its_output_byte_for_byte(file):
    call_command("loaddata", *FILES, verbosity=0)
    pieces = scale() if file.name == "scale.json" else fixture(None, is_internal=True)
    assert "".join(pieces) == file.read_text(encoding="utf-8")


def test_without_internal_notes_the_rest_is_the_same():
    call_command("loaddata", *FILES, verbosity=0)
    committed = json.loads(INTERVIEW.read_text(encoding="utf-8"))
    public = [row for row in committed if row["fields"].get("visibility") != "internal"]
    assert json.loads(exported()) == public
    assert json.loads("".join(fixture(None))) == public


def test_everything_holds_what_no_claim_uses_yet_too():
    make_topic(slug="unused")
    assert rows_of(exported(), "topic") == []
    assert [row["slug"] for row in rows_of("".join(fixture(None)), "topic")] == ["unused"]


def test_who_wrote_a_note_is_named_on_the_desk_only():
    author = make_user()
    make_note(claim=make_claim(), visibility="public", text_fr="Note.", author=author)
    assert "author" not in exported()
    internal = "".join(fixture(None, is_internal=True))
    assert rows_of(internal, "note")[0]["author"] == [author.username]


def models_of(rows):
    return list(dict.fromkeys(row["model"] for row in rows))


def test_what_was_exported_is_loaded_into_an_empty_database_and_exported_again(tmp_path):
    claims = [make_full_claim() for _count in range(3)]
    make_relation(claim=claims[0], target=claims[2])
    first = exported()
    file = tmp_path / "claims.json"
    file.write_text(first, encoding="utf-8")
    empty_the_desk()
    call_command("loaddata", file, verbosity=0)
    assert exported() == first


def empty_the_desk():
    for claim in Claim.objects.all():
        workflow.drop(claim, by=make_user(), at=timezone.now())
    for model in (Measure, Unit, Topic, Claimant, Document, Source):
        model.objects.all().delete()


def test_one_field_stands_on_one_line_in_alphabetical_order():
    claim = make_full_claim()
    text = exported()
    rows = json.loads(text)
    assert text == json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    assert "\r" not in text
    assert all(list(row) == ["model", "fields"] for row in rows)
    assert all(list(row["fields"]) == sorted(row["fields"]) for row in rows)
    assert claim.statement_fr in text


def make_full_claim(**columns):
    claim = make_rated_claim(
        section=make_section(),
        topics=[make_topic(), make_topic()],
        reported_claimant=make_claimant(),
        **columns,
    )
    make_quote(claim=claim)
    make_figure(claim=claim, evidence=make_evidence(claim=claim))
    make_note(claim=claim, visibility="public", text_fr="Note.")
    Reply.objects.create(
        claim=claim,
        key="reply-1",
        claimant=make_claimant(),
        asked_on="2026-11-01",
        channel="email",
    )
    return claim


def test_the_state_of_the_work_and_internal_notes_stay_on_the_desk():
    claim = make_full_claim()
    make_note(claim=claim, text_en="For the desk only.")
    text = exported()
    assert "For the desk only." not in text
    assert len(rows_of(text, "note")) == 1
    left_out = {"status", "status_since", "assigned_to", "submitted_by", "version", "search"}
    assert not left_out & rows_of(text, "claim")[0].keys()
    assert not {"prefix", "suffix"} & rows_of(text, "quote")[0].keys()


def test_only_what_is_selected_and_what_it_needs_is_written():
    chosen, other = make_full_claim(), make_full_claim()
    text = exported(Claim.objects.filter(pk=chosen.pk))
    assert [claim["slug"] for claim in rows_of(text, "claim")] == [chosen.slug]
    assert len(rows_of(text, "claimant")) == 3
    assert len(rows_of(text, "source")) == 2
    assert other.document.slug not in text


def test_a_relation_is_written_where_both_its_claims_are():
    first, second, third = (make_claim() for _count in range(3))
    make_relation(claim=first, target=second)
    make_relation(claim=first, target=third)
    text = exported(Claim.objects.filter(pk__in=[first.pk, second.pk]))
    assert [row["target"] for row in rows_of(text, "relation")] == [[second.slug]]
    assert Relation.objects.count() == 2


def test_a_document_comes_with_all_its_sections():
    claim = make_full_claim()
    make_section(document=claim.document, number=9)
    assert len(rows_of(exported(), "section")) == Section.objects.count() == 2


def test_no_claims_are_an_empty_fixture():
    assert exported() == "[]\n"


def test_a_fixture_comes_in_pieces_and_in_a_fixed_number_of_queries(monkeypatch):
    make_full_claim()
    one = export_queries()
    for _count in range(4):
        make_full_claim()
    assert export_queries() == one
    pieces = list(fixture(Claim.objects.all()))
    assert len(pieces) == len(json.loads("".join(pieces))) + 2
    monkeypatch.setattr(exporter, "BATCH", 2)
    assert "".join(pieces) == exported()
    assert Note.objects.count() == 5


def export_queries():
    with CaptureQueriesContext(connection) as captured:
        exported()
    return len(captured)
