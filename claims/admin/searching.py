"""How the desk's lists are searched: any letters in a row, found with the help of an index.

Django would look into every row. Here each place that is searched has an index of its letters
(``models.letters``), and no more is read than a person would go through.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal

from claims.models.keys import among
from claims.models.letters import letters

MOST_FOUND = 1_000
# An index of trigrams knows shorter words by their beginnings only.
SHORTEST = 3


class SearchesLetters(admin.ModelAdmin):
    """Finds the rows in which every word stands. ``searched`` names the columns, as their index."""

    searched: tuple[str, ...] = ()

    def places(self, rows: QuerySet[Any], words: Sequence[str]) -> Iterator[QuerySet[Any]]:
        """Those of the rows that have the words: each place they may stand in by itself.

        One after the other, until enough is found: none is looked into in vain.
        """
        yield having(rows, self.searched, words)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = words_in(search_term)
        if not words:
            return queryset, False
        found: dict[Any, None] = {}
        for rows in self.places(queryset.order_by(), words):
            found |= dict.fromkeys(rows.values_list("pk", flat=True)[: MOST_FOUND + 1])
            if len(found) > MOST_FOUND:
                break
        request.is_found_in_part = len(found) > MOST_FOUND  # type: ignore[attr-defined]
        return queryset.filter(among(list(found)[:MOST_FOUND])), False


def keys_of(found: QuerySet[Any], column: str) -> Any:
    """A column of what is found elsewhere, to filter by: read first, where that is not much.

    So the index of the letters is asked, whatever PostgreSQL expects to find.
    """
    keys = list(found.values_list(column, flat=True)[: MOST_FOUND + 1])
    return keys if len(keys) <= MOST_FOUND else found.values(column)


def words_in(term: str) -> list[str]:
    """The words, and phrases in quotation marks, as Django's own search takes them."""
    words = []
    for word in smart_split(term.replace("\0", "")):
        is_phrase = word.startswith(('"', "'")) and len(word) > 1 and word[0] == word[-1]
        words.append(unescape_string_literal(word) if is_phrase else word)
    return [word for word in words if word.strip()]


def having(rows: QuerySet[Any], columns: Sequence[str], words: Sequence[str]) -> QuerySet[Any]:
    """The rows that have all words in these columns together, which an index knows as one text."""
    rows = rows.alias(letters=letters(*columns))
    for word in words:
        is_short = len(word) < SHORTEST
        rows = rows.filter(letters__icontains=f" {word}" if is_short else word)
    return rows
