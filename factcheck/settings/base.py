"""What all ways to run have in common."""

import math
import os
import re
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from factcheck.pooling import check_connection
from factcheck.settings.people import *

BASE_DIR = Path(__file__).resolve().parent.parent.parent

INSTALLED_APPS = [
    "claims",
    "factcheck.accounts.apps.DeskAdminConfig",
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
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "factcheck.accounts.apps.AccountsConfig",
]

MIDDLEWARE = [
    # Around all others: what these two add is on every answer, whoever gives it.
    "factcheck.logs.RequestIdMiddleware",
    "factcheck.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "factcheck.keeping.KeepingMiddleware",
    # With random padding, so that lengths give nothing away of what is secret in a page.
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "factcheck.headers.DeskPolicyMiddleware",
    "factcheck.middleware.DemonstrationMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "factcheck.middleware.ReaderMiddleware",
    "factcheck.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "factcheck.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "factcheck.accounts.middleware.SecondFactorMiddleware",
    "factcheck.accounts.middleware.IdleMiddleware",
    "factcheck.middleware.HistoryMiddleware",
    "factcheck.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
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
                "django.template.context_processors.csp",
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


# The heads of the record's chain: a file outside the database, and the key that signs them.
FACTCHECK_HEADS = os.environ.get("FACTCHECK_HEADS", "").strip()
FACTCHECK_HEAD_KEY = os.environ.get("FACTCHECK_HEAD_KEY", "").strip()

# Databases

# A request waits this long for a connection, in seconds, then gets status 503. A pool that has
# tried for as long gives up, and tries anew with the next request.
POOL = {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 5}
# A server that vanished without a word, its machine or its network gone, is given up as well.
LOST_SERVER = {
    "connect_timeout": 3,
    "tcp_user_timeout": 5000,  # milliseconds
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}

# Compiling a query takes longer than any query of ours takes. No trigger is to look away, which is
# said because asking in vain costs each trigger an aborted subtransaction, and each of these goes
# through all that the transaction still has to check: with the square of the rows of an import.
SESSION = "-c jit=off -c pgtrigger.ignore={}"


def databases(*, is_pooled: bool) -> dict[str, dict[str, Any]]:
    """`default` for the desk, and the same database in the roles that readers are served with.

    `reader` may be a replica, of several; `reporter`, which takes readers' reports and seldom has
    any to take, may not.
    `options` and not Django's `assume_role`: together with the pool that one waits for ever.
    """
    primary = os.environ.get("DATABASE_URL", "")
    default = _database(primary, is_pooled=is_pooled)
    readers = {
        alias: _in_role("factcheck_reader", _database(url, is_pooled=is_pooled))
        for alias, url in (_replicas() or {"reader": primary}).items()
    }
    reporter = _in_role("factcheck_reporter", _database(primary, is_pooled=is_pooled))
    if is_pooled:
        reporter["OPTIONS"]["pool"] |= {"min_size": 0, "max_size": 2}
        for alias in _replicas():
            # There may be another to go to.
            readers[alias]["OPTIONS"]["pool"]["timeout"] = 2
    return {"default": default, **readers, "reporter": reporter}


def _replicas() -> dict[str, str]:
    """The address behind each readers' alias; empty where readers read the primary."""
    if os.environ.get("DATABASE_URL_READER"):
        raise ImproperlyConfigured(
            "DATABASE_URL_READER is called READER_DATABASE_URL now: rename it."
        )
    addresses = re.split(r"[\s,]+", os.environ.get("READER_DATABASE_URL", ""))
    named = [address for address in addresses if address]
    return {f"reader_{n}" if n > 1 else "reader": url for n, url in enumerate(named, start=1)}


def _lag_limit() -> float:
    given = os.environ.get("READER_LAG_LIMIT_SECONDS", "") or "5"
    try:
        limit = float(given)
    except ValueError:
        limit = math.nan
    # Replicas are asked twice a second: nothing is known of less.
    if not 1 <= limit < math.inf:
        raise ImproperlyConfigured(
            f"READER_LAG_LIMIT_SECONDS is {given!r}: give a number of seconds, 1 or more."
        )
    return limit


READER_REPLICAS = list(_replicas())
READER_LAG_LIMIT_SECONDS = _lag_limit()


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
    given_options = database["OPTIONS"].get("options", "")
    database["OPTIONS"]["options"] = f"{given_options} {SESSION}".strip()
    database["OPTIONS"] = LOST_SERVER | database["OPTIONS"]
    if is_pooled:
        database["OPTIONS"]["pool"] = {**POOL, "check": check_connection}
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
STATIC_ROOT = Path(os.environ.get("FACTCHECK_STATIC_ROOT") or BASE_DIR / "staticfiles")
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# Headers: what a page may do

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Readers' pages, files, errors and whatever else: no script at all.
SECURE_CSP: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
# The desk: scripts that the page itself names with its nonce, another one each time.
DESK_CSP: dict[str, Any] = {
    **SECURE_CSP,
    "script-src": [CSP.NONCE],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
}

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
