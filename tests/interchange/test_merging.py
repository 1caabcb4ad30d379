"""Two edited copies of a fixture merged with the file that both began as."""

import copy
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import Deserializer

from claims.interchange.merging import InvalidFixture, merge, read_rows
from claims.interchange.rows import in_order, key_of, text_of

ROOT = Path(__file__).resolve().parents[2]
INTERVIEW = ROOT / "fixtures" / "interview.json"
PAIRS = 1000


def claim(slug, position=1, **fields):
    columns = {"slug": slug, "document": ["d"], "position": position, "statement_en": f"{slug}?"}
    columns |= {"statement_fr": f"{slug} ?", "topics": [["rain"]], "section": None}
    return {"model": "claims.claim", "fields": columns | fields}


def quote(slug, key="en", **fields):
    columns = {"claim": [slug], "key": key, "exact": "said", "start": 0, "end": 4}
    return {"model": "claims.quote", "fields": columns | {"language": key} | fields}


def note(slug, key="n", text="Note."):
    return {"model": "claims.note", "fields": {"claim": [slug], "key": key, "text_en": text}}


DOCUMENT = {"model": "claims.document", "fields": {"slug": "d", "title_en": "D"}}
RAIN = {"model": "claims.topic", "fields": {"slug": "rain", "label_en": "Rain"}}
BASE = [RAIN, DOCUMENT, claim("a", 1), claim("b", 2), quote("a"), note("a")]


def keyed(rows):
    return {key_of(row): row for row in copy.deepcopy(rows)}


def changed(name, value, model="claims.claim"):
    """The base with one field of the first row of a model changed."""
    rows = copy.deepcopy(BASE)
    next(row for row in rows if row["model"] == model)["fields"][name] = value
    return rows


def merged(ours, theirs, base=BASE):
    return merge(keyed(base), keyed(ours), keyed(theirs))


def without(rows, model):
    return [row for row in rows if row["model"] != model]


class TestRows:
    def test_different_fields_of_one_claim_merge_clean(self):
        found = merged(changed("statement_en", "A!"), changed("statement_fr", "A !"))
        assert found.conflicts == []
        assert claim("a", statement_en="A!", statement_fr="A !") in found.rows

    def test_the_same_field_is_a_conflict_that_names_both_texts(self):
        found = merged(changed("statement_en", "Mine."), changed("statement_en", "Yours."))
        [conflict] = found.conflicts
        assert str(conflict) == 'claims.claim a, statement_en: ours "Mine.", theirs "Yours."'
        rows = json.loads(found.text())
        place = next(number for number, row in enumerate(rows) if row["model"] == "conflict")
        assert rows[place - 1]["fields"]["statement_en"] == "Mine."
        assert rows[place]["fields"] == {
            "base": "a?",
            "field": "statement_en",
            "ours": "Mine.",
            "row": "claims.claim a",
            "theirs": "Yours.",
        }

    def test_no_loader_takes_a_conflict(self):
        found = merged(changed("statement_en", "Mine."), changed("statement_en", "Yours."))
        conflict = [row for row in json.loads(found.text()) if row["model"] == "conflict"]
        with pytest.raises(DeserializationError):
            list(Deserializer(json.dumps(conflict)))
        with pytest.raises(InvalidFixture, match="conflict of an earlier merge: settle it"):
            read_rows(found.text(), "merged.json")

    def test_what_both_changed_alike_is_no_conflict(self):
        rows = changed("statement_en", "Same.")
        assert merged(rows, rows).text() == text_of(in_order(rows))

    def test_rows_that_either_side_added_are_there(self):
        found = merged([*BASE, claim("mine", 3)], [*BASE, claim("yours", 4)])
        slugs = [row["fields"]["slug"] for row in found.rows if row["model"] == "claims.claim"]
        assert (slugs, found.conflicts) == (["a", "b", "mine", "yours"], [])

    def test_a_row_that_one_side_took_away_is_gone(self):
        found = merged(without(BASE, "claims.note"), changed("statement_en", "A!"))
        assert found.conflicts == []
        assert "claims.note" not in {row["model"] for row in found.rows}

    @pytest.mark.parametrize("is_ours", [True, False])
    def test_taken_away_here_and_changed_there_is_a_conflict_and_it_stays(self, is_ours):
        sides = [without(BASE, "claims.note"), changed("text_en", "New.", "claims.note")]
        found = merged(*(sides if is_ours else reversed(sides)))
        [conflict] = found.conflicts
        assert conflict.part == "the whole row"
        assert note("a", text="New.") in found.rows

    def test_topics_are_a_set(self):
        topics = ("wind", "snow")
        added = [{"model": "claims.topic", "fields": {"slug": name}} for name in topics]
        mine = changed("topics", [["rain"], ["wind"]])
        yours = changed("topics", [["rain"], ["snow"]])
        found = merged(mine + added, yours + added)
        assert found.conflicts == []
        assert claim("a", topics=[["rain"], ["snow"], ["wind"]]) in found.rows

    def test_the_place_of_a_quote_is_one_thing(self):
        mine, yours = (changed("start", 1, "claims.quote"), changed("end", 9, "claims.quote"))
        found = merged(mine, yours)
        [conflict] = found.conflicts
        assert conflict.part == "the place of the quote"
        assert (conflict.ours["start"], conflict.theirs["end"]) == (1, 9)
        assert quote("a", start=1) in found.rows

    def test_what_the_other_side_refers_to_comes_back_and_is_told(self):
        gone = [row for row in BASE if row["fields"].get("slug") != "b"]
        found = merged(gone, [*BASE, quote("b")])
        [conflict] = found.conflicts
        assert conflict.part == "the whole row, which claims.quote b en refers to"
        assert claim("b", 2) in found.rows

    def test_rows_are_found_wherever_they_stand(self):
        found = merged(list(reversed(BASE)), changed("statement_en", "A!"))
        assert found.conflicts == []
        assert found.text() == text_of(in_order(changed("statement_en", "A!")))


