"""The admin, whose login has two steps and whose people set up a second factor in it."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache


class DeskSite(AdminSite):
    def get_urls(self) -> list[URLPattern | URLResolver]:
        from factcheck.accounts import link_views, login_views, own_views

        return [
            path("login/code/", login_views.code, name="login_code"),
            path("login/setup/", login_views.setup, name="login_setup"),
            path("login/link/<str:token>/", link_views.link, name="login_link"),
            path("second-factor/", self.admin_view(own_views.own), name="second_factor"),
            *super().get_urls(),
        ]

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        from factcheck.accounts import login_views

        return login_views.password(request, self)
