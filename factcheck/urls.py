"""Addresses: the admin, feeds and data without a language prefix, readers' pages with one."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path
from django.views.decorators.http import require_safe

from claims.conditional import conditional, polled
from claims.feeds import CorrectionFeed, DocumentFeed, RatingFeed, TopicFeed, VerdictFeed
from claims.sitemaps import SITEMAPS, index
from claims.views.data import checksums, describe, document_fixture, download
from claims.views.machines import json_ld, oembed, security_txt
from claims.views.robots import robots
from factcheck.health import healthz, readyz

handler400 = "factcheck.errors.bad_request"
handler500 = "factcheck.errors.server_error"

feeds = [
    path("claims.atom", polled(VerdictFeed()), name="feed"),
    path("claims.<str:language>.atom", polled(VerdictFeed()), name="feed_claims"),
    path("corrections.<str:language>.atom", polled(CorrectionFeed()), name="feed_corrections"),
    path("topics/<slug:slug>.<str:language>.atom", polled(TopicFeed()), name="feed_topic"),
    path(
        "documents/<slug:slug>.<str:language>.atom",
        polled(DocumentFeed()),
        name="feed_document",
    ),
    path("ratings/<slug:slug>.<str:language>.atom", polled(RatingFeed()), name="feed_rating"),
]

urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("robots.txt", robots, name="robots"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("sitemap.xml", conditional(require_safe(index)), {"sitemaps": SITEMAPS}, name="sitemap"),
    path(
        "sitemap-<str:section>.xml",
        conditional(require_safe(sitemaps.sitemap)),
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("feeds/", include(feeds)),
    path("claims/<slug:slug>.jsonld", conditional(json_ld), name="json_ld"),
    path("claims/<slug:slug>.<str:language>.jsonld", conditional(json_ld), name="json_ld_in"),
    path("data/datapackage.json", conditional(describe), name="data_package"),
    path("data/SHA256SUMS", conditional(checksums), name="data_checksums"),
    path(
        "data/fixtures/<slug:slug>.json",
        conditional(document_fixture),
        name="data_fixture",
    ),
    path("data/<str:name>", conditional(download), name="data_file"),
    path("oembed", conditional(oembed), name="oembed"),
    path("api/v1/", include("claims.api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *i18n_patterns(path("", include("claims.urls")), prefix_default_language=True),
]
