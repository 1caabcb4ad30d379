"""What a search found, and how many claims a filter would leave."""

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import escape
from django.utils.safestring import SafeString

from claims.models import Edition
from claims.record.search import MATCH_END, MATCH_START

register = template.Library()


@register.filter
def found(edition: Edition, name: str) -> str:
    """``{{ edition|found:"statement" }}``: the text, with what a search matched marked."""
    text = getattr(edition, f"{name}_found", None)
    if not text:
        return str(getattr(edition, name))
    once = re.sub(f"({MATCH_START}|{MATCH_END})\\1+", r"\1", text)
    marked = escape(once).replace(MATCH_START, "<mark>").replace(MATCH_END, "</mark>")
    return SafeString(marked)  # nosec B703


@register.filter
def count_of(counts: Mapping[str, int], choice: Any) -> int:
    return counts.get(str(choice), 0) if counts else 0


@register.filter
def offered(field: BoundField) -> list[Any]:
    """All that a filter shows: its name, what can be chosen, what is chosen, and what is wrong."""
    choices = getattr(field.field, "choices", ())
    chosen = field.value()
    return [
        field.html_name,
        [[str(value), str(label)] for value, label in choices],
        [str(one) for one in chosen] if isinstance(chosen, list) else chosen and str(chosen),
        [str(error) for error in field.errors],
    ]
