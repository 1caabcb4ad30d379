"""Importing at the desk: a file is given, shown what it does, confirmed, and comes in."""

import gzip
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims.admin import importing
from claims.interchange.exporter import fixture
from claims.models import Claim, Topic
from tests.admin.pages import fields_of, list_address, text_of
from tests.factories import make_claim, make_rated_claim, make_topic, make_user, submit
from tests.interchange.arrivals import as_json, bytes_of, claim_row, row
from tests.markup import markup

ADDRESS = "/admin/claims/claim/import/"
TOPIC = row("topic", slug="rain", label_en="Rain", label_fr="Pluie")


@pytest.fixture
def claim(db):
    return make_claim(slug="wet", statement_en="It rains.")


def give(browser, rows, name="desk.json"):
    content = as_json(rows) if isinstance(rows, list) else rows
    return browser.post(ADDRESS, {"file": SimpleUploadedFile(name, bytes_of(content))})


def confirm(browser, shown, **changes):
    return browser.post(ADDRESS, fields_of(text_of(shown), "import_form") | changes)


def test_the_list_leads_to_it(editor):
    assert reverse("admin:claims_claim_import") == ADDRESS
    assert f'href="{ADDRESS}"' in text_of(editor.get(list_address(Claim)))
    page = text_of(editor.get(ADDRESS))
    assert "<code>statement_en</code>" in page


@pytest.mark.parametrize(("language", "delimiter"), [("en", ","), ("fr", ";")])
def test_a_blank_table_comes_in_again_once_it_is_filled(editor, claim, language, delimiter):
    page = markup(editor.get(ADDRESS))
    [address] = [link["href"] for link in page.find("a") if "download" in link.attributes]
    blank = editor.get(address, headers={"accept-language": language}).content.decode()
    assert blank.startswith("\ufeffclaim" + delimiter)
    given = {"claim": "dry", "statement_en": "Dry.", "kind": "event"}
    given |= {"claimant": claim.claimant.slug, "document": claim.document.slug}
    cells = [given.get(name, "") for name in blank.strip("\ufeff\r\n").split(delimiter)]
    shown = give(editor, blank + delimiter.join(cells), name="claims.csv")
    assert confirm(editor, shown).status_code == 302
    assert Claim.objects.get(slug="dry").statement_en == "Dry."


def test_only_who_may_import_gets_a_blank_table(client, claim):
    client.force_login(make_user(None))
    assert client.get(f"{ADDRESS}claims.csv").status_code == 403


def test_a_file_is_shown_first_and_comes_in_once_confirmed(editor, claim):
    make_topic(slug="snow", label_en="Snow", label_fr="Neige")
    rows = [
        TOPIC,
        row("topic", slug="snow", label_en="Snow"),
        claim_row(claim, statement_en="Pours."),
    ]
    shown = give(editor, rows)
    assert shown.status_code == 200
    assert "“It rains.” → “Pours.”" in text_of(shown)
    assert [cell.text for cell in markup(shown).find("td")] == ["1", "0", "1", "0", "1", "0"]
    claim.refresh_from_db()
    assert claim.statement_en == "It rains."
    done = confirm(editor, shown)
    assert done.status_code == 302
    claim.refresh_from_db()
    assert claim.statement_en == "Pours."
    assert "1 row is new. 1 row is changed." in text_of(editor.get(done.url))


def test_the_export_of_a_selection_comes_in_again(editor, claim):
    text = "".join(fixture(Claim.objects.all()))
    shown = give(editor, text)
    assert "The desk has all of this already: nothing would change." in text_of(shown)
    assert 'value="Import"' not in text_of(shown)


def test_fields_have_the_names_that_people_give_them(editor, claim):
    claim.topics.add(make_topic(slug="snow"), make_topic(slug="hail"))
    shown = give(editor, [claim_row(claim, statement_en="Pours.", topics=[["hail"]])])
    told = {" ".join(item.text.split()) for item in markup(shown).find("li")}
    assert "Statement (English) statement_en: “It rains.” → “Pours.”" in told
    assert "Topics topics: “hail, snow” → “hail”" in told


