"""What all ways to run have in common."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from factcheck.pooling import check_connection

BASE_DIR = Path(__file__).resolve().parent.parent.parent

INSTALLED_APPS = [
    "claims",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "factcheck.keeping.KeepingMiddleware",
    # With random padding, so that lengths give nothing away of what is secret in a page.
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "factcheck.middleware.DemonstrationMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "factcheck.middleware.ReaderMiddleware",
    "factcheck.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "factcheck.middleware.AuthenticationMiddleware",
    "factcheck.middleware.HistoryMiddleware",
    "factcheck.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "factcheck.urls"
WSGI_APPLICATION = "factcheck.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "factcheck.context_processors.site",
            ],
        },
    },
]

# Whose site

# For development and tests: production takes nothing from here.
SAMPLE_SITE = {
    "name": "Fact-check",
    "organisation": "Demonstration desk",
    "contact": "desk@example.org",
    "licence": "CC BY 4.0",
    "licence_url": "https://creativecommons.org/licenses/by/4.0/",
    "corrections_policy_en": (
        "We correct an error as soon as it is confirmed, and say what changed and when."
    ),
    "corrections_policy_fr": (
        "Nous corrigeons une erreur dès qu’elle est confirmée, en disant ce qui a changé et quand."
    ),
}


def site_from_environment(**defaults: Any) -> dict[str, Any]:
    """The publisher's details: each key is read from FACTCHECK_<KEY>."""
    keys = [
        "name",
        "organisation",
        "base_url",
        "tag_host",
        "contact",
        "licence",
        "licence_url",
        "corrections_policy_en",
        "corrections_policy_fr",
    ]
    block: dict[str, Any] = {
        key: os.environ.get(f"FACTCHECK_{key.upper()}", defaults.get(key, "")).strip()
        for key in keys
    }
    block["base_url"] = block["base_url"].rstrip("/")
    demo = os.environ.get("FACTCHECK_DEMO")
    block["demo"] = bool(defaults.get("demo", False)) if demo is None else demo == "1"
    return block


# Databases


def databases(*, is_pooled: bool) -> dict[str, dict[str, Any]]:
    """`default` for the desk, and the same database in the roles that readers are served with.

    `reader` may be a replica; `reporter`, which takes readers' reports and seldom has any to
    take, may not.
    `options` and not Django's `assume_role`: together with the pool that one waits for ever.
    """
    default = _database(os.environ.get("DATABASE_URL", ""), is_pooled=is_pooled)
    replica = os.environ.get("DATABASE_URL_READER", "") or os.environ.get("DATABASE_URL", "")
    reader = _in_role("factcheck_reader", _database(replica, is_pooled=is_pooled))
    written = os.environ.get("DATABASE_URL", "")
    reporter = _in_role("factcheck_reporter", _database(written, is_pooled=is_pooled))
    if is_pooled:
        reporter["OPTIONS"]["pool"] |= {"min_size": 0, "max_size": 2}
    return {"default": default, "reader": reader, "reporter": reporter}


def _in_role(role: str, database: dict[str, Any]) -> dict[str, Any]:
    given_options = database["OPTIONS"].get("options", "")
    database["OPTIONS"]["options"] = f"{given_options} -c role={role}".strip()
    database["TEST"] = {"MIRROR": "default"}
    return database


def _database(url: str, *, is_pooled: bool) -> dict[str, Any]:
    database: dict[str, Any]
    if url:
        database = {**dj_database_url.parse(url)}
    else:
        database = {"ENGINE": "factcheck.embedded_postgres", "NAME": "factcheck"}
    # A pool keeps the connections; Django must not keep them as well.
    database |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    database["OPTIONS"] = {**database.get("OPTIONS", {})}
    # Compiling a query takes longer than any query of ours takes.
    given_options = database["OPTIONS"].get("options", "")
    database["OPTIONS"]["options"] = f"{given_options} -c jit=off".strip()
    if is_pooled:
        pool = {"min_size": 1, "max_size": 8, "timeout": 5, "check": check_connection}
        database["OPTIONS"]["pool"] = pool
    return database


DATABASE_ROUTERS = ["factcheck.routers.ReaderRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "claims" / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# Files

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# People

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Headers

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# Logs

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "claims": {"level": "INFO"},
        "factcheck": {"level": "INFO"},
    },
}


# The read API

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "claims.api.answers.problem",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Verdicts",
    "DESCRIPTION": "What a fact-check desk has published: claims, verdicts, corrections.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [],
}
