"""Texts in the reader's language, and the mark that goes with a verdict."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import get_language_info, pgettext_lazy

from claims.models import (
    Channel,
    ClaimantStance,
    ClaimKind,
    CorrectionClass,
    DocumentKind,
    Rating,
    SourceKind,
)
from claims.models import language as languages
from claims.models.quote import shown_words

register = template.Library()

OPEN = "open"
# A rating of a later scale has the mark of its ClaimReview number.
MARKS = {
    5: "true",
    4: "mostly_true",
    3: "half_true",
    2: "mostly_false",
    1: "false",
    None: "unproven",
}
# The context is written out each time: makemessages reads literals only.
STANCES: dict[str, Any] = {
    ClaimantStance.ENDORSES: pgettext_lazy("before the claimant's name", "Says it"),
    ClaimantStance.REPORTS: pgettext_lazy("before the claimant's name", "Reports it"),
    ClaimantStance.REJECTS: pgettext_lazy("before the claimant's name", "Rejects it"),
}
CHOICES: dict[str, Any] = {
    "channel": Channel,
    "claim": ClaimKind,
    "correction": CorrectionClass,
    "document": DocumentKind,
    "source": SourceKind,
}
KNOWN = {*MARKS.values(), "not_checkable"}


@register.filter
def words(quote: Mapping[str, Any]) -> str:
    """The words of a payload's quote, an ellipsis in place of each omission."""
    return shown_words(quote["exact"], quote.get("omissions", []))


@register.filter
def mark(rating: Rating | Mapping[str, Any] | None) -> str:
    """The name of the rating's mark in ``_marks.html``, for a row or a payload's rating."""
    if not rating:
        return OPEN
    slug, value = (
        (rating.slug, rating.value)
        if isinstance(rating, Rating)
        else (rating["slug"], rating["value"])
    )
    return slug if slug in KNOWN else MARKS.get(value, "unproven")


@register.filter
def choice_mark(value: Any) -> str:
    """The mark for one value of the filter on verdicts."""
    return str(value) if str(value) in KNOWN else OPEN if str(value) == OPEN else "unproven"


@register.filter
def in_language(row: Any, name: str) -> str:
    """``{{ row|in_language:"label" }}``: the text in the page's language, or in another."""
    return languages.in_language(row, name) if row else ""


@register.filter
def in_other_languages(row: Any, name: str) -> list[tuple[str, str]]:
    """The text in the languages that say it differently: pairs of code and text."""
    current = languages.current_language()
    texts = ((code, getattr(row, f"{name}_{code}", "")) for code, _label in settings.LANGUAGES)
    shown = languages.in_language(row, name, current) if row else ""
    return [(code, text) for code, text in texts if code != current and text not in ("", shown)]


@register.filter
def language_name(code: str) -> str:
    """What the language of a BCP 47 code is called in the page's language."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


@register.filter
def stance_label(stance: str) -> str:
    """How a page introduces the claimant's name."""
    return str(STANCES.get(stance, STANCES[ClaimantStance.ENDORSES]))


@register.filter
def choice_label(value: str, noun: str) -> str:
    """``{{ "agency"|choice_label:"source" }}``: what a stored value is called."""
    return str(dict(CHOICES[noun].choices).get(value, value))
