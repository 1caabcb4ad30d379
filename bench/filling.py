"""What fills a shape: the words, names, numbers and neighbours of one claim, from its number."""

import datetime
import random
import re
from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import Any

from bench.sample import SOURCE_KINDS, TOPICS
from bench.shapes import Shape, Shapes
from bench.words import Words, without_accents

TOPIC_COUNT = 200
MEASURE_COUNT = 40
# How many claims the documents have, over and over: an interview or a report now and then.
SIZES = [231, 1, 4, 60, 12, 2, 30, 8, 100, 3]
PER_SECTION = 20
LENGTHS = {
    "summary": 14, "explanationa": 22, "explanationb": 18, "finding": 11, "excerpt": 9,
    "exact": 11, "note": 10, "reason": 8,
}  # fmt: skip
TEXT = re.compile(r"(%s)\d*(en|fr)" % "|".join(LENGTHS))  # noqa: UP031
FIRST_DAY = datetime.date(2016, 1, 1)

type Values = dict[str, Any]


class Filler:
    """``values`` and the lists of what claims share; each depends on number and seed alone."""

    def __init__(self, shapes: Shapes, words: Words, claims: int, *, seed: int) -> None:
        self.shapes, self.words, self.claims, self.seed = shapes, words, claims, seed
        self.sources = max(8, claims // 3)
        self.starts, self.first_sections = [0], [1]
        while self.starts[-1] < claims:
            size = SIZES[(len(self.starts) - 1) % len(SIZES)]
            self.starts.append(self.starts[-1] + size)
            self.first_sections.append(self.first_sections[-1] + (size - 1) // PER_SECTION + 1)
        self._texts: dict[int, list[tuple[str, str, int]]] = {}

    def _chance(self, what: str, number: int) -> random.Random:
        return random.Random(f"{self.seed}/{what}/{number}")  # nosec B311: no secret

    @cached_property
    def topics(self) -> list[Values]:
        found = []
        for number in range(TOPIC_COUNT):
            english, french = self._pair(self._chance("topic", number), 2)
            alias = self.words.known["fr"][200 + number]
            slug = f"{slugged(english)}-{number}"
            found.append({"id": number + 1, "slug": slug, "en": english, "fr": french})
            found[-1]["alias"] = alias
        return found

    @cached_property
    def claimants(self) -> list[Values]:
        found = []
        for number in range(max(30, self.claims // 200)):
            english, french = self.words.name(self._chance("claimant", number))
            alias = english.split()[-1].lower() + "ov"
            found.append({"id": number + 1, "slug": f"{slugged(english)}-{number}"})
            found[-1] |= {"en": english, "fr": french, "alias": alias}
        return found

    @cached_property
    def measures(self) -> list[Values]:
        found = []
        for number in range(MEASURE_COUNT):
            english, french = self._pair(self._chance("measure", number), 3)
            slug = f"{slugged(english)}-{number}"
            found.append({"id": number + 1, "slug": slug, "en": english, "fr": french})
        return found

    def document(self, number: int) -> Values:
        chance = self._chance("document", number)
        english, french = self._pair(chance, 6)
        values = {"id": number + 1, "slug": f"{slugged(english)[:60]}-{number:05}"}
        publisher = self.words.text("fr", self._place(chance), 2)
        day = FIRST_DAY + datetime.timedelta(chance.randrange(2190))
        return values | {"en": english, "fr": french, "publisher": publisher, "dated": str(day)}

    def section(self, number: int) -> Values:
        english, french = self._pair(self._chance("section", number), 7)
        return {"id": number, "en": english, "fr": french}

    @lru_cache(50_000)  # noqa: B019
    def source(self, number: int) -> Values:
        chance = self._chance("source", number)
        title = self.words.text("en", self._place(chance), 7)
        values = {"id": number + 1, "slug": f"{slugged(title)[:60]}-{number:07}", "title": title}
        return values | {"publisher": f"Agency {int(400 * chance.random() ** 3)}"}

    def shape(self, number: int) -> Shape:
        return self.shapes.claims[number * 7_919 % len(self.shapes.claims)]

    def slug(self, number: int) -> str:
        start = self._place(self._chance("claim", number))
        return f"{slugged(self.words.text('en', start, 4))[:90]}-{number:07}"

    def values(self, number: int, version: int = 1) -> Values:
        """All that the shape of this claim names, but what belongs to its editions."""
        chance = self._chance("claim", number)
        shape, values = self.shape(number), self._statement(number, chance)
        for name, language, length in self._texts_of(shape):
            place = self._place(chance) + version if name[:7] == "summary" else self._place(chance)
            values[name] = self.words.text(language, place % self.words.length, length)
        self._file_under(number, chance, values)
        for place in range(len(SOURCE_KINDS)):
            # A source's kind is that of its place in the sample.
            source = int(chance.random() ** 2 * (self.sources // 4 - 1)) * 4 + place
            values[f"source{place}id"] = source + 1
            if f"source{place}slug" in shape.names:
                values |= marked(f"source{place}", self.source(source))
        values["event"] = str(FIRST_DAY + datetime.timedelta(int(chance.random() * 2190)))
        for place in range(2):
            values[f"figure{place}"] = int(10 ** (6 * chance.random()))
        for table, count in shape.counts.items():
            base = number * 8
            for place in range(count):
                values[f"{table.replace('_', '')}{place}id"] = base + place + 1
        return values | {"claimid": number + 1}

    def _statement(self, number: int, chance: random.Random) -> Values:
        start = self._place(chance)
        amount = int(10 ** (7 * chance.random()))
        values: Values = {"slug": self.slug(number)}
        for code, shown in (("en", f"{amount:,}"), ("fr", f"{amount:,}".replace(",", "\u202f"))):
            text = self.words.text(code, start, 10)
            ending = self.words.text(code, start + 10, 4).lower()
            values[f"statement{code}"] = f"{text} {shown} {ending}."
            values[f"short{code}"] = text[:74].strip()
        return values

    def _file_under(self, number: int, chance: random.Random, values: Values) -> None:
        document, place = self.place_of(number)
        values["position"], values["sectionnumber"] = place + 1, place // PER_SECTION + 1
        values |= marked("document0", self._document_of(document))
        values["dated"] = values["document0dated"]
        section = self.first_sections[document] + place // PER_SECTION
        values |= marked("section0", self.section(section))
        topics: set[int] = set()
        while len(topics) < TOPICS:
            topics.add(int(TOPIC_COUNT * chance.random() ** 2))
        needed = sorted(topics)[: self.shape(number).counts["claim_topics"]]
        in_order = sorted((self.topics[topic] for topic in needed), key=lambda topic: topic["slug"])
        for index, topic in enumerate(in_order):
            values |= marked(f"topic{index}", topic)
        first = int(len(self.claimants) * chance.random() ** 3)
        values |= marked("claimant0", self.claimants[first])
        values |= marked("claimant1", self.claimants[(first + 1) % len(self.claimants)])
        values |= marked("measure0", self.measures[int(MEASURE_COUNT * chance.random())])

    def place_of(self, number: int) -> tuple[int, int]:
        """The claim's document, and how many of its claims come before."""
        document = bisect_right(self.starts, number) - 1
        return document, number - self.starts[document]

    def document_of_section(self, section: int) -> tuple[int, int]:
        """The document of this section, and the section's number in it."""
        document = bisect_right(self.first_sections, section) - 1
        return document, section - self.first_sections[document] + 1

    def _document_of(self, number: int) -> Values:
        if getattr(self, "_last_document", (None,))[0] != number:
            self._last_document = (number, self.document(number))
        return self._last_document[1]

    def _texts_of(self, shape: Shape) -> list[tuple[str, str, int]]:
        if id(shape) not in self._texts:
            found = [(name, TEXT.fullmatch(name)) for name in shape.names]
            self._texts[id(shape)] = [
                (name, match[2], LENGTHS[match[1]]) for name, match in found if match
            ]
        return self._texts[id(shape)]

    def _place(self, chance: random.Random) -> int:
        return int(chance.random() * self.words.length)

    def _pair(self, chance: random.Random, count: int) -> tuple[str, str]:
        return (
            self.words.text("en", self._place(chance), count),
            self.words.text("fr", self._place(chance), count),
        )


def marked(mark: str, values: Values) -> Values:
    return {f"{mark}{name}": value for name, value in values.items()}


def slugged(text: str) -> str:
    if text.isascii():
        return text.lower().replace(" ", "-")
    return re.sub(r"[^a-z0-9]+", "-", without_accents(text.lower())).strip("-")
