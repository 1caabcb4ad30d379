"""Full-text search over live editions, in every language at once."""

import re
from functools import reduce
from operator import and_, or_

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable

CONFIGURATIONS = ["factcheck_en", "factcheck_fr", "factcheck_simple"]

QUOTATION_MARKS = str.maketrans("“”«»", '""""')
# A quoted phrase or a bare word, and the minus before it, if any.
PART = re.compile(r'(-?)("[^"]*"?|[^\s"]+)')


def search_query(words: str) -> SearchQueryCombinable:
    """The reader's words asked in each configuration: accents and inflection do not matter.

    Understands quoted phrases, ``or`` between words, and a minus before a word or phrase.
    What is wanted may be found in any language; what is unwanted may be found in none: asked
    per configuration, "not in English" would be true of nearly every French word.
    """
    wanted, unwanted = _split(words.translate(QUOTATION_MARKS))
    asked = [reduce(or_, _in_each_configuration(wanted))] if wanted else []
    excluded = [~query for part in unwanted for query in _in_each_configuration(part)]
    # An empty query finds nothing, and stands aside when it is combined with others.
    return reduce(and_, asked + excluded or _in_each_configuration(""))


def _split(words: str) -> tuple[str, list[str]]:
    """The wanted words as one text without any minus, and each unwanted word or phrase."""
    parts = [(minus, part.lstrip("-")) for minus, part in PART.findall(words)]
    wanted = " ".join(part for minus, part in parts if part and not minus)
    return wanted, [part for minus, part in parts if part and minus]


def _in_each_configuration(words: str) -> list[SearchQuery]:
    return [SearchQuery(words, config=name, search_type="websearch") for name in CONFIGURATIONS]
