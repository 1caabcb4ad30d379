"""Texts that stand in one column per language, read in the language of the reader."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language


def current_language() -> str:
    """The code of the language now active, or the site's own where none of ours is."""
    code = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def in_language(row: Any, name: str, language: str | None = None) -> str:
    """The text ``name`` of ``row`` in ``language``, or in another where that one is blank.

    ``row`` is a model instance with ``name_en`` and ``name_fr`` columns, or a mapping
    (a payload) with such keys.
    """
    read = row.get if isinstance(row, dict) else lambda column: getattr(row, column, "")
    first = language or current_language()
    others = [code for code, _label in settings.LANGUAGES if code != first]
    return next((text for code in (first, *others) if (text := read(f"{name}_{code}"))), "")


class InCurrentLanguage:
    """Reads ``<name>_<language>`` of the row for the active language.

    >>> class Topic(models.Model):
    ...     label_en = models.CharField(); label_fr = models.CharField()
    ...     label = InCurrentLanguage()
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        return self if row is None else in_language(row, self.name)
