"""Reading files that come in: rows with their lines; sizes watched, nothing believed."""

import gzip
import io
import json
import tracemalloc
import zipfile
from itertools import islice

import pytest

from claims.interchange import arriving
from claims.interchange.arriving import UnreadableFile, UnsupportedFormat, json_rows, opened
from tests.interchange.arrivals import as_json, located, row

TOPIC = row("topic", slug="rain", label_en="Rain", label_fr="Pluie")


def refusal(text, name="desk.json"):
    with pytest.raises(UnreadableFile) as caught:
        list(located(text, name))
    return str(caught.value)


def test_each_row_knows_its_line_and_those_of_its_fields():
    text = "\n\n" + as_json([TOPIC, TOPIC | {"fields": {"slug": "snow", "label_en": "{S:\n}"}}])
    first, second = located(text)
    lines = text.split("\n")
    assert '"claims.topic"' in lines[first.line]
    assert '"label_fr"' in lines[first.line_of("label_fr") - 1]
    assert '"snow"' in lines[second.line_of("slug") - 1]
    assert second.line_of("label_en") == second.line_of("slug") + 1
    assert second.line_of("none") == second.line


def test_a_value_that_looks_like_a_field_is_not_taken_for_it():
    [only] = located('[{"model": "claims.topic", "fields": {"label_en": "slug",\n"slug": "a"}}]')
    assert only.line_of("slug") == 2


@pytest.mark.parametrize("write", [json.dumps, as_json])
def test_blocks_of_any_size_give_the_same_rows(monkeypatch, write):
    rows = [row("topic", slug=f"t{number}", label_en="é" * number) for number in range(60)]
    monkeypatch.setattr(arriving, "BLOCK", 7)
    monkeypatch.setattr(arriving, "LONGEST_ROW", 500)
    assert [one.row for one in located(write(rows))] == rows


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Line 1: a fixture is a list of rows"),
        ("{}", "Line 1: a fixture is a list of rows"),
        ("\n[", "Line 2, column 2 is no JSON"),
        ("[\n1]", "Line 2 is no row"),
        ("[\n{}]", "Line 2 is no row"),
        ('[\n{"model": "claims.topic", "fields": {}} {}]', "Line 2: there must be a comma"),
        ('[{"model": "claims.topic", "fields": {}},\n]', "Line 2: a comma before the end"),
        ('[{"model": "claims.topic", "fields": {}}\n', "Line 2: the file ends too early"),
        ("[]\n[]", "Line 2: something follows the end"),
        ('[{"model": "auth.user", "fields": {}}]', "Line 1: the model “auth.user” cannot come in"),
        ('[{"model": 7, "fields": {}}]', "the model “7” cannot come in"),
        ('[{"model": ["claims.claim"], "fields": {}}]', "cannot come in"),
        ('[{"model": "claims.topic", "pk": 1, "fields": {}}]', "leave “pk” out"),
        ('[{"model": "conflict", "fields": {}}]', "conflict of a merge"),
        ('[{"model": "claims.topic", "fields": {"slug": NaN}}]', "NaN is no JSON"),
        ('[\n{"model": "claims.topic", "fields": {"a": 1, "a": 2}}]', "line 2 is no JSON: “a”"),
        ('[{"model": "claims.topic", "fields": {"a": ' + "9" * 5000 + "}}]", "line 1 is no JSON"),
        ("[" * 100_000, "nested too deep"),
        ('[{"model": "claims.topic", "fields": {"a": "\n"}}]', "is no JSON: Invalid control"),
        (b'[\n{"model": "\xff"}]', "Line 2 is not UTF-8"),
        ("[]".encode("utf-16"), "not UTF-8"),
    ],
)
def test_what_is_no_fixture_is_refused_with_its_line(text, told):
    assert told in refusal(text)


def test_a_byte_order_mark_is_passed_over():
    assert [one.row for one in located("\ufeff" + as_json([TOPIC]))] == [TOPIC]


