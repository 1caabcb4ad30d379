"""``manage.py importfixture``: files in by the command line."""

import gzip
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from claims.models import Claim, Topic
from tests.factories import make_claim, make_rated_claim, make_user, publish_claim
from tests.interchange.arrivals import as_json, row

pytestmark = pytest.mark.django_db
TOPIC = row("topic", slug="rain", label_en="Rain", label_fr="Pluie")


@pytest.fixture
def bring(tmp_path):
    def run(*files, **options):
        paths = []
        for number, (name, given) in enumerate(files):
            path = tmp_path / str(number) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(given if isinstance(given, bytes) else as_json(given).encode())
            paths.append(str(path))
        out = StringIO()
        call_command("importfixture", *paths, stdout=out, stderr=StringIO(), **options)
        return out.getvalue()

    return run


def test_files_come_in_together_and_are_counted(bring):
    make_claim(slug="wet")
    table = b"claim,topics\r\nwet,rain\r\n"
    told = bring(("desk.json", [TOPIC]), ("claims.csv", table))
    assert "claims.topic: 1 new\n" in told
    assert "claims.claim wet: changed: topics" in told
    assert Claim.objects.get().topics.get().slug == "rain"


def test_one_bad_file_keeps_the_others_out(bring):
    with pytest.raises(CommandError, match=r"1/claims\.csv: Line 1: there is no column"):
        bring(("desk.json", [TOPIC]), ("claims.csv", b"nothing\r\n"))
    assert not Topic.objects.exists()


def test_a_refusal_names_file_line_and_field_and_fails(bring):
    bad = row("topic", slug="rain", label_en="", label_fr="Pluie")
    with pytest.raises(CommandError) as caught:
        bring(("desk.json", [bad]))
    assert "desk.json:6: claims.topic rain: invalid: label_en: This field" in str(caught.value)
    assert "1 rows cannot come in. Nothing was written." in str(caught.value)


def test_a_dry_run_writes_nothing(bring):
    told = bring(("desk.json", [TOPIC]), dry_run=True)
    assert "claims.topic: 1 new" in told
    assert "Dry run: nothing was written." in told
    assert not Topic.objects.exists()


def test_every_row_is_told_when_asked_for(bring):
    told = bring(("desk.json", [TOPIC]), verbosity=2)
    assert "0/desk.json:2: claims.topic rain: new\n" in told


def test_gzip_comes_in(bring):
    bring(("desk.json.gz", gzip.compress(json.dumps([TOPIC]).encode())))
    assert Topic.objects.exists()


def test_who_imports_opens_the_revisions(bring):
    publish_claim(make_rated_claim(slug="wet"))
    change = row("claim", slug="wet", statement_en="Else.")
    with pytest.raises(CommandError, match="say with --by who opens a revision"):
        bring(("desk.json", [change]))
    user = make_user()
    told = bring(("desk.json", [change]), by=user.username)
    assert "A revision of wet is open." in told


@pytest.mark.parametrize(
    ("by", "message"), [("nobody", "There is no active user “nobody”"), ("guest", "guest may not")]
)
def test_who_may_not_import_is_told(bring, by, message):
    make_user(None, username="guest")
    with pytest.raises(CommandError, match=message):
        bring(("desk.json", [TOPIC]), by=by)


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(CommandError, match=r"none\.json cannot be read: No such file"):
        call_command("importfixture", "none.json")


def test_xml_is_refused(bring):
    with pytest.raises(CommandError, match="kind XML are not read"):
        bring(("desk.xml", b"<a/>"))
