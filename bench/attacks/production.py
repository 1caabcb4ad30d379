"""The production settings over a database of a measurement's own, and a browser that sees them."""

import os
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

HOST = "facts.example.org"
ENVIRONMENT = {
    "SECRET_KEY": "no-site-has-this-key-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": HOST,
    "DATABASE_URL": "postgres://nobody@127.0.0.1/nothing",
    "FACTCHECK_PROXIES": "1",
    "FACTCHECK_NAME": "Facts",
    "FACTCHECK_ORGANISATION": "The Desk",
    "FACTCHECK_BASE_URL": f"https://{HOST}",
    "FACTCHECK_CONTACT": "desk@example.org",
    "FACTCHECK_LICENCE": "CC BY 4.0",
    "FACTCHECK_LICENCE_URL": "https://creativecommons.org/licenses/by/4.0/",
    "FACTCHECK_CORRECTIONS_POLICY_EN": "We correct.",
    "FACTCHECK_CORRECTIONS_POLICY_FR": "Nous corrigeons.",
}
# The database stays that of the measurement, and static files come from their source folders.
NOT_TAKEN = {
    "DATABASES",
    "STORAGES",
    "INSTALLED_APPS",
    "LOGGING",
    "BASE_DIR",
    "WHITENOISE_AUTOREFRESH",
    "WHITENOISE_USE_FINDERS",
}


def production_settings(**changed: str) -> dict[str, Any]:
    """What ``factcheck.settings.production`` makes of a complete environment."""
    with mock.patch.dict(os.environ, ENVIRONMENT | changed):
        names = runpy.run_module("factcheck.settings.production")
    return {name: value for name, value in names.items() if name.isupper()}


@contextmanager
def as_in_production(**changed: Any) -> Iterator[None]:
    """Run the block under them. Clients made inside serve with them; passwords hash as there."""
    from django.test import override_settings

    taken = {name: value for name, value in production_settings().items() if name not in NOT_TAKEN}
    with override_settings(**taken | changed):
        yield


def browser(address: str = "192.0.2.1", **options: Any) -> Any:
    """A client that comes over TLS, through the one declared proxy."""
    from django.test import Client

    told = {
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": address,
        "SERVER_NAME": HOST,
        "SERVER_PORT": "443",
        "wsgi.url_scheme": "https",
    }
    return Client(raise_request_exception=False, **told | options)
