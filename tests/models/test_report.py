"""What comes in as a reader's report: how many, how often, and what never."""

import pytest
from django.db import IntegrityError, connection, transaction

from claims.models import Report
from claims.models.report import TooManyReports
from tests.factories import correct, make_editor, make_published, make_report

pytestmark = pytest.mark.django_db
ON_CLAIM, IN_ALL = 10, 100
HOUR = 3600


def file(edition, body="Wrong.", **columns):
    with transaction.atomic():
        Report.objects.file(edition=edition, language="en", body=body, **columns)


def fill(edition, number):
    for count in range(number):
        file(edition, f"Wrong {count}.")


def grow_older(minutes, reports=None):
    """As if the reports had come in so many minutes before."""
    for report in Report.objects.all() if reports is None else reports:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE claims_report SET received_at = received_at - %s * interval '1 minute'"
                " WHERE id = %s",
                [minutes, report.pk],
            )


def test_a_report_is_new_and_has_its_time():
    edition = make_published()
    file(edition, link="https://a.example", contact="me@b.example")
    report = Report.objects.get()
    assert (report.edition, report.status, report.answer) == (edition, "new", "")
    assert report.received_at
    assert str(report) == f"{edition}: Wrong."


def test_the_time_is_the_databases_whatever_is_asked_for():
    report = make_report(received_at="2001-01-01T00:00Z")
    report.refresh_from_db()
    assert report.received_at.year > 2001


def test_a_claim_takes_so_many_in_an_hour_and_then_no_more():
    edition = make_published()
    fill(edition, ON_CLAIM)
    with pytest.raises(TooManyReports) as refusal:
        file(edition, "One more.")
    assert refusal.value.seconds == HOUR
    assert refusal.value.minutes == 60
    assert Report.objects.count() == ON_CLAIM


def test_another_claim_still_takes_them():
    fill(make_published(), ON_CLAIM)
    file(make_published())
    assert Report.objects.count() == ON_CLAIM + 1


def test_all_editions_of_a_claim_count_together():
    first = make_published()
    fill(first, ON_CLAIM)
    with pytest.raises(TooManyReports):
        file(correct(first.claim, statement_en="Other."))


def test_all_claims_together_take_so_many_in_an_hour():
    for _claim in range(IN_ALL // ON_CLAIM):
        fill(make_published(), ON_CLAIM)
    with pytest.raises(TooManyReports):
        file(make_published())


def test_there_is_room_again_once_the_oldest_is_an_hour_old():
    edition = make_published()
    fill(edition, ON_CLAIM)
    grow_older(10)
    oldest = Report.objects.earliest("pk")
    grow_older(40, [oldest])
    with pytest.raises(TooManyReports) as refusal:
        file(edition, "One more.")
    assert refusal.value.minutes == 10
    grow_older(10, [oldest])
    file(edition, "One more.")
    with pytest.raises(TooManyReports) as refusal:
        file(edition, "Yet one.")
    assert refusal.value.minutes == 50


def test_the_same_report_sent_twice_is_kept_once():
    edition = make_published()
    file(edition)
    file(edition)
    assert Report.objects.count() == 1
    file(edition, contact="me@b.example")
    grow_older(61)
    file(edition)
    assert Report.objects.count() == 3


@pytest.mark.parametrize(
    "columns",
    [
        {"body": ""},
        {"link": "javascript:alert(1)"},
        {"link": "ftp://a.example/"},
        {"language": "de"},
        {"status": "lost"},
        {"status": "answered"},
        {"status": "dismissed"},
    ],
)
def test_the_database_refuses_what_cannot_be(columns):
    with pytest.raises(IntegrityError, match=r"claims_report|report_"):
        make_report(**columns)


def test_the_database_refuses_a_dismissal_without_a_reason():
    handled = {"handled_by": make_editor(), "handled_at": "2026-11-24T00:00Z"}
    make_report(status="dismissed", answer="No.", **handled)
    with pytest.raises(IntegrityError, match="report_dismissed_has_a_reason"):
        make_report(status="dismissed", **handled)
