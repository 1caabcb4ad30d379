"""Made-up rows of a fixture, the same ones every time, in the order of an export.

Of each hundred claims about three hundred pieces of evidence, two hundred quotes, fifty figures,
a hundred relations and thirty notes. ``odd`` texts hold what files and programs stumble over.
"""

import random
from collections.abc import Callable, Iterator
from typing import Any

WORDS = [
    "rain", "strike", "city", "million", "minister", "worker", "price", "gas", "street", "law",
    "pluie", "grève", "ville", "ministre", "ouvrière", "prix", "été", "rue", "loi", "d’accord",
]  # fmt: skip
ODD = [
    "=1+1", "+7", "-3", "@SUM(A1)", "'quoted", '"', "\\", "\\n", "\t", "\n", "\r\n", "\u2028",
    "\u00a0", "é", "é", "😀", "👩‍👩‍👧", "ﬁ", "שלום", "\u202e", "</script>", "<b>&amp;", "{{ x }}",
    "%s", "|", ";", ",", "＝2", "\ufeff", "\x1f", "null", "[^one]",
]  # fmt: skip
KINDS_OF_CLAIM = ["event", "legal", "causal", "ownership"]
SHARED = {"topic": 40, "claimant": 30, "measure": 20}
PER_DOCUMENT = 250

type Fields = dict[str, Any]


class Generator:
    """``rows()`` gives the rows; each depends on its number and the seed alone."""

    def __init__(self, count: int, *, seed: int = 0, odd: bool = False) -> None:
        self.count, self.seed, self.odd = count, seed, odd
        self.sources = max(1, count // 3)
        self.documents = (count - 1) // PER_DOCUMENT + 1

    def rows(self) -> Iterator[dict[str, Any]]:
        shared: list[tuple[str, int, Callable[[int, random.Random], Fields]]] = [
            ("unit", 1, lambda number, _chance: self._unit(number)),
            ("measure", SHARED["measure"], self._measure),
            ("topic", SHARED["topic"], self._topic),
            ("claimant", SHARED["claimant"], self._claimant),
            ("document", self.documents, self._document),
            ("section", self.documents, self._section),
            ("source", self.sources, self._source),
        ]
        for model, count, make in shared:
            for number in range(count):
                yield self._row(model, make(number, self._chance(model, number)))
        for number in range(self.count):
            yield self._row("claim", self._claim(number, self._chance("claim", number)))
        for model, make_all in [
            ("quote", self._quotes),
            ("evidence", self._evidence),
            ("figure", self._figures),
            ("note", self._notes),
            ("relation", self._relations),
        ]:
            for number in range(self.count):
                for fields in make_all(number, self._chance(model, number)):
                    yield self._row(model, {"claim": [slug(number)], **fields})

    def _chance(self, model: str, number: int) -> random.Random:
        return random.Random(f"{self.seed}/{model}/{number}")  # nosec B311: no secret

    def _row(self, model: str, fields: Fields) -> dict[str, Any]:
        return {"model": f"claims.{model}", "fields": fields}

    def _text(self, chance: random.Random, words: int) -> str:
        found = chance.choices(WORDS, k=words)
        if self.odd and chance.random() < 0.5:
            found[chance.randrange(words)] = chance.choice(ODD)
        return " ".join(found).capitalize() if not self.odd else " ".join(found)

    def _pair(self, name: str, chance: random.Random, words: int) -> Fields:
        return {f"{name}_{code}": self._text(chance, words) for code in ("en", "fr")}

    def _unit(self, number: int) -> Fields:
        names = {f"{form}_{code}": "people" for form in ("one", "other") for code in ("en", "fr")}
        return {"slug": f"unit-{number}", **names}

    def _measure(self, number: int, chance: random.Random) -> Fields:
        return {
            "slug": f"measure-{number:03}",
            "unit": ["unit-0"],
            **self._pair("label", chance, 3),
        }

    def _topic(self, number: int, chance: random.Random) -> Fields:
        return {"slug": f"topic-{number:03}", **self._pair("label", chance, 2), "aliases": []}

    def _claimant(self, number: int, chance: random.Random) -> Fields:
        fields = {
            "slug": f"claimant-{number:03}",
            "kind": "person",
            **self._pair("name", chance, 2),
        }
        return fields | {"aliases": [self._text(chance, 1).strip() or "x"], "same_as": ""}

    def _document(self, number: int, chance: random.Random) -> Fields:
        fields = {"slug": f"document-{number:05}", "kind": "interview", "languages": ["fr", "en"]}
        return {**fields, **self._pair("title", chance, 5), "published": "2022-01-10~"}

    def _section(self, number: int, chance: random.Random) -> Fields:
        return {
            "document": [f"document-{number:05}"],
            "number": 1,
            **self._pair("heading", chance, 4),
        }

    def _source(self, number: int, chance: random.Random) -> Fields:
        return {
            "url": f"https://example.org/{number:07}?a=1&b=é",
            "kind": "newspaper",
            "publisher": self._text(chance, 2),
            "title": self._text(chance, 6),
            "language": "en",
            "published": chance.choice(["", "2022-01-05", "2022-01", "2022~", "2022-01-02/.."]),
            "retrieved_on": chance.choice([None, "2026-02-03"]),
        }

    def _claim(self, number: int, chance: random.Random) -> Fields:
        document = f"document-{number // PER_DOCUMENT:05}"
        return {
            "slug": slug(number),
            "document": [document],
            "section": chance.choice([None, [document, 1]]),
            "position": number % PER_DOCUMENT + 1,
            **self._pair("statement", chance, 12),
            "kind": chance.choice(KINDS_OF_CLAIM),
            "claimant": [f"claimant-{chance.randrange(SHARED['claimant']):03}"],
            "topics": sorted(
                [f"topic-{topic:03}"] for topic in chance.sample(range(SHARED["topic"]), 2)
            ),
            "event_date": chance.choice(["", "2022-01-05", "2022-01-05~", "2022-01-02/2022-01-08"]),
            "is_open": chance.random() < 0.1,
            **self._pair("summary", chance, 14),
            **self._pair("explanation", chance, 60),
        }

    def _quotes(self, _number: int, chance: random.Random) -> Iterator[Fields]:
        for code in ("en", "fr"):
            yield {"key": code, "language": code, "exact": self._text(chance, 10)}

    def _evidence(self, _number: int, chance: random.Random) -> Iterator[Fields]:
        for place in range(3):
            yield {
                "key": f"e{place}",
                "position": place,
                "source": [f"https://example.org/{chance.randrange(self.sources):07}?a=1&b=é"],
                "stance": chance.choice(["supports", "contradicts", "context"]),
                **self._pair("finding", chance, 15),
            }

    def _figures(self, number: int, chance: random.Random) -> Iterator[Fields]:
        if number % 2:
            value = f"{chance.randrange(10**6)}.{chance.randrange(1, 10)}"
            yield {
                "key": "f",
                "measure": [f"measure-{chance.randrange(SHARED['measure']):03}"],
                "evidence": chance.choice([None, [slug(number), "e1"]]),
                **chance.choice([{"value": value}, {"low": "-0.5", "high": value}]),
            }

    def _notes(self, number: int, chance: random.Random) -> Iterator[Fields]:
        if number % 10 < 3:
            visibility = "public" if number % 10 == 0 else "internal"
            yield {"key": "n", "visibility": visibility, **self._pair("text", chance, 12)}

    def _relations(self, number: int, _chance: random.Random) -> Iterator[Fields]:
        if number:
            yield {"kind": "repeats", "target": [slug(number - 1)]}


def slug(number: int) -> str:
    return f"claim-{number:07}"
