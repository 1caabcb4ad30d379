"""Texts that stand in one column per language, read in the language of the reader."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language


def current_language() -> str:
    """The code of the language now active, or the site's own where none of ours is."""
    return _ours(get_language())


@cache
def _ours(language: str | None) -> str:
    code = (language or settings.LANGUAGE_CODE).split("-")[0]
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@cache
def _columns(name: str, first: str) -> tuple[str, ...]:
    """Where to look for a text: in this language, then in each other."""
    others = [code for code, _label in settings.LANGUAGES if code != first]
    return tuple(f"{name}_{code}" for code in (first, *others))


def in_language(row: Any, name: str, language: str | None = None) -> str:
    """The text ``name`` of ``row`` in ``language``, or in another where that one is blank.

    ``row`` is a model instance with ``name_en`` and ``name_fr`` columns, or a mapping
    (a payload) with such keys.
    """
    # Lists ask this hundreds of times.
    for column in _columns(name, language or current_language()):
        text = row.get(column) if isinstance(row, dict) else getattr(row, column, "")
        if text:
            return str(text)
    return ""


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
