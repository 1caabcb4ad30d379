"""A developer's machine, and `make demo`. Production refuses this secret key."""

import os

from factcheck.settings.base import *
from factcheck.settings.base import (
    INSTALLED_APPS,
    SAMPLE_SITE,
    databases,
    site_from_environment,
)

# `make demo` shows readers' own error pages instead of ours.
DEBUG = os.environ.get("DEBUG", "1") != "0"
SECRET_KEY = "sample-key-for-development-only"  # nosec B105
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
# Static files straight from the source folders: nothing is collected.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# Through the middleware, like everything else: with all headers.
INSTALLED_APPS = ["whitenoise.runserver_nostatic", *INSTALLED_APPS]
DATABASES = databases(is_pooled=True)
# Whoever tries the demonstration has no phone at hand; who sets a factor up is asked for it.
SECOND_FACTOR_REQUIRED = False

FACTCHECK = site_from_environment(**SAMPLE_SITE, base_url="http://localhost:8000", demo=True)
