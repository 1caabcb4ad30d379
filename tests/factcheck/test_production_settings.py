"""Production refuses to start unsafe, each time with one sentence that names the setting."""

import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from factcheck.settings.base import SESSION

COMPLETE = {
    "SECRET_KEY": "q8Zr2mVx7Lw4Tn9Kc5Jb1Hd6Fg3Ps0YaEuRiOtWyXvBzNkMjQh",
    "ALLOWED_HOSTS": "facts.example.org, www.facts.example.org",
    "DATABASE_URL": "postgres://desk@db.example.org/facts",
    "FACTCHECK_NAME": "Facts",
    "FACTCHECK_ORGANISATION": "The Desk",
    "FACTCHECK_BASE_URL": "https://facts.example.org/",
    "FACTCHECK_CONTACT": "desk@example.org",
    "FACTCHECK_LICENCE": "CC BY 4.0",
    "FACTCHECK_LICENCE_URL": "https://creativecommons.org/licenses/by/4.0/",
    "FACTCHECK_CORRECTIONS_POLICY_EN": "We correct.",
    "FACTCHECK_CORRECTIONS_POLICY_FR": "Nous corrigeons.",
}
UNSET = {"SECRET_KEY", "SECRET_KEY_FALLBACKS", "ALLOWED_HOSTS", "DEBUG", "SECOND_FACTOR_REQUIRED"}
SHOW = (
    "from factcheck.settings import production as p;"
    "print(p.DEBUG, p.FACTCHECK['demo'], p.FACTCHECK['base_url'], p.ALLOWED_HOSTS,"
    " p.DATABASES['reader']['HOST'], p.DATABASES['reader']['OPTIONS']['options'])"
)

REPLICAS = """
from factcheck.settings import production as p
for alias, each in p.DATABASES.items():
    print(alias, each["HOST"], each["OPTIONS"]["options"], each["OPTIONS"]["pool"]["timeout"])
print(p.READER_REPLICAS, p.READER_LAG_LIMIT_SECONDS)
"""


def run(*command, **environment):
    bare = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("FACTCHECK_", "DATABASE_URL", "DJANGO_", "READER_"))
        and key not in UNSET
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=bare | {key: value for key, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def check(**environment):
    return run("manage.py", "check", "--settings=factcheck.settings.production", **environment)


def test_a_complete_environment_is_accepted():
    result = run("-c", SHOW, **COMPLETE)
    assert result.stderr == ""
    assert result.stdout.split(" ", 3)[:3] == ["False", "False", "https://facts.example.org"]
    assert "['facts.example.org', 'www.facts.example.org']" in result.stdout
    assert f"db.example.org {SESSION} -c role=factcheck_reader" in result.stdout


def test_a_replica_serves_the_readers():
    replica = "postgres://reader@replica.example.org/facts"
    result = run("-c", SHOW, **COMPLETE, READER_DATABASE_URL=replica)
    assert f"replica.example.org {SESSION} -c role=factcheck_reader" in result.stdout


@pytest.mark.parametrize("separator", [" ", ",", ", ", "\n"])
def test_several_replicas_serve_the_readers(separator):
    addresses = [f"postgres://reader@replica-{name}.example.org/facts" for name in "abc"]
    result = run("-c", REPLICAS, **COMPLETE, READER_DATABASE_URL=separator.join(addresses))
    assert result.stdout.splitlines() == [
        f"default db.example.org {SESSION} 5",
        f"reader replica-a.example.org {SESSION} -c role=factcheck_reader 2",
        f"reader_2 replica-b.example.org {SESSION} -c role=factcheck_reader 2",
        f"reader_3 replica-c.example.org {SESSION} -c role=factcheck_reader 2",
        f"reporter db.example.org {SESSION} -c role=factcheck_reporter 5",
        "['reader', 'reader_2', 'reader_3'] 5.0",
    ]


def test_without_replicas_readers_read_the_primary():
    lines = run("-c", REPLICAS, **COMPLETE, READER_DATABASE_URL=" , ").stdout.splitlines()
    assert lines[1:] == [
        f"reader db.example.org {SESSION} -c role=factcheck_reader 5",
        f"reporter db.example.org {SESSION} -c role=factcheck_reporter 5",
        "[] 5.0",
    ]


def test_a_public_demonstration_says_so():
    assert run("-c", SHOW, **COMPLETE, FACTCHECK_DEMO="1").stdout.split()[1] == "True"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", None, "SECRET_KEY is missing"),
        ("SECRET_KEY", "sample-key-for-development-only", "SECRET_KEY is the sample key"),
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("SECRET_KEY", "a" * 60, "SECRET_KEY is too short"),
        ("ALLOWED_HOSTS", None, "ALLOWED_HOSTS is empty"),
        ("ALLOWED_HOSTS", " , ", "ALLOWED_HOSTS is empty"),
        ("ALLOWED_HOSTS", "facts.example.org,*", "ALLOWED_HOSTS contains '*'"),
        ("ALLOWED_HOSTS", ".example.org", "or begins with a dot"),
        ("DEBUG", "1", "DEBUG is on"),
        ("SECOND_FACTOR_REQUIRED", "0", "SECOND_FACTOR_REQUIRED is off"),
        ("DATABASE_URL", None, "DATABASE_URL is missing"),
        ("DATABASE_URL_READER", "postgres://x/y", "is called READER_DATABASE_URL now"),
        *(
            ("READER_LAG_LIMIT_SECONDS", limit, f"READER_LAG_LIMIT_SECONDS is '{limit}'")
            for limit in ("five", "0", "-1", "nan", "inf")
        ),
        ("FACTCHECK_BASE_URL", "http://facts.example.org", "does not start with https://"),
        *((key, None, f"{key} is blank") for key in COMPLETE if key.startswith("FACTCHECK_")),
        ("FACTCHECK_CONTACT", "  ", "FACTCHECK_CONTACT is blank"),
    ],
)
def test_an_unsafe_setting_is_refused_in_one_sentence(name, value, sentence):
    result = check(**{**COMPLETE, name: value})
    assert result.returncode == 1
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


