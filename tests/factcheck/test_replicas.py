"""Which replica serves, how old it is, and who is told. Real: tests/journeys/test_replicas.py."""

import contextlib
import datetime
import threading

import pytest
from django.db import OperationalError, connections

from factcheck import replicas
from factcheck.replicas.fleet import Choice, Fleet, Standing
from factcheck.replicas.hanging import hang_up, remember
from factcheck.routers import NOWHERE, ReaderRouter, reading
from tests.interview import PAGES, publish_some
from tests.markup import markup

LIMIT = 5
LONG_AGO = 0.0


@pytest.fixture
def fleet():
    """The primary had written 100 bytes at second 100, 200 at 110."""
    fleet = Fleet(["reader", "reader_2"], limit=LIMIT)
    fleet.primary_stands(100, asked=100)
    fleet.primary_stands(200, asked=110)
    return fleet


def has_replayed(fleet, position, alias="reader", changed=LONG_AGO):
    fleet.stands(alias, Standing(position, changed))


def age(choice):
    return (datetime.datetime.now(datetime.UTC) - choice.as_of).total_seconds()


def test_replicas_within_the_limit_serve_in_turn(fleet):
    has_replayed(fleet, 200, "reader")
    has_replayed(fleet, 200, "reader_2")
    chosen = [fleet.choose(112) for _ in range(4)]
    assert {choice.alias for choice in chosen} == {"reader", "reader_2"}
    assert {choice.as_of for choice in chosen} == {None}


def test_a_replica_that_lags_is_left_out(fleet):
    has_replayed(fleet, 199, "reader")
    has_replayed(fleet, 200, "reader_2")
    assert {fleet.choose(112) for _ in range(4)} == {Choice("reader_2")}


def test_a_replica_lags_from_the_last_moment_whose_writes_it_has(fleet):
    has_replayed(fleet, 199)
    assert fleet.choose(105) == Choice("reader")
    assert age(fleet.choose(112)) == pytest.approx(12, abs=1.1)


def test_the_freshest_serves_with_its_age_where_all_lag(fleet):
    has_replayed(fleet, 99, "reader", changed=95)
    has_replayed(fleet, 199, "reader_2")
    choice = fleet.choose(120)
    assert choice.alias == "reader_2"
    assert age(choice) == pytest.approx(20, abs=1.1)


def test_a_replica_has_no_lag_while_nothing_is_written(fleet):
    has_replayed(fleet, 200)
    fleet.primary_stands(200, asked=1000)
    assert fleet.choose(1001) == Choice("reader")


def test_a_replica_that_has_replayed_all_it_received_lags_once_the_primary_has_gone_on(fleet):
    """It cannot know itself: its receiver may be gone."""
    has_replayed(fleet, 200)
    fleet.primary_stands(201, asked=120)
    has_replayed(fleet, 200)
    assert age(fleet.choose(120)) == pytest.approx(10, abs=1.1)


def test_readers_go_on_without_the_primary_and_are_told(fleet):
    has_replayed(fleet, 200)
    fleet.lose("default")
    assert fleet.choose(114) == Choice("reader")
    assert age(fleet.choose(170)) == pytest.approx(60, abs=1.1)
    assert fleet.lost() == ["default"]


def test_a_replica_tells_of_itself_what_was_written_before_anyone_watched(fleet):
    has_replayed(fleet, 99, changed=40)
    assert age(fleet.choose(120)) == pytest.approx(80, abs=1.1)


def test_positions_of_another_primary_count_for_nothing(fleet):
    fleet.primary_stands(150, asked=120)
    has_replayed(fleet, 149, changed=60)
    assert age(fleet.choose(120)) == pytest.approx(60, abs=1.1)


def test_a_replica_that_does_not_answer_is_left_out_until_it_does(fleet):
    has_replayed(fleet, 200, "reader")
    has_replayed(fleet, 199, "reader_2")
    fleet.lose("reader")
    assert fleet.choose(112).alias == "reader_2"
    assert fleet.lost() == ["reader"]
    has_replayed(fleet, 200, "reader")
    assert fleet.choose(112).alias == "reader"
    assert fleet.lost() == []


def test_nothing_serves_where_no_replica_answers(fleet):
    fleet.lose("reader")
    assert fleet.choose(112) is None


def test_a_replica_that_failed_a_request_is_avoided_for_a_while(fleet):
    has_replayed(fleet, 200, "reader")
    has_replayed(fleet, 200, "reader_2")
    fleet.avoid("reader", 112)
    assert {fleet.choose(113).alias for _ in range(4)} == {"reader_2"}
    assert {fleet.choose(114.5).alias for _ in range(4)} == {"reader", "reader_2"}


def test_the_only_replica_serves_even_if_it_has_failed_a_request(fleet):
    has_replayed(fleet, 200)
    fleet.avoid("reader", 112)
    assert fleet.choose(113) == Choice("reader")


def test_a_request_is_answered_anew_by_another_than_the_one_that_failed(fleet):
    has_replayed(fleet, 200)
    assert fleet.choose(112, instead_of="reader") is None


def test_a_replica_that_is_slow_to_answer_is_avoided_and_hangs_after_a_while(fleet):
    has_replayed(fleet, 200, "reader")
    has_replayed(fleet, 200, "reader_2")
    fleet.is_asked("reader", 110)
    assert {fleet.choose(111).alias for _ in range(4)} == {"reader", "reader_2"}
    assert {fleet.choose(113).alias for _ in range(4)} == {"reader_2"}
    assert fleet.hanging(114) == []
    assert fleet.hanging(116) == ["reader"]
    fleet.lose("reader")
    assert fleet.hanging(116) == []


