"""The explanation of a verdict: Markdown of the payload as safe HTML."""

from collections.abc import Mapping
from typing import Any

import nh3
from django import template
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from claims.models.claim import is_too_long

register = template.Library()

TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "sup"}
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href", "aria-label"},
    "ol": {"start"},
    "sup": {"class"},
}
# The page has its own headings, and shows no picture of anybody else's server.
UNWANTED = ["heading", "lheading", "image", "html_block", "html_inline", "hr", "code", "fence"]


@register.filter
def explanation(text: str, numbers: Mapping[str, int]) -> SafeString:
    """``text`` as HTML, where ``[^key]`` links to the evidence that ``numbers`` gives for it.

    A text that is too long to have been published by the desk's rules stays as it was written:
    Markdown can be made to cost more than its length.
    """
    if is_too_long(text):
        # Safe: every letter of it is escaped.
        return mark_safe(linebreaks(text, autoescape=True))  # nosec B308 B703
    html = _markdown.render(text, {"numbers": numbers})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    # Safe: everything but the allow-list has just been taken out.
    return mark_safe(clean)  # nosec B308 B703


def _read_citation(state: StateInline, silent: bool) -> bool:
    """``[^key]`` of a known key becomes a token; anything else stays text."""
    if not state.src.startswith("[^", state.pos):
        return False
    end = state.src.find("]", state.pos)
    key = state.src[state.pos + 2 : end]
    if end < 0 or key not in state.env["numbers"]:
        return False
    if not silent:
        # A space would let the number stand alone on the next line.
        state.pending = state.pending.rstrip(" ")
        token = state.push("citation", "", 0)
        token.meta = {"key": key}
    state.pos = end + 1
    return True


def _write_citation(_self: Any, tokens: Any, index: int, _options: Any, env: Any) -> str:
    key = tokens[index].meta["key"]
    number = env["numbers"][key]
    return format_html(
        '<sup class="citation"><a href="#evidence-{}" aria-label="{}">{}</a></sup>',
        key,
        _("Evidence %(number)s") % {"number": number},
        number,
    )


_markdown = MarkdownIt("commonmark", {"html": False}).disable(UNWANTED)
_markdown.inline.ruler.before("link", "citation", _read_citation)
_markdown.add_render_rule("citation", _write_citation)
