"""The words of a text and the marks in it. In the midst of words, a line break would be a space."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from claims.as_of import AsOf
from claims.models import Edition, Rating
from claims.models.language import current_language
from claims.templatetags.verdicts import mark

register = template.Library()

SIGN = (
    '<a class="sign verdict-{mark}" id="{language}-{slug}" href="{address}" lang="{page}">'
    '<svg class="mark" aria-hidden="true"><use href="#mark-{mark}" /></svg>'
    '<span class="visually-hidden">{verdict}{colon} {statement}</span></a>'
)
WORDS = '<a class="span verdict-{}" href="{}" tabindex="-1">{}</a>'


@register.simple_tag
def sign(edition: Edition, rating: Rating | None, language: str, as_of: AsOf | None) -> SafeString:
    """The mark where a claim's words begin in the text of a language: it leads to the claim."""
    return format_html(
        SIGN,
        mark=mark(rating),
        language=language,
        slug=edition.claim_slug,
        address=address(edition, as_of),
        page=current_language(),
        verdict=rating.label if rating else pgettext("verdict", "Open"),
        colon=pgettext("between a verdict and a statement", ":"),
        statement=edition.statement,
    )


@register.simple_tag
def marked_words(
    text: str, edition: Edition, rating: Rating | None, as_of: AsOf | None
) -> SafeString:
    """Words that a claim is made of."""
    return format_html(WORDS, mark(rating), address(edition, as_of), text)


def address(edition: Edition, as_of: AsOf | None) -> str:
    """Of the claim's page, as it was on the day that is asked for."""
    return edition.get_absolute_url() + (f"?as_of={as_of.iso}" if as_of else "")
