"""Data for machines in the head of a page."""

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# So that no text can end the element or begin a comment in it.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.filter
def json_ld(data: dict[str, Any]) -> SafeString:
    """A block of JSON-LD, which browsers never execute."""
    escaped = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    text = SafeString(escaped)  # nosec B703
    return format_html('<script type="application/ld+json">{}</script>', text)
