"""A sample of claims with placeholders for words, numbers and dates, published for real.

Texts and slugs are ``zz…zz``; numbers and dates that no person would write stand for others.
"""

import datetime
import io
import json
import random
from collections.abc import Iterator
from typing import Any

RATINGS = ["true", "mostly_true", "half_true", "mostly_false", "false", "unproven"]
KINDS = ["attribution", "causal", "event", "event", "legal", "ownership", "quantity"]
SOURCE_KINDS = ["newspaper", "agency", "official", "ngo"]
TOPICS = 3  # At most, of one claim.
POSITION, SECTION, EVENT, DOCUMENT_DATE = 1_880_000_000, 31_999, "1901-02-03", "1902-02-03"
FIGURE = 7_000_000
TARGET = "zztargetzz"
UNIT = "archive-people"  # Made before, and kept.
# In which the importer takes them.
ORDER = [
    "unit", "measure", "topic", "claimant", "document", "section", "source", "claim", "quote",
    "evidence", "figure", "note", "relation",
]  # fmt: skip


def publish_sample(count: int, seed: int) -> None:
    from claims.desk import workflow
    from claims.desk.roles import CHIEF_EDITOR, RESEARCHER
    from claims.interchange.arriving import json_rows
    from claims.interchange.importer import import_files
    from claims.models import Claim
    from claims.record.composing import content_sha256
    from tests.factories import make_user

    at = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    rows = sorted(_fixture(count, seed), key=lambda row: ORDER.index(row["model"].split(".")[1]))
    text = json.dumps(rows).encode()
    import_files([("sample", json_rows(io.BytesIO(text)))], by=None, at=at)
    researcher, editor = make_user(RESEARCHER), make_user(CHIEF_EDITOR)
    claims = Claim.objects.filter(position__gte=POSITION)
    for claim in claims:
        workflow.submit(claim, by=researcher, at=at)
    contents = workflow.preview(list(claims.with_content()))
    previews = {slug: content_sha256(content) for slug, content in contents.items()}
    workflow.publish_many(previews, by=editor, at=at)
    reasons = {"reason_en": "zzreasonenzz", "reason_fr": "zzreasonfrzz"}
    workflow.withdraw(Claim.objects.get(slug=TARGET), by=editor, at=at, **reasons)


def _fixture(count: int, seed: int) -> Iterator[dict[str, Any]]:
    def row(model: str, **fields: Any) -> dict[str, Any]:
        return {"model": f"claims.{model}", "fields": fields}

    def pair(name: str, mark: str) -> dict[str, str]:
        return {f"{name}_{code}": f"zz{mark}{code}zz" for code in ("en", "fr")}

    people = {f"{form}_{code}": "people" for form in ("one", "other") for code in ("en", "fr")}
    yield row("unit", slug=UNIT, **people)
    yield row("measure", slug="zzmeasure0slugzz", unit=[UNIT], **pair("label", "measure0"))
    for place in range(TOPICS):
        aliases = [f"zztopic{place}aliaszz"]
        slug = f"zztopic{place}slugzz"
        yield row("topic", slug=slug, aliases=aliases, **pair("label", f"topic{place}"))
    for place in range(2):
        names = pair("name", f"claimant{place}")
        slug, aliases = f"zzclaimant{place}slugzz", [f"zzclaimant{place}aliaszz"]
        yield row("claimant", slug=slug, kind="person", aliases=aliases, same_as="", **names)
    document = "zzdocument0slugzz"
    yield row(
        "document", slug=document, kind="interview", languages=["fr", "en"],
        publisher="zzdocument0publisherzz", url="https://example.org/zzdocument0slugzz",
        published=DOCUMENT_DATE, **pair("title", "document0"),
    )  # fmt: skip
    yield row("section", document=[document], number=SECTION, **pair("heading", "section0"))
    for place, kind in enumerate(SOURCE_KINDS):
        mark = f"source{place}"
        yield row(
            "source", url=f"https://example.org/zz{mark}slugzz", kind=kind, language="en",
            publisher=f"zz{mark}publisherzz", title=f"zz{mark}titlezz", published="2022-01-11",
            retrieved_on="2026-01-01",
        )  # fmt: skip
    for number in range(-1, count):
        chance = random.Random(f"{seed}/shape/{number}")  # nosec B311: no secret
        slug = f"zzslug{number}zz" if number >= 0 else TARGET
        yield row("claim", slug=slug, **_claim(number + 1, chance, pair))
        for part, fields in _parts(chance, pair, slug):
            yield row(part, claim=[slug], **fields)


def _claim(number: int, chance: random.Random, pair: Any) -> dict[str, Any]:
    is_open = chance.random() < 0.1
    explained = {
        f"explanation_{code}": f"zzexplanationa{code}zz [^e0]\n\nzzexplanationb{code}zz [^e1]"
        for code in ("en", "fr")
    }
    return {
        "document": ["zzdocument0slugzz"],
        "section": ["zzdocument0slugzz", SECTION],
        "position": POSITION + number,
        "kind": chance.choice(KINDS),
        "claimant": ["zzclaimant0slugzz"],
        "reported_claimant": ["zzclaimant1slugzz"] if chance.random() < 0.15 else None,
        "topics": [[f"zztopic{place}slugzz"] for place in range(chance.choice([1, 1, 2, 2, 3]))],
        "event_date": EVENT if chance.random() < 0.7 else "",
        "is_open": is_open,
        "rating": None if is_open else [1, chance.choice(RATINGS)],
        "single_source_reason": "",
        **pair("statement", "statement"),
        **pair("short_statement", "short"),
        **pair("summary", "summary"),
        **explained,
    }


def _parts(chance: random.Random, pair: Any, slug: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for code in ("en", "fr"):
        yield "quote", {"key": code, "language": code, "exact": f"zzexact{code}zz"}
    count = chance.choice([2, 3, 3, 4])
    for place in range(count):
        yield "evidence", {
            "key": f"e{place}", "position": place, **pair("finding", f"finding{place}"),
            "source": [f"https://example.org/zzsource{place}slugzz"],
            "stance": chance.choice(["supports", "contradicts", "context"]),
            "excerpt": f"zzexcerpt{place}enzz" if chance.random() < 0.7 else "",
        }  # fmt: skip
    if chance.random() < 0.3:
        for place in range(2):
            yield "figure", {
                "key": f"f{place}", "position": place, "measure": ["zzmeasure0slugzz"],
                "evidence": [slug, "e0"] if place else None, "as_of": "2022-01",
                "value": str(FIGURE + place),
            }  # fmt: skip
    if chance.random() < 0.3:
        visibility = chance.choice(["public", "internal", "internal"])
        yield "note", {"key": "n0", "visibility": visibility, **pair("text", "note")}
    if slug != TARGET and chance.random() < 0.1:
        yield "relation", {"kind": "repeats", "target": [TARGET]}
