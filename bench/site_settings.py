"""Production's settings over plain HTTP on loopback, so that nothing but the site is measured."""

import os

os.environ.setdefault("SECRET_KEY", "measured-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789")
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost")
SAMPLE = {
    "NAME": "Fact-check",
    "ORGANISATION": "Measured desk",
    "BASE_URL": "https://example.org",
    "CONTACT": "desk@example.org",
    "LICENCE": "CC BY 4.0",
    "LICENCE_URL": "https://creativecommons.org/licenses/by/4.0/",
    "CORRECTIONS_POLICY_EN": "We correct an error as soon as it is confirmed.",
    "CORRECTIONS_POLICY_FR": "Nous corrigeons une erreur dès qu’elle est confirmée.",
}
for _name, _value in SAMPLE.items():
    os.environ.setdefault(f"FACTCHECK_{_name}", _value)

from factcheck.settings.production import *  # noqa: E402, F403

SECURE_SSL_REDIRECT = False
SESSION_COOKIE_NAME = "sessionid"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "csrftoken"
CSRF_COOKIE_SECURE = False
# Collected files would have to be kept beside the checkout; the pages alone are measured.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
