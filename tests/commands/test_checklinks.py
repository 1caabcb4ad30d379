"""``manage.py checklinks``: which links are asked for, what is said, and what is kept."""

import datetime
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from claims.desk import links
from claims.desk.fetching import Fetcher
from claims.management.commands import checklinks
from claims.models import LinkCheck
from tests.factories import make_claim, make_evidence, make_link_check, make_source
from tests.strange_sites import OnlySite, redirect, serving, status

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(monkeypatch):
    """A real site; production has no setting that lets the command reach it."""
    answers = {"/there": status(200), "/gone": status(404), "/old": redirect("/there", 301)}
    with serving(answers) as (site,):
        monkeypatch.setattr(links, "PAUSE", 0.01)
        monkeypatch.setattr(checklinks, "Fetcher", partial(Fetcher, policy=OnlySite(site)))
        yield site


def run(**options):
    out, err = StringIO(), StringIO()
    call_command("checklinks", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_each_link_that_is_not_there_is_told_and_all_are_counted(site):
    for path in ("/there", "/gone", "/old"):
        make_source(url=site.url(path))
    make_source(url="http://127.0.0.1/router")
    out, err = run()
    assert sorted(out.splitlines()) == sorted(
        [
            f"Broken: {site.url('/gone')} The site has no such page any more. (404)",
            f"Moved: {site.url('/old')} The site has a new address for the page. (200) "
            f"{site.url('/there')}",
            "Not asked: http://127.0.0.1/router The site has an address that is not public.",
            "4 links: 1 ok, 1 moved, 1 broken, 1 refused",
        ]
    )
    assert err == "Checking 4 links\n"
    assert LinkCheck.objects.count() == 4


def test_verbosity_tells_all_or_nothing(site):
    make_source(url=site.url("/there"))
    make_source(url=site.url("/gone"))
    assert run(verbosity=0) == ("", "")
    assert f"There: {site.url('/there')} (200)\n" in run(verbosity=2)[0]


def test_the_site_is_told_who_asks(site, settings):
    settings.FACTCHECK = settings.FACTCHECK | {"base_url": "https://desk.example"}
    make_source(url=site.url("/there"))
    run()
    assert "User-Agent: factcheck-links/1 (+https://desk.example/)\r\n" in site.asked[0]


def test_what_was_checked_lately_is_left_alone(site):
    lately, long_ago = make_source(url=site.url("/there")), make_source(url=site.url("/gone"))
    now = timezone.now()
    make_link_check(lately, "ok", checked_at=now - datetime.timedelta(days=6))
    make_link_check(long_ago, "ok", checked_at=now - datetime.timedelta(days=8))
    run(older_than=7)
    assert site.paths() == {"/gone"}


def test_a_limit_takes_those_that_went_unchecked_for_longest(site):
    checked = make_source(url=site.url("/gone"))
    make_link_check(checked, "ok")
    make_source(url=site.url("/there"))
    run(limit=1)
    assert site.paths() == {"/there"}


def test_the_links_of_one_document_are_those_its_claims_cite(site):
    claim = make_claim()
    source = make_source(url=site.url("/there"))
    make_evidence(claim=claim, source=source)
    make_evidence(claim=claim, source=source)
    make_evidence(source=make_source(url=site.url("/gone")))
    out, _err = run(document=claim.document.slug)
    assert out == "1 links: 1 ok\n"
    assert site.paths() == {"/there"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"document": "nowhere"}, "There is no document “nowhere”."),
        ({"limit": 0}, "--limit is a number from 1 up."),
        ({"older_than": -1}, "--older-than is a number from 0 up."),
        ({"older_than": 10**12}, "--older-than is a number from 0 up."),
    ],
)
def test_what_cannot_be_chosen_is_said(options, said):
    with pytest.raises(CommandError, match=said):
        run(**options)


def test_without_a_network_nothing_is_written_and_that_is_said(site):
    source = make_source(url=site.url("/there"))
    site.shutdown()
    site.server_close()
    make_link_check(source, "ok")
    with pytest.raises(CommandError, match="is this machine connected"):
        run()
    assert LinkCheck.objects.get().state == "ok"


def test_nothing_to_check_is_said():
    assert run()[0] == "0 links: nothing to check\n"
