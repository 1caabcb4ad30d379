"""Production refuses to start unsafe, each time with one sentence that names the setting."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

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
UNSET = {"SECRET_KEY", "ALLOWED_HOSTS", "DEBUG"}
SHOW = (
    "from factcheck.settings import production as p;"
    "print(p.DEBUG, p.FACTCHECK['demo'], p.FACTCHECK['base_url'], p.ALLOWED_HOSTS,"
    " p.DATABASES['reader']['HOST'], p.DATABASES['reader']['OPTIONS']['options'])"
)


def run(*command, **environment):
    bare = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("FACTCHECK_", "DATABASE_URL", "DJANGO_")) and key not in UNSET
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
    assert "db.example.org -c jit=off -c role=factcheck_reader" in result.stdout


def test_a_replica_serves_the_readers():
    replica = "postgres://reader@replica.example.org/facts"
    result = run("-c", SHOW, **COMPLETE, DATABASE_URL_READER=replica)
    assert "replica.example.org -c jit=off -c role=factcheck_reader" in result.stdout


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
        ("DEBUG", "1", "DEBUG is on"),
        ("DATABASE_URL", None, "DATABASE_URL is missing"),
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


def test_the_development_key_is_the_one_that_production_refuses():
    result = run("-c", "from factcheck.settings import development as d; print(d.SECRET_KEY)")
    assert result.stdout.startswith("sample-")
