"""What is known of a source's link: a column, a filter and a part of the form, all to read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import LinkCheck, LinkState, Source

UNCHECKED = "unchecked"


class LinkFilter(admin.SimpleListFilter):
    """What was found when the address was last asked for."""

    title = _("link")
    parameter_name = "link"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*LinkState.choices, (UNCHECKED, _("Not checked yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> QuerySet[Source]:
        if self.value() == UNCHECKED:
            return queryset.filter(link_check=None)
        return queryset.filter(link_check__state=self.value()) if self.value() else queryset


class ShowsLink(admin.ModelAdmin):
    """For the admin of sources."""

    @admin.display(description=_("link"), ordering="link_check__checked_at", empty_value="–")
    def link(self, source: Source) -> str | None:
        check = _check_of(source)
        if check is None:
            return None
        return format_html(
            "{}<br><small>{}</small>", check.get_state_display(), _day(check.checked_at)
        )

    @admin.display(description=_("when last asked for"))
    def link_found(self, source: Source) -> str:
        check = _check_of(source)
        if check is None:
            return gettext("Not checked yet: “manage.py checklinks” does it.")
        return format_html("{}", format_html_join("", "<div>{}</div>", _told(check)))


def _check_of(source: Source) -> LinkCheck | None:
    return getattr(source, "link_check", None)


def _told(check: LinkCheck) -> list[tuple[str]]:
    status = f" ({check.status})" if check.status else ""
    told = [f"{check.get_state_display()}{status}. {check.get_reason_display()}"]
    if check.moved_to:
        told.append(format_html('<a href="{0}" rel="noreferrer">{0}</a>', check.moved_to))
    told.append(gettext("Checked on %(day)s.") % {"day": _day(check.checked_at)})
    if check.failing_since:
        told.append(gettext("Failing since %(day)s.") % {"day": _day(check.failing_since)})
    return [(text,) for text in told]


def _day(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")
