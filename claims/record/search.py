"""Full-text search over live editions, in every language at once."""

from functools import reduce
from operator import or_

from django.contrib.postgres.search import SearchQuery

CONFIGURATIONS = ["factcheck_en", "factcheck_fr", "factcheck_simple"]


def search_query(words: str) -> SearchQuery:
    """The reader's words asked in each configuration: accents and inflection do not matter.

    Understands quoted phrases, ``or`` and a leading minus, as ``websearch_to_tsquery`` does.
    """
    return reduce(
        or_,
        (SearchQuery(words, config=name, search_type="websearch") for name in CONFIGURATIONS),
    )
