"""How the desk works, and what its verdicts mean."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.models import Rating


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    return render(request, "claims/method.html", {"ratings": Rating.objects.of_current_scale()})
