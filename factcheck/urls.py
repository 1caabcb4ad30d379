"""Addresses: the admin and the language switch without a prefix, readers' pages with one."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from claims.views.robots import robots

urlpatterns = [
    path("admin/", admin.site.urls),
    path("robots.txt", robots),
    path("i18n/", include("django.conf.urls.i18n")),
    *i18n_patterns(path("", include("claims.urls")), prefix_default_language=True),
]
