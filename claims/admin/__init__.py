"""The editors' surface: Django's admin, one module for each noun."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import (
    claim,
    claimant,
    document,
    edition,
    figure,
    move,
    queue,
    rating,
    report,
    source,
    term,
    topic,
)

__all__ = [
    "claim",
    "claimant",
    "document",
    "edition",
    "figure",
    "move",
    "queue",
    "rating",
    "report",
    "source",
    "term",
    "topic",
]

admin.site.site_header = _("Fact-check desk")
admin.site.site_title = _("Fact-check desk")
admin.site.index_title = _("Work")
# The width belongs to the claims: what the sidebar lists, the first page lists too.
admin.site.enable_nav_sidebar = False
# The first page is the desk of whoever opens it.
admin.site.index = queue.index  # type: ignore[method-assign]
admin.site.get_app_list = queue.app_list  # type: ignore[method-assign]
