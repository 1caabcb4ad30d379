"""A reader's request uses the reader's rights, whatever its view does."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import ProgrammingError, connections, router
from django.http import HttpResponse, HttpResponseNotFound, StreamingHttpResponse
from django.urls import include, path

from claims.models import Report
from factcheck import replicas
from factcheck.replicas.fleet import Choice
from factcheck.routers import READER, REPORTER, is_reading, reading


def aliases(request):
    return HttpResponse(f"{router.db_for_read(User)} {router.db_for_write(User)}")


def aliases_of_reports(request):
    return HttpResponse(f"{router.db_for_read(Report)} {router.db_for_write(Report)}")


def streamed_aliases(request):
    return StreamingHttpResponse(f"{router.db_for_read(User)} " for _ in range(2))


def forgetful(request):
    return HttpResponse(User.objects.count())


def forgetful_stream(request):
    return StreamingHttpResponse(user.username for user in User.objects.iterator())


def broken(request):
    raise ValueError("broken")


def handler404(request, exception):
    return HttpResponseNotFound(router.db_for_read(User))


urlpatterns = [
    path("admin/aliases/", aliases),
    path("admin/reports/", aliases_of_reports),
    path("reports/", aliases_of_reports),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("administration/", aliases),
    path("page/", aliases),
    path("stream/", streamed_aliases),
    path("forgetful/", forgetful),
    path("forgetful-stream/", forgetful_stream),
    path("broken/", broken),
]


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("/page/", "reader reader"),
        ("/administration/", "reader reader"),
        ("/admin/aliases/", "default default"),
        ("/reports/", "reader reporter"),
        ("/admin/reports/", "default default"),
        ("/nowhere/", "reader"),
    ],
)
def test_the_address_decides_which_alias_is_used(client, address, answer):
    assert client.get(address).content.decode() == answer


def test_a_stream_is_read_with_the_readers_rights_to_its_end(client):
    response = client.get("/stream/")
    assert not is_reading()
    assert response.getvalue() == b"reader reader "
    assert not is_reading()


def test_a_stream_comes_from_the_replica_that_began_it(client, monkeypatch):
    monkeypatch.setattr(replicas, "choose", lambda: Choice("reader_2"))
    response = client.get("/stream/")
    monkeypatch.undo()
    assert response.getvalue() == b"reader_2 reader_2 "


@pytest.mark.parametrize("address", ["/forgetful/", "/forgetful-stream/"])
def test_a_view_that_asks_for_a_table_of_the_desk_is_refused(client, shared_reader, address):
    with pytest.raises(ProgrammingError, match="permission denied for table auth_user"):
        client.get(address).getvalue()


@pytest.mark.django_db(transaction=True, databases=["default", "reader"])
def test_the_readers_own_connection_is_refused_a_table_of_the_desk():
    with pytest.raises(ProgrammingError, match="permission denied"), reading():
        User.objects.count()
    with connections[READER].cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("factcheck_reader",)


@pytest.mark.django_db(transaction=True, databases=["default", "reader", "reporter"])
def test_the_connection_for_reports_may_not_even_read_them():
    with connections[REPORTER].cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("factcheck_reporter",)
    with pytest.raises(ProgrammingError, match="permission denied for table claims_report"):
        Report.objects.using(REPORTER).count()


def test_reading_ends_with_the_request_even_if_the_view_fails(client):
    with pytest.raises(ValueError, match="broken"):
        client.get("/broken/")
    assert not is_reading()


def test_the_admin_works_for_an_editor(admin_client):
    assert admin_client.get("/admin/").status_code == 200
    assert admin_client.get("/admin").status_code == 301


def test_a_post_of_a_signed_in_editor_to_a_readers_page_asks_for_no_session(
    admin_client, shared_reader
):
    assert admin_client.post("/page/").content == b"reader reader"


def test_only_default_is_migrated():
    assert router.allow_migrate("default", "claims")
    assert not router.allow_migrate("reader", "claims")
    assert not router.allow_migrate("reporter", "claims")


def test_objects_of_both_aliases_may_be_related():
    ours, theirs = User(), User()
    ours._state.db, theirs._state.db = "default", "reader"
    assert router.allow_relation(ours, theirs)
