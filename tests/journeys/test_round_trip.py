"""The same data gives the same bytes: out, in, and out again."""

import csv
import io
import json
from itertools import zip_longest

import pytest
from django.core.management import call_command
from django.db import transaction

from bench.generated import ODD, Generator
from claims.interchange.rows import in_order, text_of
from claims.models import Claim
from tests.interchange.arrivals import bring, counts, told, whole_desk

pytestmark = pytest.mark.django_db
FORMULAS = tuple("=+-@\t\r\n\0＝＋－＠")


def after(load):
    """What the desk exports once it was loaded; then it is empty again."""
    with transaction.atomic():
        load()
        text = whole_desk()
        transaction.set_rollback(True)
    assert not Claim.objects.exists()
    return text


def first_difference(one, other):
    """The first lines that differ: comparing the whole texts would take minutes to tell."""
    pairs = zip_longest(one.split("\n"), other.split("\n"))
    return next(((place, *pair) for place, pair in enumerate(pairs, 1) if pair[0] != pair[1]), None)


def import_whole(text):
    report = bring(text)
    assert told(report) == ""
    assert set(counts(report)) == {"new"}


def test_two_thousand_generated_claims_come_out_as_they_came_in():
    generated = text_of(Generator(2000, odd=True).rows())
    first = after(lambda: import_whole(generated))
    assert first_difference(after(lambda: import_whole(first)), first) is None
    assert says_all(generated, first)
    assert first_difference(first, text_of(in_order(json.loads(first)))) is None


def says_all(generated, exported):
    """Whether every field of every generated row came out as it went in."""
    rows = zip(json.loads(generated), json.loads(exported), strict=True)
    return all(
        given["model"] == found["model"] and given["fields"].items() <= found["fields"].items()
        for given, found in rows
    )


def test_loaddata_gives_the_same_bytes(tmp_path):
    first = after(lambda: import_whole(text_of(Generator(60, seed=2, odd=True).rows())))
    file = tmp_path / "desk.json"
    file.write_text(first, encoding="utf-8", newline="")
    loaded = after(lambda: call_command("loaddata", file, verbosity=0))
    assert first_difference(loaded, first) is None


def test_every_odd_text_comes_back_from_a_table():
    texts = [text for text in ODD if text.strip()]
    fields = {"kind": "event", "document": "document-00000", "claimant": "claimant-000"}
    bring(text_of(Generator(1).rows()))
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(["claim", "statement_en", *fields])
    for number, text in enumerate(texts):
        guarded = f"'{text}" if text.startswith((*FORMULAS, "'")) else text
        table.writerow([f"odd-{number}", guarded, *fields.values()])
    report = bring(out.getvalue(), name="odd.csv")
    assert told(report) == ""
    found = Claim.objects.filter(slug__startswith="odd-").order_by("pk")
    assert list(found.values_list("statement_en", flat=True)) == texts
