"""Full-text search over live editions, in every language at once."""

import re
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchQueryCombinable,
    SearchRank,
)
from django.db.models import F, FloatField
from django.db.models.functions import Cast

from claims.models import Edition
from claims.models.edition import EditionQuerySet

# French twice, because its stems depend on the accents: "licenciés" and "licencier" share one
# only with them, and readers type "licencies" as well.
CONFIGURATIONS = ["factcheck_en", "factcheck_fr", "french", "factcheck_simple"]
WORDS_OF = {"en": ["factcheck_en"], "fr": ["factcheck_fr", "french"]}

# Around words that match: characters that no text of ours holds.
MATCH_START, MATCH_END = "\x02", "\x03"

MOST_RANKED = 10_000

QUOTATION_MARKS = str.maketrans("“”«»", '""""')
# A quoted phrase or a bare word, and the minus before it, if any.
PART = re.compile(r'(-?)("[^"]*"?|[^\s"]+)')


def search_query(words: str) -> SearchQueryCombinable:
    """The reader's words asked in each configuration: accents and inflection do not matter.

    Understands quoted phrases, ``OR`` between words, and a minus before a word or phrase. In
    small letters "or" is a word: in French it is gold.
    What is wanted may be found in any language; what is unwanted may be found in none: asked
    per configuration, "not in English" would be true of nearly every French word. All that is
    unwanted is one query, however much it is: a condition for each would nest too deep.
    """
    wanted, unwanted = parts_of(words)
    asked = [reduce(or_, _in_each_configuration(wanted))] if wanted else []
    all_unwanted = _in_each_configuration(" OR ".join(unwanted)) if unwanted else []
    excluded = [~query for query in all_unwanted]
    # An empty query finds nothing, and stands aside when it is combined with others.
    return reduce(and_, asked + excluded or _in_each_configuration(""))


def headline(column: str, language: str, words: str) -> SearchHeadline:
    """The whole text of a column with what ``words`` match in it marked, perhaps twice.

    What is to be left out is nowhere, and takes long to be looked for.
    """
    wanted, _unwanted = parts_of(words)
    marked: Any = f"{column}_{language}"
    for configuration in WORDS_OF[language]:
        marked = SearchHeadline(
            marked,
            search_query(wanted),
            config=configuration,
            highlight_all=True,
            start_sel=MATCH_START,
            stop_sel=MATCH_END,
        )
    return marked


def ranked(editions: EditionQuerySet, words: str) -> EditionQuerySet:
    """The newest of the editions that ``words`` find, each with its ``rank``, a float.

    Ranking reads all words of each.
    """
    newest = editions.order_by("-published_at", "-sequence")[:MOST_RANKED]
    # As a double, which comes back from Python as it was: a cursor names it.
    rank = Cast(SearchRank(F("search"), search_query(words), normalization=1), FloatField())
    return Edition.objects.filter(pk__in=newest.values("pk")).annotate(rank=rank)


def parts_of(words: str) -> tuple[str, list[str]]:
    """The wanted words as one text without any minus, and each unwanted word or phrase."""
    parts = PART.findall(words.translate(QUOTATION_MARKS))
    parts = [(minus, part.lstrip("-")) for minus, part in parts]
    wanted = " ".join(_as_word(part) for minus, part in parts if part and not minus)
    unwanted = [_as_word(part.replace("OR", "or")) for minus, part in parts if part and minus]
    return wanted, list(dict.fromkeys(unwanted))


def _as_word(part: str) -> str:
    """PostgreSQL takes "or" for the operator however it is written, unless it is quoted."""
    return f'"{part}"' if part.lower() == "or" and part != "OR" else part


def _in_each_configuration(words: str) -> list[SearchQuery]:
    return [SearchQuery(words, config=name, search_type="websearch") for name in CONFIGURATIONS]
