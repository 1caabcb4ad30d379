"""The admin's first page: a desk with the queues of whoever opens it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from claims.desk.queues import Queue, waiting, waiting_reports


def index(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
    """Django's own first page, with the desk above the list of all tables."""
    desk = [
        {
            "waiting": item,
            "address": address_of(item.queue),
            # The claims open as from the list: "next" then goes through the queue.
            "filters": urlencode({"_changelist_filters": query_of(item.queue)}),
        }
        for item in waiting(request.user)
    ]
    context = {"desk": desk, "reports": waiting_reports(request.user), **(extra_context or {})}
    return admin.AdminSite.index(admin.site, request, context)


def app_list(request: HttpRequest, app_label: str | None = None) -> Any:
    """Django's list of all tables, made where it is shown: other pages carry it unread."""
    return SimpleLazyObject(lambda: admin.AdminSite.get_app_list(admin.site, request, app_label))


def address_of(queue: Queue) -> str:
    """The list of claims with this queue alone: an address to bookmark."""
    return f"{reverse('admin:claims_claim_changelist')}?{query_of(queue)}"


def query_of(queue: Queue) -> str:
    return urlencode({"queue": queue.name})
