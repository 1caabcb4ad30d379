"""Whether pages are still there: what an answer means, and what is kept of it."""

import datetime
import threading
import time
from collections import defaultdict
from itertools import pairwise

import pytest
from django.db import connection
from django.utils import timezone

from claims.desk import links
from claims.desk.fetching import Answer
from claims.desk.links import Found, NoNetworkError, check, judge, keep, visit
from claims.desk.outgoing import FetchError
from claims.models import LinkCheck, LinkReason, LinkState, Source
from tests.factories import make_link_check, make_source

pytestmark = pytest.mark.django_db

PAGE = "https://news.example/strike"
NOW = timezone.now()
DAY = datetime.timedelta(days=1)


class Web:
    """The network's far side: what each address answers, else that its page is there."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def fetch(self, url):
        self.asked.append(url)
        host = url.split("/")[2].partition(".")[0]
        said = self.answers.get(host, 200)
        if isinstance(said, int):
            return Answer(said, url)
        raise FetchError(said)


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch):
    monkeypatch.setattr(links, "PAUSE", 0.01)


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        (200, "ok", None),
        (204, "ok", None),
        (404, "broken", "not_found"),
        (410, "broken", "not_found"),
        (401, "unreachable", "forbidden"),
        (403, "unreachable", "forbidden"),
        (429, "unreachable", "forbidden"),
        (451, "unreachable", "forbidden"),
        (999, "unreachable", "forbidden"),
        (500, "unreachable", "site_fault"),
        (503, "unreachable", "site_fault"),
        (302, "unreachable", "odd_status"),
        (103, "unreachable", "odd_status"),
        (400, "unreachable", "odd_status"),
    ],
)
def test_a_status_says_whether_the_page_is_there(status, state, reason):
    found = judge(PAGE, Answer(status, PAGE))
    assert (found.state, found.reason, found.status) == (state, reason, status)


def test_a_page_that_moved_for_good_says_where():
    found = judge(PAGE, Answer(200, "https://news.example/login", "https://new.example/1"))
    assert (found.state, found.moved_to) == ("moved", "https://new.example/1")


def test_a_page_that_leads_to_the_first_page_may_be_gone():
    found = judge(PAGE, Answer(200, "https://news.example/"))
    assert (found.state, found.reason) == ("moved", "front_page")
    assert judge("https://news.example", Answer(200, "https://news.example/")).state == "ok"


def test_a_page_that_moved_and_is_gone_is_gone():
    assert judge(PAGE, Answer(404, PAGE, "https://new.example/1")).state == "broken"


@pytest.mark.parametrize("reason", LinkReason.values)
def test_every_reason_has_a_state_that_is_not_there(reason):
    assert Found(LinkReason(reason)).state in set(LinkState) - {LinkState.OK}


def test_a_move_between_spellings_of_one_address_is_none():
    source = make_source(url="http://news.example/strike")
    moved = Found(LinkReason.PERMANENT, 200, "https://www.news.example/strike/")
    assert keep(source, moved, at=NOW).state == "ok"


def test_a_move_to_an_address_too_long_to_keep_is_none():
    far = Found(LinkReason.PERMANENT, 200, "https://news.example/" + "x" * 2000)
    assert keep(make_source(), far, at=NOW).state == "ok"


def test_a_link_fails_since_it_first_failed_until_it_is_there_again():
    source = make_source()
    gone = Found(LinkReason.NOT_FOUND, 404)
    assert keep(source, gone, at=NOW).failing_since == NOW
    assert keep(source, gone, at=NOW + DAY).failing_since == NOW
    assert keep(source, Found(status=200), at=NOW + 2 * DAY).failing_since is None
    later = NOW + 3 * DAY
    assert keep(source, gone, at=later).failing_since == later
    assert LinkCheck.objects.count() == 1


@pytest.mark.parametrize(
    ("reason", "state"),
    [("no_connection", "broken"), ("site_fault", "broken"), ("forbidden", "unreachable")],
)
def test_what_is_not_reached_for_a_fortnight_is_broken(reason, state):
    source = make_source()
    found = Found(LinkReason(reason))
    keep(source, found, at=NOW)
    assert keep(source, found, at=NOW + 13 * DAY).state == "unreachable"
    assert keep(source, found, at=NOW + 14 * DAY).state == state


def test_nothing_is_kept_of_a_source_that_was_changed_meanwhile():
    source, gone = make_source(), make_source()
    Source.objects.filter(pk=source.pk).update(url="https://elsewhere.example/")
    Source.objects.filter(pk=gone.pk).delete()
    for asked in (source, gone):
        assert keep(asked, Found(status=200), at=NOW) is None
    assert not LinkCheck.objects.exists()


def test_each_source_is_asked_once_and_kept():
    sources = [make_source(url=f"https://{host}.example/1") for host in ("a", "b", "c")]
    web = Web(b=404, c=LinkReason.TOO_SLOW)
    found = {kept.source.url: kept.state for kept in check(web, sources, at=NOW)}
    assert found == dict(
        zip((source.url for source in sources), ("ok", "broken", "unreachable"), strict=True)
    )
    assert sorted(web.asked) == sorted(found)
    assert set(LinkCheck.objects.values_list("checked_at", flat=True)) == {NOW}


OFFLINE = [LinkReason.NO_HOST, LinkReason.NO_LOOKUP, LinkReason.NO_CONNECTION, LinkReason.TOO_SLOW]


@pytest.mark.parametrize("reason", OFFLINE)
def test_a_machine_without_a_network_breaks_no_links(reason):
    sources = [make_source(url=f"https://{host}.example/1") for host in ("a", "b")]
    make_link_check(sources[0], "ok")
    with pytest.raises(NoNetworkError):
        list(check(Web(a=reason, b=reason), sources, at=NOW))
    assert [found.state for found in LinkCheck.objects.all()] == ["ok"]


def test_a_site_that_was_there_the_last_time_vouches_for_the_network():
    make_link_check(make_source(url="https://known.example/1"), "ok")
    lost = make_source(url="https://lost.example/1")
    (kept,) = check(Web(lost=LinkReason.NO_HOST), [lost], at=NOW)
    assert kept.state == "broken"
    assert LinkCheck.objects.get(source__url__contains="known").checked_at < NOW + DAY


def test_witnesses_that_are_silent_too_vouch_for_nothing():
    make_link_check(make_source(url="https://known.example/1"), "ok")
    lost = make_source(url="https://lost.example/1")
    with pytest.raises(NoNetworkError):
        list(check(Web(lost=LinkReason.NO_HOST, known=LinkReason.NO_HOST), [lost], at=NOW))


def test_an_address_that_is_never_asked_needs_no_network():
    source = make_source(url="https://a.example:8443/1")
    (kept,) = check(Web(a=LinkReason.ODD_PORT), [source], at=NOW)
    assert kept.state == "refused"


def test_nothing_to_check_is_no_fault():
    assert list(check(Web(), [], at=NOW)) == []


class Crowd(Web):
    """Sites that answer once all are asked; notes when, and how many pages at a time."""

    def __init__(self, sites):
        super().__init__()
        self.lock = threading.Lock()
        self.all_asked = threading.Barrier(sites, timeout=20)
        self.now = defaultdict(int)
        self.most = 0
        self.moments = defaultdict(list)

    def fetch(self, url):
        site = url.split("/")[2].removeprefix("www.")
        with self.lock:
            self.now[site] += 1
            self.moments[site].append(time.monotonic())
            self.most = max(self.most, self.now[site])
        if len(self.moments[site]) == 1:
            self.all_asked.wait()
        with self.lock:
            self.now[site] -= 1
        return super().fetch(url)


def test_one_page_of_a_site_is_asked_at_a_time_and_several_sites_at_once(monkeypatch):
    monkeypatch.setattr(links, "PAUSE", 0.05)
    hosts = ["a.example", "www.a.example", "b.example", "c.example"]
    sources = [make_source(url=f"https://{host}/{number}") for host in hosts for number in range(3)]
    crowd = Crowd(sites=3)
    assert len(list(visit(crowd, sources))) == 12
    assert crowd.most == 1
    moments = crowd.moments["a.example"]
    assert len(moments) == 6
    pauses = [later - sooner for sooner, later in pairwise(moments)]
    assert min(pauses) >= 0.05


def test_the_threads_leave_the_database_alone():
    with connection.execute_wrapper(_in_this_thread(threading.get_ident())):
        sources = [make_source() for _count in range(3)]
        list(check(Web(), sources, at=NOW))


def _in_this_thread(own):
    def wrap(execute, *arguments):
        assert threading.get_ident() == own
        return execute(*arguments)

    return wrap


def test_a_fault_of_our_own_comes_out_and_ends_the_run():
    class Broken(Web):
        def fetch(self, url):
            raise RuntimeError("our fault")

    with pytest.raises(RuntimeError, match="our fault"):
        list(check(Broken(), [make_source()], at=NOW))


def test_who_stops_listening_stops_the_run(monkeypatch):
    monkeypatch.setattr(links, "PAUSE", 30.0)
    sources = [make_source(url=f"https://a.example/{number}") for number in range(3)]
    web = Web()
    coming = visit(web, sources)
    next(coming)
    coming.close()
    assert len(web.asked) == 1


def test_the_longest_unchecked_come_first():
    old, fresh, never = make_source(), make_source(), make_source()
    make_link_check(old, "ok", checked_at=NOW - 8 * DAY)
    make_link_check(fresh, "ok", checked_at=NOW - DAY)
    assert list(Source.objects.longest_unchecked_first()) == [never, old, fresh]
    assert set(Source.objects.not_checked_since(NOW - 7 * DAY)) == {never, old}
