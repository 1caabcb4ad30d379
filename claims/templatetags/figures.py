"""Numbers in the reader's language: separators, ranges, and the right form of the unit."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from claims.models.language import current_language, in_language

register = template.Library()

NO_BREAK_SPACE = "\u00a0"
NARROW_NO_BREAK_SPACE = "\u202f"


@register.filter
def number(value: Any) -> str:
    """Digits in groups of three: ``40,000`` in English, ``40 000`` in French."""
    digits, _dot, decimals = str(value).partition(".")
    sign = "−" if digits.startswith("-") else ""
    separator = str(get_format("THOUSAND_SEPARATOR")).replace(NO_BREAK_SPACE, NARROW_NO_BREAK_SPACE)
    grouped = sign + f"{int(digits.lstrip('-')):,}".replace(",", separator)
    return grouped + str(get_format("DECIMAL_SEPARATOR")) + decimals if decimals else grouped


@register.filter
def amount(figure: dict[str, Any]) -> str:
    """The value or range of a payload's figure with its unit: ``25,000 to 50,000 people``."""
    value, low, high = (figure[end] for end in ("value", "low", "high"))
    decisive = Decimal(next(end for end in (value, high, low) if end is not None))
    unit = in_language(figure["unit"], "one" if is_singular(decisive) else "other")
    # The percent sign is set closer than a word.
    space = NARROW_NO_BREAK_SPACE if unit == "%" else NO_BREAK_SPACE
    return f"{_value_or_range(value, low, high)}{space}{unit}"


def is_singular(quantity: Decimal) -> bool:
    """By the rules of CLDR: in French, everything under two is singular."""
    if current_language() == "fr":
        return abs(quantity) < 2
    return quantity == 1


def _value_or_range(value: str | None, low: str | None, high: str | None) -> str:
    if value is not None:
        return number(value)
    if low is None:
        return _("at most %(number)s") % {"number": number(high)}
    if high is None:
        return _("at least %(number)s") % {"number": number(low)}
    return _("%(low)s to %(high)s") % {"low": number(low), "high": number(high)}
