"""The test suite: a database that may be lost, fast passwords, no pool."""

from factcheck.settings.base import *
from factcheck.settings.base import SAMPLE_SITE, databases, site_from_environment

DEBUG = False
SECRET_KEY = "a-fixed-key-for-the-test-suite-and-for-nothing-else"  # nosec B105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Static files straight from the source folders: nothing is collected for a test.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# Tests of the second factor switch it on.
SECOND_FACTOR_REQUIRED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

DATABASES = databases(is_pooled=False)
for _database in DATABASES.values():
    if _database["ENGINE"] == "factcheck.embedded_postgres":
        _database["OPTIONS"]["throwaway"] = True

FACTCHECK = site_from_environment(**SAMPLE_SITE, base_url="http://testserver", demo=False)

# Nothing outside the database, whatever the environment says.
FACTCHECK_HEADS = FACTCHECK_HEAD_KEY = ""
