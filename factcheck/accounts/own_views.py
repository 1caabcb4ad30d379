"""One's own second factor, for whoever is logged in: set it up, change it, make new codes."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import login as give_factor

from factcheck.accounts import factor, throttle
from factcheck.accounts.forms import CodeForm
from factcheck.accounts.login_views import METHODS, show_codes, show_new_factor, take_new_factor
from factcheck.accounts.pages import page_context

# When the present factor was shown again: another one may be set up for a while.
MAY_REPLACE = "may_replace_factor_until"
FOR_SECONDS = 10 * 60


@sensitive_post_parameters()
@require_http_methods(METHODS)
def own(request: HttpRequest) -> HttpResponse:
    if factor.device_of(request.user) is None or _may_replace(request):
        return _set_up(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _take_code(request, form)
    return _ask(request, form)


def _take_code(request: HttpRequest, form: CodeForm) -> HttpResponse:
    """A session left open on a desk is not enough to change its owner's factor."""
    name = request.user.get_username()
    if throttle.is_locked(request, name):
        return throttle.locked(request)
    try:
        factor.verify(request.user, form.cleaned_data["code"], at=timezone.now())
    except factor.WrongCode:
        throttle.count_failure(request, name)
        form.refuse(_("This code was not accepted. Wait for the next one."))
        return _ask(request, form)
    if "replace" in request.POST:
        request.session[MAY_REPLACE] = int(timezone.now().timestamp()) + FOR_SECONDS
        return show_new_factor(request, request.user, CodeForm())
    codes = factor.make_codes(request.user, at=timezone.now())
    return show_codes(request, codes, reverse("admin:index"))


def _set_up(request: HttpRequest) -> HttpResponse:
    is_first = not _may_replace(request)
    codes, form = take_new_factor(request, request.user, is_first=is_first)
    if codes is None:
        return show_new_factor(request, request.user, form)
    request.session.pop(MAY_REPLACE, None)
    # This session goes on with the new factor, under a new key; others had the old one and end.
    update_session_auth_hash(request, request.user)  # type: ignore[arg-type]
    give_factor(request, factor.device_of(request.user))
    return show_codes(request, codes, reverse("admin:index"))


def _may_replace(request: HttpRequest) -> bool:
    until: Any = request.session.get(MAY_REPLACE, 0)
    return bool(timezone.now().timestamp() < until)


def _ask(request: HttpRequest, form: CodeForm) -> HttpResponse:
    left = request.user.recovery_codes.count()  # type: ignore[union-attr]
    context = {**page_context(request, _("Second factor")), "form": form, "codes_left": left}
    status = 400 if form.errors else 200
    return render(request, "admin/accounts/own.html", context, status=status)
