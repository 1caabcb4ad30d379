"""The committed fixtures: complete, free of numeric keys, and safe to load twice."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, transaction
from pghistory.models import Event

from claims.models import Claim
from tests.factories import publish_claim, submit

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
FILES = [FIXTURES / "scale.json", FIXTURES / "interview.json"]
COUNTS = {
    "rating": 7,
    "unit": 11,
    "measure": 27,
    "topic": 22,
    "claimant": 19,
    "document": 1,
    "section": 8,
    "source": 281,
    "claim": 231,
    "quote": 451,
    "evidence": 775,
    "figure": 106,
    "note": 64,
    "relation": 364,
}
CLAIMS_BY_RATING = {
    "true": 36,
    "mostly_true": 54,
    "half_true": 35,
    "mostly_false": 13,
    "false": 4,
    "unproven": 39,
    "not_checkable": 37,
    None: 13,
}
NATURAL_KEYS = {
    "rating": ["scale", "slug"],
    "section": ["document", "number"],
    "source": ["url"],
    "quote": ["claim", "key"],
    "evidence": ["claim", "key"],
    "figure": ["claim", "key"],
    "note": ["claim", "key"],
    "relation": ["claim", "target", "kind"],
}
# People, the state of the work, moments, and what a transcript gives are no content.
NOT_CONTENT = {
    "claim": {
        *("status", "status_since", "assigned_to", "submitted_by", "created_at"),
        *("version", "sent_back_to", "is_revision"),
    },
    "note": {"author", "created_at"},
    "quote": {"prefix", "suffix"},
}

Row = dict[str, Any]


def stored_rows() -> list[Row]:
    return [row for file in FILES for row in json.loads(file.read_text(encoding="utf-8"))]


def fields_of(model: str) -> list[Row]:
    return [row["fields"] for row in stored_rows() if row["model"] == f"claims.{model}"]


def natural_key(row: Row) -> tuple[str, str]:
    model = row["model"].removeprefix("claims.")
    return model, json.dumps([row["fields"][name] for name in NATURAL_KEYS.get(model, ["slug"])])


def claim_and_key(fields: Row) -> tuple[str, str]:
    return fields["claim"][0], fields["key"]


def test_the_fixtures_hold_all_that_the_research_found():
    assert Counter(row["model"].removeprefix("claims.") for row in stored_rows()) == COUNTS


def test_claims_have_their_ratings():
    ratings = [claim["rating"] for claim in fields_of("claim")]

    assert Counter(rating and rating[1] for rating in ratings) == CLAIMS_BY_RATING


def test_a_claim_is_open_where_it_has_no_rating():
    assert all(claim["is_open"] == (claim["rating"] is None) for claim in fields_of("claim"))


def test_a_rated_claim_without_evidence_rests_on_the_document():
    needs_evidence = {rating["slug"]: rating["needs_evidence"] for rating in fields_of("rating")}
    with_evidence = {evidence["claim"][0] for evidence in fields_of("evidence")}

    assert [
        claim["slug"]
        for claim in fields_of("claim")
        if claim["rating"]
        and needs_evidence[claim["rating"][1]]
        and claim["slug"] not in with_evidence
    ] == [claim["slug"] for claim in fields_of("claim") if claim["rests_on_document"]]


def test_claims_stand_in_reading_order():
    claims = fields_of("claim")

    assert [claim["position"] for claim in claims] == list(range(1, len(claims) + 1))
    assert claims == sorted(claims, key=lambda claim: claim["section"][1])


def test_no_row_has_a_numeric_key():
    assert all(row.keys() == {"model", "fields"} for row in stored_rows())


def test_references_are_natural_keys():
    for row in stored_rows():
        model = apps.get_model(row["model"])
        for name, value in row["fields"].items():
            field = model._meta.get_field(name)
            references = value if field.many_to_many else [value]
            if field.is_relation:
                assert all(key is None or isinstance(key, list) for key in references), row


def test_every_row_has_a_natural_key_of_its_own():
    repeated = [key for key, count in Counter(map(natural_key, stored_rows())).items() if count > 1]

    assert repeated == []


@pytest.mark.parametrize("name", COUNTS)
def test_rows_hold_all_content_and_nothing_but_content(name):
    options = apps.get_model("claims", name)._meta
    content = {
        field.name
        for field in [*options.concrete_fields, *options.many_to_many]
        if not field.primary_key and not field.generated
    } - NOT_CONTENT.get(name, set())

    assert all(fields.keys() == content for fields in fields_of(name))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_one_changed_word_is_one_changed_line(file):
    text = file.read_bytes().decode("utf-8")
    rows = json.loads(text)

    assert text == json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    assert all(list(row["fields"]) == sorted(row["fields"]) for row in rows)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_explanations_cite_evidence_of_their_claim(language):
    known = {claim_and_key(evidence) for evidence in fields_of("evidence")}
    cited = {
        (claim["slug"], key)
        for claim in fields_of("claim")
        for key in re.findall(r"\[\^([^\]]+)\]", claim[f"explanation_{language}"])
    }

    assert cited
    assert cited - known == set()


def test_figures_name_evidence_of_their_claim():
    known = {claim_and_key(evidence) for evidence in fields_of("evidence")}

    for figure in fields_of("figure"):
        origin = figure["evidence"]
        assert origin is None or (tuple(origin) in known and origin[0] == figure["claim"][0])


def test_excerpts_have_at_most_thirty_words():
    lengths = [len(evidence["excerpt"].split()) for evidence in fields_of("evidence")]

    assert max(lengths) <= 30


@pytest.mark.django_db
def test_loading_twice_adds_no_rows_and_no_events():
    call_command("loaddata", *FILES, verbosity=0)
    rows, events = row_counts(), event_counts()
    call_command("loaddata", *FILES, verbosity=0)

    assert rows == COUNTS
    assert row_counts() == rows
    assert event_counts() == events


@pytest.mark.django_db
def test_loading_over_claims_under_way_fails_whole_and_names_the_remedy():
    call_command("loaddata", *FILES, verbosity=0)
    in_review, published = Claim.objects.order_by("position")[1:3]
    # The claim before them would be written by a load that merely stops there.
    Claim.objects.filter(position=1).update(statement_en="Edited by hand.")

    for claim, move_on in [(in_review, submit), (published, publish_claim)]:
        with transaction.atomic():
            move_on(claim)
            with pytest.raises(IntegrityError, match=r"use manage\.py importfixture"):
                call_command("loaddata", *FILES, verbosity=0)
            assert Claim.objects.get(position=1).statement_en == "Edited by hand."
            transaction.set_rollback(True)


def row_counts() -> dict[str, int]:
    return {name: apps.get_model("claims", name).objects.count() for name in COUNTS}


def event_counts() -> dict[str, int]:
    models = [model for model in apps.get_models() if issubclass(model, Event)]
    return {model.__name__: model.objects.count() for model in models}
