"""An administrator's one-time link: the page that says what it is, and the button that uses it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from factcheck.accounts import factor, links, pending
from factcheck.accounts.login_views import METHODS, enter, next_step
from factcheck.accounts.pages import page_context


@never_cache
@require_http_methods(METHODS)
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Nothing is used up on GET: programs that look at mail open what they find."""
    if request.method != "POST":
        return _page(request, is_good=links.owner(token, at=timezone.now()) is not None)
    user = links.use_link(token, at=timezone.now())
    if user is None:
        return _page(request, is_good=False)
    pending.begin(request, user, is_by_link=True, at=timezone.now())
    if settings.SECOND_FACTOR_REQUIRED or factor.device_of(user):
        return HttpResponseRedirect(next_step(user, ""))
    return enter(request, user)


def _page(request: HttpRequest, *, is_good: bool) -> HttpResponse:
    context = {**page_context(request, _("One-time link")), "is_good": is_good}
    return render(request, "admin/accounts/link.html", context, status=200 if is_good else 410)