def test_the_order_is_that_of_the_export():
    text = INTERVIEW.read_text(encoding="utf-8")
    rows = read_rows(text, "interview.json")
    shuffled = list(rows.values())
    random.Random(1).shuffle(shuffled)
    assert text_of(in_order(shuffled)) == text
    assert merge(rows, rows, rows).text() == text


def test_in_random_pairs_of_edits_nothing_is_lost_and_nothing_invented():
    chance = random.Random(20220110)
    base = [RAIN, DOCUMENT]
    for place in range(4):
        base += [claim(f"c{place}", place), quote(f"c{place}"), note(f"c{place}")]
    clean = 0
    for _pair in range(PAIRS):
        ours, theirs = edited(base, chance, "ours"), edited(base, chance, "theirs")
        found = merged(ours, theirs, base)
        check(keyed(base), keyed(ours), keyed(theirs), found)
        clean += not found.conflicts
    assert 0 < clean < PAIRS


def edited(base, chance, name):
    rows = copy.deepcopy(base)
    for number in range(chance.randint(1, 4)):
        row = chance.choice(rows)
        what = chance.choice(["text", "number", "add", "take"])
        texts = [key for key in row["fields"] if key.endswith(("_en", "_fr"))]
        if what == "add":
            slug = chance.choice(["x", "y", f"{name}-{number}"])
            if not any(one["fields"].get("slug") == slug for one in rows):
                rows.append(claim(slug, chance.randint(5, 9), statement_en=f"{name} {number}"))
        elif what == "take" and row["model"] in ("claims.note", "claims.quote"):
            rows.remove(row)
        elif row["model"] == "claims.quote":
            row["fields"][chance.choice(["start", "end"])] = chance.randint(5, 90)
        elif texts:
            row["fields"][chance.choice(texts)] = f"{name} {chance.randint(1, 3)}"
    return rows


def check(base, ours, theirs, found):
    result = keyed(found.rows)
    told = {key_of(conflict.row) for conflict in found.conflicts}
    for key, row in result.items():
        for name, value in row["fields"].items():
            sides = [side[key]["fields"].get(name) for side in (base, ours, theirs) if key in side]
            assert value in sides, (key, name)
    for side in (ours, theirs):
        for key in {*base, *side} - told:
            before, after = base.get(key), side.get(key)
            if before == after:
                continue
            if after is None:
                assert key not in result, key
                continue
            for name, value in after["fields"].items():
                if before is None or before["fields"].get(name) != value:
                    assert result[key]["fields"].get(name) == value, (key, name)
    for conflict in found.conflicts:
        assert conflict.ours != conflict.theirs
        for value, side in ((conflict.ours, ours), (conflict.theirs, theirs)):
            text = json.dumps(list(side.values()))
            assert isinstance(value, dict | None) or json.dumps(value) in text


