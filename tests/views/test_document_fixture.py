"""What is published of a document as a fixture: all that readers see of it, and nothing else."""

import json

import pytest
from django.core.management import call_command

from claims.interchange.exporter import fixture
from claims.interchange.rows import key_of
from claims.models import Claim, Document, Source
from tests.exported import publish_history
from tests.factories import (
    make_claim,
    make_claimant,
    make_document,
    make_evidence,
    make_figure,
    make_note,
    make_quote,
    make_rated_claim,
    make_relation,
    make_reply,
    make_section,
    make_topic,
    publish_claim,
)
from tests.interchange.arrivals import bring, counts

DESK_ONLY = {
    "claims.claim": {"priority", "single_source_reason"},
    "claims.source": {"description"},
}


@pytest.fixture
def document(db):
    """Two claims with all that readers see, related to each other and to a draft."""
    document = make_document(slug="speech")
    section = make_section(document=document)
    claims = [
        make_rated_claim(
            slug=slug,
            document=document,
            section=section,
            topics=[make_topic()],
            reported_claimant=make_claimant(),
        )
        for slug in ("wet", "dry")
    ]
    wet, dry = claims
    Source.objects.update(description="SECRET description")
    make_quote(claim=wet, exact="It rained.")
    given = make_evidence(claim=wet)
    make_figure(claim=wet, value="40")
    make_figure(claim=wet, value="39", evidence=given)
    make_reply(claim=wet)
    make_note(claim=wet, visibility="public", text_en="For all.", text_fr="Pour tous.")
    make_note(claim=wet, text_en="SECRET note")
    make_relation(claim=wet, target=dry)
    make_relation(claim=wet, target=make_claim(slug="secret-draft", document=document))
    for claim in (dry, wet):
        publish_claim(claim)
    Claim.objects.filter(slug="wet").update(priority=1)
    return document


def text_of(client, slug="speech", query=""):
    response = client.get(f"/data/fixtures/{slug}.json{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_it_says_what_the_desk_says_of_what_is_published(client, document):
    published = {key_of(row): row for row in json.loads(text_of(client))}
    chosen = Claim.objects.filter(slug__in=["wet", "dry"])
    for row in json.loads("".join(fixture(chosen))):
        left_out = DESK_ONLY.get(row["model"], set())
        expected = {name: value for name, value in row["fields"].items() if name not in left_out}
        assert published.pop(key_of(row))["fields"] == expected
    assert {model for model, _key in published} == {"claims.rating"}


def test_nothing_of_the_desk_is_in_it(client, document):
    assert "secret" not in text_of(client).lower()


def test_it_is_written_as_an_export_is(client, document):
    text = text_of(client)
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


def test_it_comes_into_another_desk(client, document, tmp_path):
    text = text_of(client).replace('"wet"', '"wet-here"').replace('"dry"', '"dry-here"')
    text = text.replace('"speech"', '"speech-here"')
    assert counts(bring(text))["new"] > 10
    imported = Claim.objects.filter(document__slug="speech-here")
    assert set(imported.values_list("slug", "status")) == {
        ("wet-here", "draft"),
        ("dry-here", "draft"),
    }
    assert set(counts(bring(text))) == {"unchanged"}
    file = tmp_path / "speech.json"
    file.write_text(text, encoding="utf-8")
    call_command("loaddata", file, verbosity=0)
    assert set(counts(bring(text))) == {"unchanged"}


def test_where_editions_differ_the_newest_is_right(client, document):
    Document.objects.update(title_en="The new title")
    claim = make_rated_claim(slug="late", document=document)
    publish_claim(claim)
    [row] = [row for row in json.loads(text_of(client)) if row["model"] == "claims.document"]
    assert row["fields"]["title_en"] == "The new title"


def test_a_past_day_and_old_formats(client, db):
    publish_history()
    slug = Document.objects.first().slug
    now, then = (json.loads(text_of(client, slug, query)) for query in ("", "?as_of=2026-02-02"))
    ratings = [
        row["fields"]["rating"]
        for rows in (now, then)
        for row in rows
        if row["model"] == "claims.claim" and row["fields"]["slug"] == "mended"
    ]
    assert ratings == [[1, "false"], [1, "true"]]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("speech.json?as_of=tomorrow", 400),
        ("speech.json?rating=false", 400),
        ("nothing.json", 404),
        ("speech.json?as_of=2001-01-01", 404),
    ],
)
def test_what_there_is_not_is_refused(client, document, address, status):
    assert client.get(f"/data/fixtures/{address}").status_code == status


def test_it_is_asked_for_again_cheaply_and_by_any_page(client, document):
    first = client.get("/data/fixtures/speech.json")
    assert first["Access-Control-Allow-Origin"] == "*"
    assert first["Content-Disposition"] == 'attachment; filename="speech.json"'
    again = client.get("/data/fixtures/speech.json", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_the_documents_page_leads_to_it(client, document):
    assert (
        'href="/data/fixtures/speech.json"' in client.get("/en/documents/speech/").content.decode()
    )
