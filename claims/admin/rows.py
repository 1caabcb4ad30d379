"""The rows of a list, as Django's admin writes them.

Django works out anew for each cell what its column is, and for each link where it leads. Here
that is done once a list; the HTML is the same.
"""

import datetime
import html
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.admin.templatetags.admin_list import items_for_result
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import display_for_field, display_for_value, quote
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

CHECKBOX = "action_checkbox"
# Stands for a row's key where the address of its form is worked out.
KEY = "key-of-the-row"

type Shown = Callable[[Any], tuple[Any, str]]  # what a cell shows, and its class besides


def lines_of(changelist: Any) -> Iterator[SafeString]:
    """The ``<tr>`` of each row. A list from which one row is picked is written by Django."""
    if changelist.is_popup or changelist.to_field or changelist.list_display_links is None:
        for row in changelist.result_list:
            yield _line("".join(items_for_result(changelist, row, None)))
        return
    cells = [_cell(changelist, name) for name in changelist.list_display]
    # As with Django: the first column that leads to the form heads the row.
    links = [name for name in changelist.list_display if name in _links(changelist)]
    before, after = _around_key(changelist)
    for row in changelist.result_list:
        address = conditional_escape(f"{before}{quote(row.pk)}{after}")
        line = []
        for name, shown in zip(changelist.list_display, cells, strict=True):
            value, kind = shown(row)
            text = html.escape(value) if type(value) is str else conditional_escape(value)
            tag = "td"
            if name in links:
                text = f'<a href="{address}">{text}</a>'
                tag = "th" if name == links[0] else "td"
            line.append(f'<{tag} class="{kind}">{text}</{tag}>')
        yield _line("".join(line))


def _line(cells: str) -> SafeString:
    """A row of cells that are escaped already."""
    return SafeString(f"<tr>{cells}</tr>")  # nosec B703


def _links(changelist: Any) -> list[str]:
    if changelist.list_display_links:
        return list(changelist.list_display_links)
    return [name for name in changelist.list_display if name != CHECKBOX][:1]


def _around_key(changelist: Any) -> list[str]:
    """The address of a row's form, before and after its key."""
    options = changelist.opts
    address = reverse(
        f"admin:{options.app_label}_{options.model_name}_change",
        args=[KEY],
        current_app=changelist.model_admin.admin_site.name,
    )
    context = {"preserved_filters": changelist.preserved_filters, "opts": options}
    return add_preserved_filters(context, address).split(KEY, 1)


def _cell(changelist: Any, name: str) -> Shown:
    options = changelist.model_admin
    blank = options.get_empty_value_display()
    try:
        field = changelist.opts.get_field(name)
    except FieldDoesNotExist:
        field = None
    if field is None or field.auto_created:
        return _of_function(options, name, blank)
    return _of_field(field, blank, is_link=name in _links(changelist))


def _of_field(field: Any, blank: str, *, is_link: bool) -> Shown:
    kind = f"field-{field.name}"
    if isinstance(field, (models.DateField, models.TimeField, models.ForeignKey)):
        kind += " nowrap"
    labels = {value: str(label) for value, label in field.flatchoices}
    is_related = isinstance(field.remote_field, models.ManyToOneRel)

    def shown(row: Any) -> tuple[Any, str]:
        try:
            value = getattr(row, field.name)
        except ObjectDoesNotExist:
            return blank, kind
        if is_related:
            return (blank if value is None else value), kind
        if labels:
            return labels.get(value, blank), kind
        return display_for_field(value, field, blank, avoid_link=is_link), kind

    return shown


def _of_function(options: Any, name: str, blank: str) -> Shown:
    """Of the list's own functions, or of the model's."""
    own = getattr(options, name, None) if name != "__str__" else None
    described = own or getattr(options.model, name)
    blank = getattr(described, "empty_value_display", blank)
    boolean = getattr(described, "boolean", False)
    kind = "action-checkbox" if name == CHECKBOX else f"field-{name}"

    def shown(row: Any) -> tuple[Any, str]:
        try:
            value = own(row) if own else getattr(row, name)
            value = value() if callable(value) else value
        except ObjectDoesNotExist:
            return blank, kind
        is_date = isinstance(value, (datetime.date, datetime.time))
        return display_for_value(value, blank, boolean), f"{kind} nowrap" if is_date else kind

    return shown