class TestReading:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("{}", "it must be a list of rows"),
            ("[1]", "row 1 is no row"),
            ("[\n{", "line 2, column 2"),
            ('[{"model": "auth.user", "fields": {}}]', "the model 'auth.user' is not among"),
            ('[{"model": "claims.topic", "fields": {}}]', "the field slug is missing"),
            ('[{"model": "claims.topic", "fields": {"slug": NaN}}]', "NaN is no JSON"),
            ('[{"model": "x", "model": "y"}]', "“model” stands twice"),
            ("[" * 100_000, "f.json"),
            (text_of([RAIN, RAIN]), "row 2: claims.topic rain is there twice"),
            (
                text_of([{"model": "claims.note", "fields": {"claim": "a", "key": "k"}}]),
                "the field claim",
            ),
        ],
    )
    def test_what_is_no_fixture_is_refused_with_the_place(self, text, said):
        with pytest.raises(InvalidFixture) as refused:
            read_rows(text, "f.json")
        assert said in str(refused.value)
        assert str(refused.value).startswith("f.json")


class TestCommand:
    def write(self, folder, **sides):
        paths = []
        for name, rows in sides.items():
            (folder / name).write_text(text_of(rows), encoding="utf-8")
            paths.append(folder / name)
        return paths

    def test_a_clean_merge_stands_in_ours(self, tmp_path):
        mine, yours = changed("statement_en", "A!"), changed("statement_fr", "A !")
        paths = self.write(tmp_path, base=BASE, ours=mine, theirs=yours)
        call_command("mergefixture", *paths)
        assert paths[1].read_text(encoding="utf-8") == merged(mine, yours).text()
        assert len(list(tmp_path.iterdir())) == 3

    def test_a_conflict_fails_and_is_written_down(self, tmp_path):
        mine, yours = changed("statement_en", "Mine."), changed("statement_en", "Yours.")
        paths = self.write(tmp_path, base=BASE, ours=mine, theirs=yours)
        with pytest.raises(CommandError) as refused:
            call_command("mergefixture", *paths)
        assert 'ours "Mine.", theirs "Yours."' in str(refused.value)
        assert '"model": "conflict"' in paths[1].read_text(encoding="utf-8")

    def test_what_cannot_be_read_leaves_ours_as_it_was(self, tmp_path):
        paths = self.write(tmp_path, base=BASE, ours=BASE, theirs=BASE)
        before = paths[1].read_bytes()
        paths[2].write_bytes(b"\xff")
        with pytest.raises(CommandError, match="is not UTF-8 at byte 0"):
            call_command("mergefixture", *paths)
        assert paths[1].read_bytes() == before

    def test_git_merges_with_it(self, tmp_path):
        mine, yours = changed("statement_en", "A!"), changed("statement_fr", "A !")
        assert self.by_git(tmp_path, mine, yours)
        assert (tmp_path / "f.json").read_text(encoding="utf-8") == merged(mine, yours).text()

    def test_git_is_told_of_a_conflict(self, tmp_path):
        mine, yours = changed("statement_en", "Mine."), changed("statement_en", "Yours.")
        assert not self.by_git(tmp_path, mine, yours)
        assert '"model": "conflict"' in (tmp_path / "f.json").read_text(encoding="utf-8")

    def by_git(self, folder, ours, theirs):
        driver = f"'{sys.executable}' '{ROOT / 'manage.py'}' mergefixture %O %A %B"
        options = ["user.name=x", "user.email=x@example.org", f"merge.fixture.driver={driver}"]
        settings = [part for option in options for part in ("-c", option)]

        def git(*arguments):
            return subprocess.run(
                ["git", *settings, *arguments], cwd=folder, capture_output=True, check=False
            ).returncode

        def commit(rows):
            (folder / "f.json").write_text(text_of(rows), encoding="utf-8")
            assert git("add", "-A") == 0
            assert git("commit", "-m", "x") == 0

        assert git("init", "-b", "ours") == 0
        (folder / ".gitattributes").write_text("*.json merge=fixture\n")
        commit(BASE)
        assert git("branch", "theirs") == 0
        commit(ours)
        assert git("checkout", "theirs") == 0
        commit(theirs)
        assert git("checkout", "ours") == 0
        return git("merge", "theirs", "-m", "x") == 0
