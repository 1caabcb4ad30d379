"""Canonical texts and hashes, checked against what anyone can compute without us."""

import datetime
import hashlib
import json

import pytest

from claims.models import Edition
from claims.record.chain import canonical, canonical_line, chain_hash, people_hash, timestamp
from tests.factories import make_published


def test_canonical_text_is_that_of_rfc_8785():
    value = {"b": [True, None, "é€"], "a": 1, "\r": "\n", "€": 1.5}
    assert canonical(value) == '{"\\r":"\\n","a":1,"b":[true,null,"é€"],"€":1.5}'


@pytest.mark.parametrize(
    "value",
    [
        {"b": "é€😀", "a": 1, "_": "", "Z": -7},
        {"text": "".join(map(chr, range(0x180))) + "\u2028\u2029\ufeff\uffff"},
        ["salt", None, 2**53 - 1, "</script>"],
    ],
)
def test_a_line_is_the_canonical_text(value):
    assert canonical_line(value) == canonical(value)


def test_a_timestamp_is_in_utc_with_microseconds():
    paris = datetime.timezone(datetime.timedelta(hours=1))
    moment = datetime.datetime(2022, 1, 10, 0, 30, tzinfo=paris)
    assert timestamp(moment) == "2022-01-09T23:30:00.000000Z"


@pytest.mark.django_db
def test_the_chain_can_be_recomputed_with_the_standard_library():
    make_published()
    make_published()
    previous = ""
    for edition in Edition.objects.order_by("sequence"):
        link = {
            "sequence": edition.sequence,
            "claim": edition.claim_slug,
            "number": edition.number,
            "kind": edition.kind,
            "published_at": edition.published_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "payload_sha256": hashlib.sha256(edition.payload.encode()).hexdigest(),
            "people": people_hash(
                edition.people_salt, edition.submitted_by_id, edition.approved_by_id
            ),
            "previous": previous,
        }
        text = json.dumps(link, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert edition.chain_hash == hashlib.sha256(text.encode()).hexdigest()
        previous = edition.chain_hash


@pytest.mark.parametrize(
    "other",
    [
        {"sequence": 2},
        {"claim": "other"},
        {"number": 2},
        {"kind": "withdrawal"},
        {"published_at": datetime.datetime(2022, 1, 11, tzinfo=datetime.UTC)},
        {"payload_sha256": "1" * 64},
        {"people": "1" * 64},
        {"previous": "1" * 64},
    ],
)
def test_the_hash_depends_on_each_part(other):
    link = {
        "sequence": 1,
        "claim": "a-claim",
        "number": 1,
        "kind": "publication",
        "published_at": datetime.datetime(2022, 1, 10, tzinfo=datetime.UTC),
        "payload_sha256": "0" * 64,
        "people": "0" * 64,
        "previous": "",
    }
    assert chain_hash(**link) != chain_hash(**(link | other))
