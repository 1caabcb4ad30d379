"""A developer's machine, and `make demo`. Production refuses this secret key."""

import os

from factcheck.settings.base import *
from factcheck.settings.base import ENGLISH_POLICY, FRENCH_POLICY, databases, site_from_environment

# `make demo` shows readers' own error pages instead of ours.
DEBUG = os.environ.get("DEBUG", "1") != "0"
SECRET_KEY = "sample-key-for-development-only"  # nosec B105
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
# Static files straight from the source folders: nothing is collected.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
DATABASES = databases(is_pooled=True)

FACTCHECK = site_from_environment(
    name="Fact-check",
    organisation="Demonstration desk",
    base_url="http://localhost:8000",
    contact="desk@example.org",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    corrections_policy_en=ENGLISH_POLICY,
    corrections_policy_fr=FRENCH_POLICY,
    demo=True,
)