def deployment(**environment):
    """The models' own checks ask the database for its version."""
    given = connection.get_connection_params()
    host = quote(str(given.get("host", "")), safe="")
    port = f":{given['port']}" if given.get("port") else ""
    password = f":{quote(given['password'], safe='')}" if given.get("password") else ""
    person = f"{quote(given.get('user', ''), safe='')}{password}"
    environment["DATABASE_URL"] = f"postgres://{person}@{host}{port}/{given['dbname']}"
    return run(
        "manage.py",
        *("check", "--deploy", "--fail-level", "WARNING"),
        "--settings=factcheck.settings.production",
        **environment,
    )


@pytest.mark.django_db
def test_the_deployment_checks_have_nothing_to_say():
    result = deployment(**COMPLETE, FACTCHECK_PROXIES="1")
    assert result.returncode == 0, result.stderr
    assert "no issues (1 silenced)" in result.stdout


@pytest.mark.django_db
def test_the_deployment_checks_miss_a_proxy_that_is_not_declared():
    result = deployment(**COMPLETE)
    assert result.returncode == 1
    assert "FACTCHECK_PROXIES" in result.stderr


def test_cookies_are_bound_to_this_host_and_the_factor_is_asked_for():
    names = "SESSION_COOKIE_NAME, p.CSRF_COOKIE_NAME, p.LANGUAGE_COOKIE_NAME"
    show = (
        "from factcheck.settings import production as p;"
        f"print(p.{names}, p.SECOND_FACTOR_REQUIRED, p.SESSION_COOKIE_AGE)"
    )
    given = run("-c", show, **COMPLETE).stdout.split()
    assert all(name.startswith("__Host-") for name in given[:3])
    assert given[3:] == ["True", "43200"]


@pytest.mark.django_db
def test_a_public_site_does_not_start_with_the_accounts_of_a_demonstration(settings):
    from django.core.checks import run_checks
    from django.core.exceptions import ImproperlyConfigured

    from claims.management.commands.demo import note_origin
    from factcheck.accounts import checks
    from tests.factories import make_user

    def errors():
        return [found.id for found in run_checks(databases=["default"])]

    user = make_user(None, username="editor")
    assert checks.demonstration_accounts() == []
    note_origin("editor")
    assert checks.demonstration_accounts() == ["editor"]
    assert "accounts.E001" in errors()
    with pytest.MonkeyPatch.context() as patch:
        # The test's own connection has to stay open.
        patch.setattr(checks.connection, "close", lambda: None)
        with pytest.raises(ImproperlyConfigured, match=r"made \(editor\): delete them"):
            checks.refuse_demonstration_accounts()
        settings.FACTCHECK = settings.FACTCHECK | {"demo": True}
        checks.refuse_demonstration_accounts()
    assert "accounts.E001" not in errors()
    settings.FACTCHECK = settings.FACTCHECK | {"demo": False}
    user.is_active = False
    user.save()
    assert "accounts.E001" not in errors()


@pytest.mark.django_db
def test_the_check_can_be_asked_before_the_first_migration():
    from factcheck.accounts import checks

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_accountevent RENAME TO elsewhere")
    assert checks.demonstration_accounts() == []


HEADS = "/var/lib/factcheck-heads/heads.jsonl"


@pytest.mark.parametrize(
    ("file", "key", "sentence"),
    [
        (HEADS, None, "set both, or neither"),
        (None, "k" * 40, "set both, or neither"),
        (HEADS, "short", "FACTCHECK_HEAD_KEY is unfit"),
        (HEADS, COMPLETE["SECRET_KEY"], "FACTCHECK_HEAD_KEY is unfit"),
        (HEADS, "a key of its own, long enough for it", ""),
    ],
)
def test_heads_are_signed_with_a_key_of_their_own(file, key, sentence):
    result = run("-c", SHOW, **COMPLETE, FACTCHECK_HEADS=file, FACTCHECK_HEAD_KEY=key)
    assert sentence in result.stderr
    assert (result.returncode == 0) is (sentence == "")


def test_the_development_key_is_the_one_that_production_refuses():
    result = run("-c", "from factcheck.settings import development as d; print(d.SECRET_KEY)")
    assert result.stdout.startswith("sample-")


SIGNED = """
import django; django.setup()
from django.core import signing
import sys
print(signing.dumps("seat") if len(sys.argv) == 1 else signing.loads(sys.argv[1]))
"""


def test_what_a_former_key_signed_is_good_while_it_is_named():
    former, key = COMPLETE["SECRET_KEY"], COMPLETE["SECRET_KEY"][::-1]
    settings_module = {"DJANGO_SETTINGS_MODULE": "factcheck.settings.production"}
    given = COMPLETE | settings_module
    token = run("-c", SIGNED, **given).stdout.strip()
    assert token
    named = run("-c", SIGNED, token, **given | {"SECRET_KEY": key, "SECRET_KEY_FALLBACKS": former})
    assert named.stdout.strip() == "seat"
    gone = run("-c", SIGNED, token, **given | {"SECRET_KEY": key})
    assert "BadSignature" in gone.stderr


@pytest.mark.parametrize("key", ["short", "sample-key-for-development-only-" + "x" * 40])
def test_a_former_key_must_have_been_a_good_one(key):
    result = check(**COMPLETE | {"SECRET_KEY_FALLBACKS": key})
    assert result.returncode
    assert "SECRET_KEY_FALLBACKS" in result.stderr
