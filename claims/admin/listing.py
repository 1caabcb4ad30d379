"""Lists of tables that may have millions of rows: counted to a limit, read by their keys."""

import html
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from claims.models.keys import among

from .dates import Dates, dates_of
from .rows import lines_of

# A list is counted, and gone through page by page, so far and no further.
MOST_COUNTED = 10_000


class CappedPaginator(Paginator):
    """Pages of the first rows; of the rest all that is known is whether there are more."""

    @cached_property
    def counted(self) -> int:
        rows: Any = self.object_list
        return rows.order_by().values("pk")[: MOST_COUNTED + 1].count()

    @property
    def is_capped(self) -> bool:
        return self.counted > MOST_COUNTED

    @cached_property
    def count(self) -> int:
        return min(self.counted, MOST_COUNTED)


class CountTo(Subquery):
    """How many rows a subquery has, counted to the limit that it is sliced by."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def shortened(text: str, count: int) -> str:
    """The text in at most so many characters.

    Truncator goes through a text letter by letter, and a list has hundreds of them.
    """
    return text if len(text) <= count else f"{text[: count - 1]}…"


def shown_count(count: int, limit: int) -> str:
    """A count to the limit, as it stands beside a row."""
    return f"{limit}+" if count > limit else str(count)


def bounded(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows by their keys, unless they are too many.

    So what is found is read first and sorted then. Left to itself, PostgreSQL may walk through
    the whole table in the order that is asked for until it meets enough of a few rows.
    """
    if not queryset.query.where:
        return queryset
    keys = list(queryset.order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1])
    if len(keys) > MOST_COUNTED:
        return queryset
    return queryset.model._default_manager.filter(among(keys)).order_by(*queryset.query.order_by)


class DeskChangeList(ChangeList):
    """Takes no longer for millions of rows than for thousands.

    The keys of a page come first; what its rows show is then read for these alone.
    """

    model_admin: Any
    paginator: CappedPaginator
    filters: Any = None
    ordering_without_choice: Any = ()
    is_capped = False
    is_order_refused = False
    is_found_in_part = False

    def get_ordering(self, request: HttpRequest, queryset: Any) -> Any:
        self.ordering_without_choice = self.model_admin.get_ordering(request)
        return super().get_ordering(request, queryset)

    def _get_default_ordering(self) -> Any:
        """So that no column claims to be sorted where another order is what counts."""
        return self.ordering_without_choice

    def get_filters(self, request: HttpRequest) -> Any:
        """Reads their choices once; Django reads them again for each counted filter."""
        if self.filters is None:
            self.filters = super().get_filters(request)
        return self.filters

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.is_capped = self.paginator.is_capped
        self.is_found_in_part = getattr(request, "is_found_in_part", False)
        rows = self.queryset
        if self.is_capped:
            rows = self._in_an_order_that_is_indexed(request)
        elif not self.query:  # What was searched for has been found by its keys already.
            rows = bounded(rows)
        keys = list(self._page(rows).values_list("pk", flat=True))
        shown = self.model_admin.with_columns(self.apply_select_related(self.root_queryset))
        found = shown.order_by().in_bulk(keys)
        self.result_list = [found[key] for key in keys if key in found]

    def _in_an_order_that_is_indexed(self, request: HttpRequest) -> QuerySet[Any]:
        """Only a list that is short enough to be counted is sorted by any column."""
        first = str(self.queryset.query.order_by[0]).removeprefix("-")
        if ORDER_VAR not in self.params or first in self.model_admin.indexed_orderings:
            return self.queryset
        self.is_order_refused = True
        del self.params[ORDER_VAR]
        unordered = self.queryset.order_by()
        return unordered.order_by(*self.get_ordering(request, unordered))

    def _page(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if not self.multi_page or (self.show_all and self.can_show_all):
            return rows[: self.result_count]
        start = (self.page_num - 1) * self.list_per_page
        return rows[start : min(start + self.list_per_page, self.result_count)]

    @cached_property
    def headers(self) -> list[dict[str, Any]]:
        return list(result_headers(self))

    @property
    def sorted_columns(self) -> int:
        return sum(header["sortable"] and header["sorted"] for header in self.headers)

    def lines(self) -> Iterator[SafeString]:
        return lines_of(self)

    @cached_property
    def dates(self) -> Dates | None:
        return dates_of(self) if self.date_hierarchy else None


class DeskList(admin.ModelAdmin):
    """Options of a list that may grow without end.

    ``indexed_orderings`` names the fields by which it is sorted however long it is.
    """

    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    indexed_orderings: tuple[str, ...] = ("pk",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DeskChangeList

    def action_checkbox(self, obj: Any) -> SafeString:
        """As Django's, without a template for each row."""
        label = html.escape(gettext("Select this object for an action - {}").format(obj))
        key = html.escape(str(obj.pk))
        return SafeString(  # nosec B703: its two values are escaped
            f'<input type="checkbox" name="{ACTION_CHECKBOX_NAME}" value="{key}"'
            f' class="action-select" aria-label="{label}">'
        )

    def with_columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of one page with all that their columns show."""
        return rows
