"""The record as files: every format, what is left out of it, and how outsiders check it."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.interchange.columns import COLUMNS
from claims.interchange.files import FILES
from claims.interchange.lines import lines
from claims.interchange.tables import FORMULA_STARTS, cell, neutral, original
from claims.interchange.writing import write_whole
from claims.models import Edition, EvidenceStance
from claims.record.claimreview import problems
from tests.exported import STRANGE, publish_history, read_table, text_of
from tests.factories import (
    make_claim,
    make_evidence,
    make_published,
    make_rated_claim,
    make_source,
    make_topic,
    publish_claim,
)

pytestmark = pytest.mark.django_db(databases=["default", "reader", "reporter"])
PROGRAM = Path(__file__).resolve().parents[2] / "templates" / "claims" / "verify.txt"


def read_lines(name):
    text = text_of(name)
    assert text.endswith("\n") or not text
    return [json.loads(line) for line in text.split("\n")[:-1]]


@pytest.fixture
def history():
    publish_history()


class TestLines:
    def test_the_history_is_every_edition_in_order_and_lossless(self, history):
        rows = read_lines("record.jsonl")
        editions = list(Edition.objects.order_by("sequence"))
        assert [row["sequence"] for row in rows] == [1, 2, 3, 4, 5, 6]
        assert [row["chain_hash"] for row in rows] == [one.chain_hash for one in editions]
        assert rows[1]["payload"] == editions[1].content
        assert rows[1]["payload"]["content"]["statement_en"] == editions[1].statement_en
        assert next(iter(rows[0])) == "sequence"
        assert len({tuple(row) for row in rows}) == 1

    def test_withdrawn_and_redacted_words_are_gone_and_their_hashes_stay(self, history):
        text = text_of("record.jsonl")
        assert "Never said." not in text
        assert "A frightened source." not in text
        rows = {(row["claim"], row["number"]): row for row in read_lines("record.jsonl")}
        assert rows["gone", 1]["payload"] is None
        assert rows["gone", 2]["payload"]["kind"] == "withdrawal"
        assert rows["blanked", 1]["payload"] is None
        assert all(row["payload_sha256"] for row in rows.values())

    def test_what_is_published_again_after_a_withdrawal_is_there(self, history):
        from claims.desk import workflow
        from claims.models import Claim
        from tests.factories import make_user, publish, submit

        claim = Claim.objects.get(slug="gone")
        workflow.revise(claim, by=make_user(), at=timezone.now())
        publish(submit(claim))
        rows = [row for row in read_lines("record.jsonl") if row["claim"] == "gone"]
        assert [row["payload"] is None for row in rows] == [True, False, False]

    def test_anyone_can_check_the_chain_without_our_software(self, history, tmp_path):
        (tmp_path / "record.jsonl").write_bytes(text_of("record.jsonl").encode())
        head = Edition.objects.order_by("-sequence").first().chain_hash
        checked = check(tmp_path)
        assert checked.stdout.split() == ["whole,", "up", "to", head]

    @pytest.mark.parametrize("line", range(6))
    def test_a_changed_or_missing_line_is_found(self, history, tmp_path, line):
        given = text_of("record.jsonl").split("\n")[:-1]
        changed = [*given]
        changed[line] = given[line].replace('"number":', '"number":1', 1)
        cut = given[:line] + given[line + 1 :]
        for number, forged in enumerate([changed, cut]):
            (tmp_path / "record.jsonl").write_text("\n".join(forged) + "\n", encoding="utf-8")
            # A chain may always be cut at its end: that is what keeping its head is for.
            is_cut_at_the_end = number == 1 and line == len(given) - 1
            assert (check(tmp_path).returncode == 0) == is_cut_at_the_end

    def test_live_claims_alone_stand_in_the_other_file(self, history):
        assert [row["claim"] for row in read_lines("claims.jsonl")] == ["mended", "blanked"]

    def test_an_empty_record_is_an_empty_file(self):
        assert text_of("record.jsonl") == ""

    def test_it_is_read_in_one_query_however_many(self, history, django_assert_num_queries):
        with django_assert_num_queries(1):
            b"".join(lines(Edition.objects.all()))


def check(folder):
    return subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM.read_text(encoding="utf-8")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


class TestTables:
    def test_every_live_claim_is_a_row_with_all_columns(self, history):
        text = text_of("claims.csv")
        rows = read_table(text)
        assert [row["claim"] for row in rows] == ["mended", "blanked"]
        assert list(rows[0]) == [column.name for column in COLUMNS]
        first = rows[0]
        assert original(first["statement_en"]) == STRANGE
        assert (first["rating"], first["rating_en"], first["rating_value"]) == (
            "false",
            "False",
            "1",
        )
        assert first["edition"] == "2"
        assert first["published_at"] == "2026-02-03T12:00:00.000000Z"
        assert first["quotes_en"] == "so it was said"
        assert first["evidence_supports"].startswith("http")
        assert first["url_fr"] == "http://testserver/fr/claims/mended/"
        assert first["is_outdated"] == "false"

    def test_lines_end_as_the_standard_says_and_there_is_no_mark(self, history):
        text = text_of("claims.csv")
        assert text.startswith("claim,")
        assert text.endswith("\r\n")

    def test_an_open_claim_has_blank_cells(self):
        make_published(topics=[make_topic(slug="rain"), make_topic(slug="wind")])
        [row] = read_table(text_of("claims.csv"))
        assert (row["rating"], row["rating_value"], row["topics"]) == ("", "", "rain|wind")

    def test_spreadsheets_get_a_mark_and_french_ones_semicolons(self, history):
        english, french = (text_of(f"claims.spreadsheet.{code}.csv") for code in ("en", "fr"))
        assert english.startswith("\ufeffclaim,")
        assert french.startswith("\ufeffclaim;")
        assert read_table(french[1:], ";") == read_table(english[1:])

    @pytest.mark.parametrize("start", FORMULA_STARTS)
    def test_no_cell_is_a_formula_and_every_text_comes_back(self, start):
        text = f"{start}SUM(A1:A2)"
        make_published(statement_en=text.replace("\0", ""))
        [row] = read_table(text_of("claims.csv"))
        assert not row["statement_en"].startswith(tuple("=+-@\t\r\n\0＝＋－＠"))
        assert original(row["statement_en"]) == Edition.objects.get().statement_en

    @given(st.text(max_size=30))
    @settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_the_apostrophe_can_always_be_taken_away(self, text):
        assert original(neutral(text)) == text
        assert not neutral(text).startswith(tuple("=+-@\t\r\n\0＝＋－＠"))

    def test_numbers_are_never_touched(self):
        [column] = [column for column in COLUMNS if column.name == "rating_value"]
        assert cell(column, -1) == "-1"


class TestReviews:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_every_verdict_is_in_the_feed_and_keeps_the_rules(self, history, language):
        make_published(slug="open")
        feed = json.loads(text_of(f"claimreview.{language}.json"))
        assert feed["@type"] == "DataFeed"
        items = feed["dataFeedElement"]
        assert len(items) == 2
        for item in items:
            assert item["item"]["@type"] == "ClaimReview"
            assert list(problems(item["item"])) == []
        assert items[0]["dateCreated"] < items[0]["dateModified"]

    def test_without_verdicts_it_is_empty(self):
        assert json.loads(text_of("claimreview.en.json"))["dataFeedElement"] == []


@pytest.mark.django_db(transaction=True, databases=["default", "reader", "reporter"])
class TestCommand:
    def test_it_writes_a_file_and_says_what_is_in_it(self, history, tmp_path, capsys):
        path = tmp_path / "record.jsonl"
        call_command("exportrecord", "--history", "--output", path)
        assert path.read_text(encoding="utf-8") == text_of("record.jsonl")
        manifest = json.loads((tmp_path / "record.jsonl.manifest.json").read_text())
        assert manifest["rows"] == 6
        assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert manifest["head"] == Edition.objects.order_by("-sequence")[0].chain_hash
        assert manifest["format"] == 3
        assert "6 rows" in capsys.readouterr().out
        assert sorted(file.name for file in tmp_path.iterdir()) == [
            "record.jsonl",
            "record.jsonl.manifest.json",
        ]

    @pytest.mark.parametrize(
        ("options", "name"),
        [
            (["--format", "csv"], "claims.csv"),
            (["--format", "claimreview"], "claimreview.en.json"),
            ([], "claims.jsonl"),
        ],
    )
    def test_to_standard_output_it_writes_the_file_alone(self, history, capsys, options, name):
        call_command("exportrecord", *options)
        assert capsys.readouterr().out == text_of(name)

    def test_filters_and_days_are_those_of_the_site(self, history, capsys):
        call_command("exportrecord", "--filter", "rating=true", "--as-of", "2026-02-02")
        [line, _end] = capsys.readouterr().out.split("\n")
        assert json.loads(line)["claim"] == "mended"

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--filter", "rating=wrong"], "--filter, rating: "),
            (
                ["--filter", "colour=red"],
                "--filter, colour: There is no such parameter. There are: q, rating",
            ),
            (["--as-of", "soon"], "--as-of: “soon” is not a day"),
            (["--history", "--filter", "rating=true"], "takes no filter"),
            (["--output", "/no/such/folder/file"], "cannot be written: No such file"),
            (["--package", "x", "--history"], "leave the other options out"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(self, history, options, said):
        with pytest.raises(CommandError) as refused:
            call_command("exportrecord", *options)
        assert said in str(refused.value)

    def test_under_the_readers_role_the_chain_streams_too(self, history, client):
        response = client.get("/data/record.jsonl")
        assert b"".join(response.streaming_content).decode() == text_of("record.jsonl")

    def test_a_package_checks_itself(self, history, tmp_path):
        call_command("exportrecord", "--package", tmp_path / "out")
        listed = (tmp_path / "out" / "SHA256SUMS").read_text().splitlines()
        assert len(listed) == len(FILES) + 1
        for line in listed:
            digest, name = line.split("  ")
            content = (tmp_path / "out" / name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == digest


def test_a_file_is_whole_or_not_there(tmp_path):
    path = tmp_path / "file"

    def broken():
        yield b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_whole(path, broken())
    assert list(tmp_path.iterdir()) == []
    write_whole(path, [b"old"])
    with pytest.raises(RuntimeError):
        write_whole(path, broken())
    assert path.read_bytes() == b"old"


def test_unpublished_work_is_in_no_file(client):
    make_claim(statement_en="A draft about a frightened source.", slug="secret-draft")
    publish_claim(make_claim())
    for name in FILES:
        text = text_of(name)
        assert "frightened" not in text
        assert "secret-draft" not in text


@pytest.mark.parametrize("stance", EvidenceStance.values)
def test_the_evidence_of_every_stance_has_its_column(stance):
    claim = make_rated_claim()
    source = make_source(url="https://example.org/a|b")
    make_evidence(claim=claim, stance=stance, source=source)
    publish_claim(claim)
    [row] = read_table(text_of("claims.csv"))
    assert "https://example.org/a%7Cb" in row[f"evidence_{stance}"].split("|")