def test_no_more_positions_are_kept_than_are_needed(fleet):
    for position in range(300, 5000):
        fleet.primary_stands(position, asked=position)
    assert len(fleet._positions) == len(fleet._moments) == 3600


def test_a_query_of_a_request_that_nothing_can_serve_fails_at_once():
    with reading(NOWHERE), pytest.raises(OperationalError, match="No database for readers"):
        ReaderRouter().db_for_read(object)


# A request whose database is lost. There are no replicas here: other aliases stand for them.


@pytest.fixture
def two(monkeypatch):
    """`reader` is asked first, then `default`; the fixture lists who was asked instead of whom."""
    asked = []

    def choose(instead_of=""):
        asked.append(instead_of)
        return Choice("default" if instead_of else "reader")

    monkeypatch.setattr(replicas, "choose", choose)
    return asked


@pytest.mark.django_db(databases=["default", "reader"])
def test_a_page_whose_replica_is_lost_comes_from_another(client, lose, two):
    client.raise_request_exception = False
    publish_some(1)
    lose("reader")
    response = client.get("/en/claims/claim-a/")
    assert response.status_code == 200
    assert response["ETag"]
    assert two == ["", "reader"]


@pytest.mark.django_db(databases=["default", "reader"])
def test_whoever_asks_whether_a_page_has_changed_waits_for_a_lost_replica_once(
    client, lose, two, monkeypatch
):
    publish_some(1)
    lose("reader")
    lost, tries = connections["reader"], []
    connect = lost.get_new_connection
    monkeypatch.setattr(lost, "get_new_connection", lambda how: tries.append(how) or connect(how))
    response = client.get("/en/claims/claim-a/", headers={"If-None-Match": '"of another state"'})
    assert response.status_code == 200
    assert len(tries) == 1
    assert two == ["", "reader"]


@pytest.mark.django_db(databases=["default", "reader", "reporter"])
def test_a_report_that_cannot_be_kept_is_not_sent_again(client, lose, shared_reader, two):
    client.raise_request_exception = False
    publish_some(1)
    lose("reporter")
    form = {"edition": "1", "body": "Wrong.", "link": "", "contact": ""}
    origin = {"sec-fetch-site": "same-origin"}
    assert client.post("/en/claims/claim-a/report/", form, headers=origin).status_code == 503
    assert two == [""]


@pytest.mark.django_db(databases=["default", "reader"])
def test_a_page_that_no_replica_can_give_is_answered_503_at_once(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(replicas, "choose", lambda **_options: Choice(NOWHERE))
    assert client.get("/en/claims/").status_code == 503
    assert client.get("/en/nowhere/").status_code == 404


@pytest.mark.django_db(databases=["default", "reader"])
def test_whoever_waits_for_a_server_that_hangs_gets_an_error_at_once():
    failed = []
    is_waiting = threading.Event()

    def wait():
        connection = connections["reader"]
        with contextlib.closing(connection), connection.cursor() as cursor:
            remember(connection)
            # So that the server does not sleep on, with nobody to answer.
            cursor.execute("SET client_connection_check_interval = '100ms'")
            is_waiting.set()
            try:
                cursor.execute("SELECT pg_sleep(60)")
            except OperationalError as error:
                failed.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    is_waiting.wait()
    # Sent, but for a moment.
    thread.join(0.5)
    assert thread.is_alive()
    hang_up("reader")
    thread.join(20)
    assert len(failed) == 1


# What readers are told. That a replica lags cannot be had here without one: the choice is given.


@pytest.fixture
def behind(monkeypatch):
    """The replica that serves shows what had been published half a minute ago."""
    moment = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=30)
    moment = moment.replace(microsecond=0)
    monkeypatch.setattr(replicas, "choose", lambda **_options: Choice("reader", moment))
    return moment


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_says_as_of_when_it_is(client, shared_reader, behind, language):
    publish_some(3)
    for address in [*PAGES.values(), "/{}/nowhere/"]:
        response = client.get(address.format(language))
        page = markup(response)
        assert page.one("time", datetime=behind.isoformat()), address
        assert f"{behind:%H:%M:%S} (UTC)" in page.one("aside", class_="behind").text
        assert 30 <= int(response["Age"]) < 60
        assert response["Record-As-Of"] == behind.isoformat()


def test_the_card_says_as_of_when_it_is(client, shared_reader, behind):
    publish_some(1)
    page = markup(client.get("/en/claims/claim-a/embed/"))
    assert page.one("time", datetime=behind.isoformat())


@pytest.mark.parametrize(
    "address", ["/feeds/claims.atom", "/api/v1/claims/", "/data/claims.csv", "/sitemap.xml"]
)
def test_programs_are_told_in_headers(client, shared_reader, behind, address):
    publish_some(1)
    response = client.get(address)
    assert response.status_code == 200
    assert 30 <= int(response["Age"]) < 60
    assert response["Record-As-Of"] == behind.isoformat()


def test_the_page_of_a_replica_that_lags_is_another_page(client, shared_reader, monkeypatch):
    publish_some(1)
    current = client.get("/en/claims/claim-a/")
    assert "Age" not in current
    assert not markup(current).find(class_="behind")
    moment = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
    monkeypatch.setattr(replicas, "choose", lambda **_options: Choice("reader", moment))
    known = {"if-none-match": current["ETag"]}
    old = client.get("/en/claims/claim-a/", headers=known)
    assert old.status_code == 200
    again = client.get("/en/claims/claim-a/", headers={"if-none-match": old["ETag"]})
    assert again.status_code == 304
    assert again["Record-As-Of"] == moment.isoformat()


def test_editors_are_told_nothing_of_replicas(admin_client, behind):
    response = admin_client.get("/admin/")
    assert response.status_code == 200
    assert "Age" not in response