def test_what_changed_meanwhile_is_shown_again(editor, claim):
    shown = give(editor, [claim_row(claim, statement_en="Pours.")])
    Claim.objects.filter(pk=claim.pk).update(statement_en="Drizzles.")
    again = confirm(editor, shown)
    assert again.status_code == 409
    assert "“Drizzles.” → “Pours.”" in text_of(again)
    assert confirm(editor, again).status_code == 302


def test_a_row_that_cannot_come_in_is_told_and_there_is_no_button(editor, claim):
    rated = make_rated_claim(slug="checked")
    submit(rated)
    rows = [TOPIC, row("claim", slug="checked", statement_en="No."), claim_row(claim, kind="poem")]
    shown = give(editor, rows)
    page = text_of(shown)
    assert "2 rows cannot come in, so nothing was written." in page
    assert "The claim is in review: it must be sent back first." in page
    assert "poem" in page
    assert 'value="Import"' not in page
    assert not Topic.objects.filter(slug="rain").exists()


def test_what_is_refused_at_the_last_moment_is_shown(editor, claim):
    shown = give(editor, [row("claim", slug=make_rated_claim().slug, statement_en="Else.")])
    submit(Claim.objects.exclude(pk=claim.pk).get())
    again = confirm(editor, shown)
    assert again.status_code == 409
    assert "sent back first" in text_of(again)


def test_a_table_comes_in_and_its_other_columns_are_told(editor, claim):
    table = "claim;statement_en;rating_en\r\nwet;Pours.;Whatever\r\n"
    shown = give(editor, table, "claims.csv")
    assert "<code>rating_en</code>" in text_of(shown)
    assert confirm(editor, shown).status_code == 302
    claim.refresh_from_db()
    assert claim.statement_en == "Pours."


def test_gzip_comes_in(editor, claim):
    shown = give(editor, gzip.compress(json.dumps([TOPIC]).encode()), "desk.json.gz")
    assert confirm(editor, shown).status_code == 302
    assert Topic.objects.filter(slug="rain").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("desk.xml", "<a/>"),
        ("desk.json", "<a/>"),
        ("desk.yaml", "- a"),
        ("desk.json", b"PK\x03\x04"),
    ],
)
def test_kinds_that_are_never_read_are_refused_as_such(editor, name, content):
    refused = give(editor, content, name)
    assert refused.status_code == 415
    assert "not read" in text_of(refused)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "Line 1: a fixture is a list of rows"),
        ("[\n1]", "Line 2 is no row"),
        (gzip.compress(b"[" + b" " * 30_000_000), "larger than 10000000 bytes"),
        (b"[" + b" " * 10_000_001, "larger than 10000000 bytes"),
    ],
)
def test_what_cannot_be_read_is_told(editor, content, message):
    refused = give(editor, content)
    assert refused.status_code == 200
    assert message in text_of(refused)


def test_a_file_must_be_chosen(editor):
    assert "Choose a file." in text_of(editor.post(ADDRESS, {}))


@pytest.mark.parametrize("packed", ["nonsense", "====", "é"])
def test_a_file_that_was_lost_on_its_way_is_asked_for_again(editor, packed):
    page = text_of(editor.post(ADDRESS, {"packed": packed, "name": "a.json", "shown": "x"}))
    assert "The file was lost on its way" in page


def test_a_file_that_does_not_fit_into_the_form_is_refused(editor, monkeypatch):
    monkeypatch.setattr(importing, "LARGEST_PACKED", 50)
    assert "use manage.py importfixture" in text_of(give(editor, [TOPIC]))


def test_who_may_not_write_claims_may_not_import(client, db):
    client.force_login(make_user(None))
    assert client.get(ADDRESS).status_code == 403
    assert give(client, [TOPIC]).status_code == 403
