"""Terms of the record: what live editions are filed under. Looked at, never edited."""

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from claims.models import Term

from .shared import ReadOnlyAdmin


@admin.register(Term)
class TermAdmin(ReadOnlyAdmin):
    list_display = ["label_en", "label_fr", "kind", "slug", "live_count"]
    list_filter = ["kind"]
    search_fields = ["label_en", "label_fr", "slug"]
    fields = ["kind", "slug", "label_en", "label_fr", "position", "live_count", "printed_details"]

    @admin.display(description=_("details"))
    def printed_details(self, term: Term) -> SafeString:
        return printed(term.details)


def printed(data: object) -> SafeString:
    """JSON for people: indented, accents as letters."""
    return format_html(
        '<pre class="payload">{}</pre>', json.dumps(data, ensure_ascii=False, indent=2)
    )
