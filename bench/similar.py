"""How long it takes to find similar claims among very many, and how well they are found.

    python -m bench.similar --claims 100000

Works in a database of its own, made for it and dropped afterwards, on the server that
DATABASE_URL names or on the embedded one; its user must be a superuser, because the triggers
are switched off while the claims are loaded. The claims are made up, the same ones every time:
frequent words and rare ones as in Zipf's law, in two languages, each claim about one subject.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import django

QUESTIONS = 200
WORDS = 60_000  # of each language
NAMES = 20_000  # the same in both
SUBJECTS = 2_000
WORDS_OF_SUBJECT = 300
SYLLABLES = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]
LITTLE = {"en": ["the", "of", "in", "was", "and"], "fr": ["le", "de", "dans", "était", "et"]}


class Vocabulary:
    """Made-up words in the order of their frequency."""

    def __init__(self, chance: random.Random) -> None:
        self.words = {
            language: [made_up(chance) + chance.choice(endings) for _ in range(WORDS)]
            for language, endings in [
                ("en", ["", "s", "ing", "ed", "er"]),
                ("fr", ["", "s", "ant", "ée", "eur"]),
            ]
        }
        self.names = [made_up(chance).capitalize() for _ in range(NAMES // 2)]
        self.names += [str(chance.randrange(1, 5_000)) for _ in range(NAMES // 2)]
        chance.shuffle(self.names)
        self.of_words = zipf(WORDS)
        self.of_names = zipf(NAMES)
        self.of_subject = zipf(WORDS_OF_SUBJECT)
        self.subjects = [chance.choices(range(WORDS), k=WORDS_OF_SUBJECT) for _ in range(SUBJECTS)]

    def statements(self, chance: random.Random) -> dict[str, str]:
        """The same said in each language: common words, words of a subject, a name or two."""
        number = chance.randint(6, 16)
        subject = chance.choice(self.subjects)
        places = chance.choices(range(WORDS), cum_weights=self.of_words, k=number - number // 2)
        places += chance.choices(subject, cum_weights=self.of_subject, k=number // 2)
        names = chance.choices(self.names, cum_weights=self.of_names, k=chance.randint(0, 2))
        chance.shuffle(places)
        said = {}
        for language, words in self.words.items():
            parts = [words[place] for place in places] + names
            parts += chance.choices(LITTLE[language], k=number // 2)
            chance.shuffle(parts)
            said[language] = " ".join(parts).capitalize() + "."
        return said


def made_up(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.choice([2, 3, 3, 4])))


def zipf(number: int) -> list[float]:
    return list(accumulate(1 / (rank + 2.7) for rank in range(1, number + 1)))


def load(number: int) -> None:
    from django.db import connection

    from tests.factories import make_claimant, make_document

    document, claimant = make_document().pk, make_claimant().pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef('claim_search'::regclass)")
        index = cursor.fetchone()[0]
        cursor.execute("DROP INDEX claim_search")
        cursor.execute("SET session_replication_role = replica")
        columns = "slug, position, statement_en, statement_fr, document_id, claimant_id, "
        columns += ", ".join([*TEXTS, *PLAIN])
        with cursor.copy(f"COPY claims_claim ({columns}) FROM STDIN") as copy:
            for row in claims(number):
                copy.write_row([*row, document, claimant, *TEXTS.values(), *PLAIN.values()])
        cursor.execute("SET session_replication_role = origin")
        say("making the index")
        cursor.execute(index)
        say("counting the words (ANALYZE)")
        cursor.execute("VACUUM ANALYZE claims_claim")


# Columns that no question looks at.
TEXTS = dict.fromkeys(
    [
        "event_date",
        "divergence_en",
        "divergence_fr",
        "absent_in",
        "single_source_reason",
        "summary_en",
        "summary_fr",
        "explanation_en",
        "explanation_fr",
    ],
    "",
)
PLAIN: dict[str, Any] = {
    "kind": "event",
    "claimant_stance": "endorses",
    "priority": 2,
    "is_open": True,
    "is_outdated": False,
    "rests_on_document": False,
    "status": "draft",
}


def claims(number: int) -> Iterator[tuple[str, int, str, str]]:
    chance = random.Random(1)
    vocabulary = Vocabulary(chance)
    for position in range(1, number + 1):
        said = vocabulary.statements(chance)
        yield f"claim-{position}", position, said["en"], said["fr"]
        if position % 50_000 == 0:
            say(f"{position:,} of {number:,} claims")


def as_it_is(words: list[str], chance: random.Random) -> list[str]:
    return words


def one_replaced(words: list[str], chance: random.Random) -> list[str]:
    place = chance.randrange(len(words))
    return [*words[:place], made_up(chance), *words[place + 1 :]]


def one_left_out(words: list[str], chance: random.Random) -> list[str]:
    place = chance.randrange(len(words))
    return [*words[:place], *words[place + 1 :]]


def shuffled_less_a_third(words: list[str], chance: random.Random) -> list[str]:
    return chance.sample(words, k=len(words) - len(words) // 3)


CHANGES = [as_it_is, one_replaced, one_left_out, shuffled_less_a_third]


def questions() -> list[tuple[int, str, str, str]]:
    """A claim's key, how its statement is changed, the language, and the changed statement."""
    from claims.models import Claim

    chance = random.Random(2)
    last, number = Claim.objects.latest("pk").pk, Claim.objects.count()
    asked = Claim.objects.in_bulk([last - chance.randrange(number) for _ in range(QUESTIONS)])
    found = []
    for place, claim in enumerate(asked.values()):
        language, change = ["en", "fr"][place % 2], CHANGES[place // 2 % len(CHANGES)]
        words = getattr(claim, f"statement_{language}").split()
        found.append((claim.pk, change.__name__, language, " ".join(change(words, chance))))
    return found


def ask(number: int) -> None:
    """Every question twice: the first time much of what it reads may still be on the disk."""
    from claims.desk import similar

    ranked: list[int] = []
    candidates = similar._candidates

    def counted(*arguments: Any) -> Any:
        found = candidates(*arguments)
        ranked.append(len(found))
        return found

    similar._candidates = counted
    print(f"claims      {number:,}")
    for turn in ["first time", "again"]:
        times = []
        hits: dict[str, list[bool]] = {change.__name__: [] for change in CHANGES}
        for key, change, language, statement in questions():
            begin = time.perf_counter()
            answer = similar.similar({language: statement})
            times.append(1000 * (time.perf_counter() - begin))
            hits[change].append(key in [one.claim.pk for one in answer])
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{turn:<10}  median {statistics.median(times):.1f} ms, 95th percentile {p95:.1f} ms")
    print(f"ranked      {statistics.mean(ranked):.0f} claims a question")
    for change, found in hits.items():
        print(f"recall@5    {statistics.mean(found):.3f} {change.replace('_', ' ')}")
    print(f"recall@5    {statistics.mean([hit for found in hits.values() for hit in found]):.3f}")


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true", help="keep the database for the next run")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.test")
    django.setup()
    from django.db import connection

    from claims.models import Claim

    usual = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"bench_similar_{arguments.claims}"
    say("making a database")
    connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=arguments.keep)
    try:
        if not Claim.objects.exists():
            load(arguments.claims)
        say("asking")
        ask(arguments.claims)
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0, keepdb=arguments.keep)


if __name__ == "__main__":
    main()
