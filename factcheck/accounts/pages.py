"""What every page of the login has in common with the admin's."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


def page_context(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title, "subtitle": None}
