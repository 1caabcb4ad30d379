"""The two steps of a login: a password, then a code. In between nobody is logged in."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import REDIRECT_FIELD_NAME, login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from factcheck.accounts import factor, pending, throttle
from factcheck.accounts.forms import CodeForm
from factcheck.accounts.pages import page_context
from factcheck.accounts.qr import picture

BACKEND = "django.contrib.auth.backends.ModelBackend"
NEW_KEY = "new_factor_key"
METHODS = ["GET", "HEAD", "POST"]


class PasswordView(LoginView):
    """The first step. Whoever has, or must have, a second factor is not logged in by it."""

    authentication_form = AdminAuthenticationForm
    template_name = "admin/login.html"
    next_page = "admin:index"

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if factor.device_of(user) is None and not settings.SECOND_FACTOR_REQUIRED:
            return super().form_valid(form)
        pending.begin(self.request, user, is_by_link=False, at=timezone.now())
        return HttpResponseRedirect(next_step(user, self.get_redirect_url()))


def password(request: HttpRequest, site: admin.AdminSite) -> HttpResponse:
    asked_for = LoginView(request=request).get_redirect_url() or reverse("admin:index")
    if request.method == "GET" and site.has_permission(request):
        return HttpResponseRedirect(asked_for)
    context = {
        **page_context(request, _("Log in")),
        "app_path": request.get_full_path(),
        "username": request.user.get_username(),
        REDIRECT_FIELD_NAME: asked_for,
    }
    request.current_app = site.name
    return cast(HttpResponse, PasswordView.as_view(extra_context=context)(request))


@sensitive_post_parameters()
@never_cache
@require_http_methods(METHODS)
def code(request: HttpRequest) -> HttpResponse:
    """The second step, for whoever has a factor."""
    user = pending.person(request, at=timezone.now())
    if user is None:
        return start_over(request)
    if factor.device_of(user) is None:
        return HttpResponseRedirect(next_step(user, destination(request)))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if refusal := _refused_for_guessing(request, user):
            return refusal
        try:
            user.otp_device = factor.verify(user, form.cleaned_data["code"], at=timezone.now())
        except factor.WrongCode:
            return _wrong(request, user, form)
        return enter(request, user)
    return _ask(request, user, form)


@sensitive_post_parameters()
@never_cache
@require_http_methods(METHODS)
def setup(request: HttpRequest) -> HttpResponse:
    """The second step, for whoever has no factor yet."""
    user = pending.person(request, at=timezone.now())
    if user is None:
        return start_over(request)
    if factor.device_of(user) is not None:
        return HttpResponseRedirect(next_step(user, destination(request)))
    codes, form = take_new_factor(request, user, is_first=True)
    if codes is None:
        return show_new_factor(request, user, form)
    after = destination(request)
    user.otp_device = factor.device_of(user)
    enter(request, user)
    return show_codes(request, codes, after)


def take_new_factor(
    request: HttpRequest, user: Any, *, is_first: bool
) -> tuple[list[str] | None, CodeForm]:
    """The recovery codes, once a code shows that the app has the key that was shown."""
    form = CodeForm(request.POST or None)
    key = request.session.get(NEW_KEY)
    if request.method == "POST" and form.is_valid() and key:
        try:
            codes = factor.set_up(
                user, key, form.cleaned_data["code"], at=timezone.now(), is_first=is_first
            )
        except factor.WrongCode:
            form.refuse(
                _(
                    "This is not the code that the app shows for this key. Wait for the next one; "
                    "if that one is wrong too, set the phone’s clock to automatic."
                )
            )
        else:
            del request.session[NEW_KEY]
            return codes, form
    return None, form


def show_new_factor(request: HttpRequest, user: Any, form: CodeForm) -> HttpResponse:
    """A key of this session's own: one that somebody else was shown is never taken over."""
    key = request.session.setdefault(NEW_KEY, factor.new_key())
    address = factor.address_for_app(user, key, settings.FACTCHECK["name"])
    context = {
        **page_context(request, _("Set up the second factor")),
        "form": form,
        "key": factor.spelled(key),
        "address": address,
        "picture": picture(address, _("QR code of the key")),
    }
    return render(request, "admin/accounts/setup.html", context, status=_status(form))


def show_codes(request: HttpRequest, codes: list[str], after: str) -> HttpResponse:
    """The only time that anybody sees them."""
    context = {**page_context(request, _("Your recovery codes")), "codes": codes, "after": after}
    return render(request, "admin/accounts/codes.html", context)


def enter(request: HttpRequest, user: Any) -> HttpResponse:
    """Both factors were given: Django's own login, which gives the session a new key."""
    after = destination(request)
    pending.forget(request)
    login(request, user, backend=BACKEND)
    return HttpResponseRedirect(after)


def next_step(user: Any, after: str) -> str:
    step = "login_setup" if factor.device_of(user) is None else "login_code"
    query = f"?{urlencode({REDIRECT_FIELD_NAME: after})}" if after else ""
    return reverse(f"admin:{step}") + query


def destination(request: HttpRequest) -> str:
    """Where the person wanted to go: a page of ours, or the first one."""
    asked_for = request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(
        asked_for, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked_for if is_ours else reverse("admin:index")


def start_over(request: HttpRequest) -> HttpResponse:
    query = urlencode({REDIRECT_FIELD_NAME: destination(request)})
    return HttpResponseRedirect(f"{reverse('admin:login')}?{query}")


def _ask(request: HttpRequest, user: Any, form: CodeForm) -> HttpResponse:
    context = {**page_context(request, _("Second factor")), "form": form}
    return render(request, "admin/accounts/code.html", context, status=_status(form))


def _wrong(request: HttpRequest, user: Any, form: CodeForm) -> HttpResponse:
    pending.count_try(request)
    if not pending.is_by_link(request):
        throttle.count_failure(request, user.get_username())
    form.refuse(
        _(
            "This code was not accepted: it is mistyped, used already, or came too soon after a "
            "wrong one. Wait for the next one."
        )
    )
    return _ask(request, user, form)


def _refused_for_guessing(request: HttpRequest, user: Any) -> HttpResponse | None:
    """An administrator's link is not stopped by what strangers do with the name."""
    if pending.is_by_link(request) or not throttle.is_locked(request, user.get_username()):
        return None
    pending.forget(request)
    return throttle.locked(request)


def _status(form: CodeForm) -> int:
    return 400 if form.errors else 200
