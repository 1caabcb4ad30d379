"""Addresses of the same page in another language, and in full."""

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import get_language, get_language_info, override

register = template.Library()


@register.simple_tag
def languages() -> list[dict[str, Any]]:
    """The languages of the site, each called by its own name."""
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"].capitalize(),
            "is_current": code == get_language(),
        }
        for code, _label in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def in_language_url(context: dict[str, Any], code: str) -> str:
    """This very page, with all that it was asked, in the language ``code``."""
    return translate_url(context["request"].get_full_path(), code)


@register.simple_tag
def home_url(code: str) -> str:
    with override(code):
        return reverse("claims:home")


@register.simple_tag(takes_context=True)
def canonical_url(context: dict[str, Any], code: str = "") -> str:
    """The full address of this page under the site's own name, without what means nothing to us.

    ``x-default`` gives the address that redirects to the visitor's language.
    """
    request: HttpRequest = context["request"]
    path = request.path
    if code == "x-default":
        path = path.removeprefix(f"/{get_language()}")
    elif code:
        path = translate_url(path, code)
    query = context.get("canonical_query", "")
    return f"{context['site']['base_url']}{path}{'?' if query else ''}{query}"
