"""The card that other sites embed, and the line of HTML that embeds it."""

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims.models import Edition

WIDTH, HEIGHT = 600, 280


def embed_code(edition: Edition, width: int = WIDTH, height: int = HEIGHT) -> SafeString:
    """HTML for another site's page, in the current language. Sizes are in CSS pixels."""
    card = reverse("claims:claim_embed", args=[edition.claim_slug])
    return format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy"'
        ' sandbox="allow-popups"></iframe>',
        f"{settings.FACTCHECK['base_url']}{card}?edition={edition.number}",
        width,
        height,
        edition.statement,
    )
