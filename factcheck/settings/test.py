"""The test suite: a database that may be lost, fast passwords, no pool."""

from factcheck.settings.base import *
from factcheck.settings.base import ENGLISH_POLICY, FRENCH_POLICY, databases, site_from_environment

DEBUG = False
SECRET_KEY = "a-fixed-key-for-the-test-suite-and-for-nothing-else"  # nosec B105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Static files straight from the source folders: nothing is collected for a test.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

DATABASES = databases(is_pooled=False)
for _database in DATABASES.values():
    if _database["ENGINE"] == "factcheck.embedded_postgres":
        _database["OPTIONS"]["throwaway"] = True

FACTCHECK = site_from_environment(
    name="Fact-check",
    organisation="Demonstration desk",
    base_url="http://testserver",
    contact="desk@example.org",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    corrections_policy_en=ENGLISH_POLICY,
    corrections_policy_fr=FRENCH_POLICY,
    demo=False,
)
