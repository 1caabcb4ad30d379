"""A Django view that always gives the same page: the most that gunicorn and Django can do."""

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

PAGE = ("<!doctype html><title>Constant</title>" + "<p>The same words.</p>" * 500).encode()


def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE)


urlpatterns = [path("", page)]
if not settings.configured:
    settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, SECRET_KEY="constant")  # nosec B106
application = WSGIHandler()
