"""Answers to what is wrong with a request before any view is asked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that our own page did not send, or that is too old. The reason stays in the log."""
    return render(request, "403_csrf.html", status=403)
