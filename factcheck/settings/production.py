"""A public site. Every setting that is missing or unsafe is refused in one sentence."""

import os

from django.core.exceptions import ImproperlyConfigured

from factcheck.settings.base import *
from factcheck.settings.base import (
    DESK_CSP,
    FACTCHECK_HEAD_KEY,
    FACTCHECK_HEADS,
    LOGGING,
    SECURE_CSP,
    databases,
    site_from_environment,
)


def refuse(sentence: str) -> None:
    raise ImproperlyConfigured(sentence)


OFF = {"0", "false", "no", "off"}


def words(variable: str) -> list[str]:
    return [word.strip() for word in os.environ.get(variable, "").split(",") if word.strip()]


DEBUG = False
if os.environ.get("DEBUG", "").lower() not in {"", *OFF}:
    refuse("DEBUG is on: remove it from the environment, a public site must not show its insides.")

SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    refuse("SECRET_KEY is missing: set it to a random text of 50 characters or more.")
if SECRET_KEY.startswith("sample-"):
    refuse("SECRET_KEY is the sample key: set it to a random text of 50 characters or more.")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    refuse("SECRET_KEY is too short: set it to a random text of 50 characters or more.")

# Keys that are going: what they signed is still good, nothing new is signed with them.
SECRET_KEY_FALLBACKS = words("SECRET_KEY_FALLBACKS")
if any(len(key) < 50 or key.startswith("sample-") for key in SECRET_KEY_FALLBACKS):
    refuse("SECRET_KEY_FALLBACKS holds a key that is too short: name former keys, with commas.")

ALLOWED_HOSTS = words("ALLOWED_HOSTS")
if not ALLOWED_HOSTS:
    refuse("ALLOWED_HOSTS is empty: set it to the site's host names, separated by commas.")
if any("*" in host or host.startswith(".") for host in ALLOWED_HOSTS):
    refuse("ALLOWED_HOSTS contains '*' or begins with a dot: name the site's host names instead.")

if not os.environ.get("DATABASE_URL"):
    refuse("DATABASE_URL is missing: set it to the address of a PostgreSQL database.")
DATABASES = databases(is_pooled=True)

FACTCHECK = site_from_environment(demo=False)
for _key, _value in FACTCHECK.items():
    if _value == "" and _key != "tag_host":
        refuse(f"FACTCHECK_{_key.upper()} is blank: readers must know whose site this is.")
if not FACTCHECK["base_url"].startswith("https://"):
    refuse("FACTCHECK_BASE_URL does not start with https://: give the site's public address.")

if bool(FACTCHECK_HEADS) != bool(FACTCHECK_HEAD_KEY):
    refuse("FACTCHECK_HEADS and FACTCHECK_HEAD_KEY go together: set both, or neither.")
if FACTCHECK_HEADS and (len(FACTCHECK_HEAD_KEY) < 32 or FACTCHECK_HEAD_KEY == SECRET_KEY):
    refuse(
        "FACTCHECK_HEAD_KEY is unfit: set it to a random text of its own, 32 characters or more."
    )

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "factcheck.storage.WholeFilesStorage"},
}

# The server in front ends TLS and says so in this header: it must overwrite what visitors send.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
# Asked from inside, past the server in front.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = os.environ.get("FACTCHECK_HSTS_SUBDOMAINS", "").lower() not in OFF
# That browsers come with the rule built in is for the whole domain's owner to ask, for good.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
if not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    SILENCED_SYSTEM_CHECKS.append("security.W005")
SECURE_CSP = {**SECURE_CSP, "upgrade-insecure-requests": True}
DESK_CSP = {**DESK_CSP, "upgrade-insecure-requests": True}

if os.environ.get("SECOND_FACTOR_REQUIRED", "").lower() in OFF:
    refuse("SECOND_FACTOR_REQUIRED is off: a password alone must not open a public site's desk.")
SECOND_FACTOR_REQUIRED = True

# With these names browsers take the cookies from this host alone, and over TLS alone.
SESSION_COOKIE_NAME = "__Host-sessionid"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [FACTCHECK["base_url"]]

LOGGING = {**LOGGING, "formatters": {"line": {"()": "factcheck.logs.JSONFormatter"}}}
