"""Made-up texts in English and French whose words come as often as words do: by Zipf's law.

The commonest words are those of the languages themselves, so that stemmers and stop words have
their work; the rest is invented. Everything depends on the seed alone.
"""

import random
import unicodedata
from itertools import accumulate

FIRST = {
    "en": """the of and to in a is that for it was on are as with be by at this have from or had
        not but what all were when we there can an your which their said if do will each about how
        up out them then she many some so these would other into has more two like him see time
        could no make than first been its who now people my made over did down only way find use
        may water long little very after words called just where most know government minister
        police city street workers prices gas country president law million company report""",
    "fr": """de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce
        il sont la avec ils tout nous sa fait été aussi leur bien peut ces y deux ou mais comme
        on son entre sans autres après même où ans encore temps toujours quand déjà moins très
        cette vie avant peu gouvernement ministre police ville rue ouvriers prix gaz pays
        président loi million société rapport grève élection fenêtre hôpital août œuvre""",
}
ENDINGS = {
    "en": ["", "s", "ed", "ing", "er", "ers", "tion", "ness", "ly", "ment"],
    "fr": ["", "s", "é", "ée", "és", "er", "eur", "tion", "ité", "ement"],
}
SYLLABLES = {
    "en": "ba ker lo min stra ven dor pel wick han tor fel gam ric sul den mor tan bri cho",
    "fr": "bé cha lou mir tré ven dou pê gui han tor fle gam rou sul dan mar ten bri cho",
}
GIVEN = "Ada Aigerim Bruno Céline Dana Élise Farid Greta Hugo Inès Jonas Léa Marat Nora Olzhas Zoé"


class Words:
    """``text`` cuts out of a long stream of words, from anywhere in it."""

    def __init__(self, *, seed: int = 0, kinds: int = 200_000, length: int = 4_000_000) -> None:
        self.length = length
        self.known: dict[str, list[str]] = {}
        self._streams: dict[str, list[str]] = {}
        for language in ("en", "fr"):
            chance = random.Random(f"{seed}/words/{language}")  # nosec B311: no secret
            known = self.known[language] = _invented(chance, language, kinds)
            weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(known))))
            stream = chance.choices(known, cum_weights=weights, k=length)
            # A text that begins near the end goes on at the beginning.
            self._streams[language] = stream + stream[:200]

    def text(self, language: str, start: int, count: int) -> str:
        found = " ".join(self._streams[language][start : start + count])
        return found[0].upper() + found[1:]

    def name(self, chance: random.Random) -> tuple[str, str]:
        """A person's name in English and in French, where it may have accents."""
        given = chance.choice(GIVEN.split())
        family = "".join(chance.choices(SYLLABLES["fr"].split(), k=3)).capitalize()
        french = f"{given} {family}"
        return without_accents(french), french


def without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _invented(chance: random.Random, language: str, kinds: int) -> list[str]:
    found = dict.fromkeys(FIRST[language].split())
    syllables = SYLLABLES[language].split()
    while len(found) < kinds:
        stem = "".join(chance.choices(syllables, k=chance.choice([2, 2, 3, 3, 3, 4])))
        found[stem + chance.choice(ENDINGS[language])] = None
    return list(found)
