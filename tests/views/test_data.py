"""The record as files: what is streamed, what is refused, and how it is described."""

import csv
import hashlib
from pathlib import Path

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from claims.interchange.files import FILES
from claims.models import Edition
from tests.exported import publish_history, read_table, text_of

PROGRAM = Path(__file__).resolve().parents[2] / "templates" / "claims" / "verify.txt"


@pytest.fixture
def history(db):
    publish_history()


@pytest.mark.parametrize("name", FILES)
def test_each_file_streams_with_its_type_and_is_asked_for_again_cheaply(client, history, name):
    response = client.get(f"/data/{name}")
    assert response.status_code == 200
    assert response.streaming
    assert b"".join(response.streaming_content).decode() == text_of(name)
    assert response["Content-Type"] == FILES[name].media_type
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Access-Control-Allow-Origin"] == "*"
    again = client.get(f"/data/{name}", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_a_filter_and_a_day_choose_what_is_in_it(client, history):
    assert claims_in(client, "rating=false") == ["mended"]
    assert claims_in(client, "rating=true") == ["blanked"]
    assert claims_in(client, "as_of=2026-02-02&rating=true") == ["mended"]
    assert claims_in(client, "q=source") == ["blanked"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("rating=wrong", "rating"),
        ("as_of=tomorrow", "as_of"),
        ("no_such=1", "no_such"),
        ("made_on_after=2022-13-01", "made_on_after"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(client, history, query, name):
    response = client.get(f"/data/claims.csv?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == [name]


def test_the_chain_takes_no_filter(client, history):
    assert client.get("/data/record.jsonl?rating=false").status_code == 400


@pytest.mark.parametrize("name", ["claims.xml", "claims.yaml", "x"])
def test_other_files_are_not_there(client, db, name):
    assert client.get(f"/data/{name}").status_code == 404


def test_the_description_fits_the_files(client, history):
    package = client.get("/data/datapackage.json").json()
    assert package["licenses"][0]["name"] == "CC BY 4.0"
    paths = {resource["path"]: resource for resource in package["resources"]}
    assert set(paths) == set(FILES)
    fields = paths["claims.csv"]["schema"]["fields"]
    [header] = list(csv.reader([text_of("claims.csv").split("\r\n")[0]]))
    assert [field["name"] for field in fields] == header
    assert all(field["description"] and field["type"] for field in fields)
    assert package["record"]["head"] == Edition.objects.order_by("-sequence")[0].chain_hash


def test_the_checksums_are_those_of_the_files(client, history):
    text = client.get("/data/SHA256SUMS").content.decode()
    listed = dict(reversed(line.split("  ")) for line in text.splitlines())
    assert set(listed) == {*FILES, "datapackage.json"}
    for name, expected in listed.items():
        response = client.get(f"/data/{name}")
        content = b"".join(response.streaming_content) if response.streaming else response.content
        assert hashlib.sha256(content).hexdigest() == expected, name


def test_a_long_record_is_not_read_for_its_checksums(client, history, monkeypatch):
    monkeypatch.setattr("claims.views.data.MOST_SUMMED", 1)
    with CaptureQueriesContext(connections["reader"]) as captured:
        response = client.get("/data/SHA256SUMS")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert "record.jsonl" in response.json()["detail"]
    assert not any("payload" in query["sql"] for query in captured)
    page = client.get("/fr/data/").content.decode()
    assert "ce registre est trop long" in page
    assert "/data/SHA256SUMS" not in page


def test_the_page_shows_the_program_that_the_documentation_shows(client, history):
    program = PROGRAM.read_text(encoding="utf-8")
    documented = (PROGRAM.parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    assert program.strip() in documented
    assert program.strip() in client.get("/en/data/").content.decode()


def claims_in(client, query):
    text = b"".join(client.get(f"/data/claims.csv?{query}").streaming_content).decode()
    return [row["claim"] for row in read_table(text)]