def test_a_row_of_enormous_length_is_refused():
    rows = as_json([TOPIC, row("topic", slug="long", label_en="x" * arriving.LONGEST_ROW)])
    assert "longer than 1048576 characters" in refusal(rows)
    endless = '[{"model": "claims.topic", "fields": {"slug": "' + "x" * 5_000_000
    assert "longer than 1048576 characters" in refusal(endless)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (b"<?xml version='1.0'?><django-objects>", "XML is not read"),
        (b"\xef\xbb\xbf \n<a>", "XML is not read"),
        (b"- model: claims.topic\n", "YAML is not read"),
        (b"---\n- model: claims.topic\n", "YAML is not read"),
        (b"BZh91AY", "Archives are not read"),
        (b"\xfd7zXZ\x00", "Archives are not read"),
        (b"7z\xbc\xaf\x27\x1c", "Archives are not read"),
        (b"x" * 257 + b"ustar", "Archives are not read"),
    ],
)
def test_xml_yaml_and_archives_are_not_read(given, told):
    with pytest.raises(UnsupportedFormat, match=told):
        opened(io.BytesIO(given), "desk.json")


def test_a_zip_file_is_not_read():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../desk.json", "[]")
    with pytest.raises(UnsupportedFormat, match="one by one"):
        opened(io.BytesIO(packed.getvalue()), "desk.json")


@pytest.mark.parametrize("name", ["a.xml", "a.YAML", "a.yml.gz", "a.zip", "a.jsonl", "a.tar.gz"])
def test_files_are_refused_by_their_names_too(name):
    with pytest.raises(UnsupportedFormat, match="are not read"):
        opened(io.BytesIO(b"[]"), name)


def test_gzip_is_unpacked():
    assert [one.row for one in located(gzip.compress(as_json([TOPIC]).encode()))] == [TOPIC]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda packed: packed[:-9], "ends too early"),
        (lambda packed: packed[:20] + b"\0\0\0\0" + packed[24:], "damaged|ends too early"),
        (lambda packed: packed + packed, "Something follows"),
        (lambda packed: packed + b"\0", "Something follows"),
        (lambda packed: gzip.compress(packed), "not UTF-8"),
    ],
)
def test_a_damaged_or_nested_gzip_is_refused(damage, told):
    with pytest.raises(UnreadableFile, match=told):
        list(located(damage(gzip.compress(as_json([TOPIC] * 9).encode()))))


def test_a_gzip_bomb_is_refused_while_it_is_read():
    bomb = gzip.compress(b"[" + b" " * 500_000_000, compresslevel=1)
    tracemalloc.start()
    try:
        assert "unpacks to more than 150 times its size" in refusal(bomb)
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()


def test_a_file_that_is_too_large_is_refused_while_it_is_read():
    endless = io.BytesIO(b"[" + b" \n" * 600)
    with pytest.raises(UnreadableFile, match="larger than 1000 bytes"):
        list(json_rows(opened(endless, "desk.json", 1000)))


def test_a_file_of_any_length_is_read_in_constant_memory():
    def pieces():
        yield b"["
        text = json.dumps(row("topic", slug="rain", label_en="é" * 2000)).encode()
        for _number in range(20_000):
            yield text + b",\n"
        yield text + b"]"

    class Stream(io.RawIOBase):
        waiting, source = b"", pieces()

        def readable(self):
            return True

        def readinto(self, buffer):
            while len(self.waiting) < len(buffer):
                piece = next(self.source, b"")
                if not piece:
                    break
                self.waiting += piece
            given, self.waiting = self.waiting[: len(buffer)], self.waiting[len(buffer) :]
            buffer[: len(given)] = given
            return len(given)

    rows = json_rows(opened(Stream(), "desk.json"))
    tracemalloc.start()
    try:
        assert len(list(islice((one.line for one in rows), 20_001))) == 20_001
        assert tracemalloc.get_traced_memory()[1] < 30 << 20
    finally:
        tracemalloc.stop()
