"""The form with which a reader tells the desk of an error in a claim."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from claims.forms import ReportForm
from claims.models import Edition, EditionKind, Report
from claims.models.report import TooManyReports
from claims.views.same_origin import is_same_origin

# No person sees this field. Whatever fills it in is a program, and is thanked.
TRAP = "subject"
LONGEST_NUMBER = 9  # digits: no edition has a number of more, nor may a column of them


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask on GET, take the report on POST.

    Exempt from Django's token because that needs a cookie, and a reader gets none. The token
    guards what a browser does with the rights of who is signed in; here nobody is, and the
    origin of the request keeps other sites from sending the form.
    """
    current = get_object_or_404(Edition.objects.current(), claim_slug=slug)
    if current.kind == EditionKind.WITHDRAWAL:
        return render(request, "410.html", {"withdrawal": current.content}, status=410)
    if request.method == "POST":
        response = _take(request, current)
    elif "sent" in request.GET:
        response = render(request, "claims/report_sent.html", {"edition": current})
    else:
        response = _ask(request, current)
    # The claim is what is to be found, not a form for each.
    response["X-Robots-Tag"] = "noindex"
    return response


def _ask(request: HttpRequest, current: Edition) -> HttpResponse:
    read = _edition_read(current, request.GET.get("edition", str(current.number)))
    if read is None:
        return _page(request, current, current, ReportForm(), refusal=_no_edition(current))
    return _page(request, current, read, ReportForm())


def _take(request: HttpRequest, current: Edition) -> HttpResponse:
    form = ReportForm(request.POST)
    read = _edition_read(current, request.POST.get("edition", ""))
    if not is_same_origin(request):
        refusal = _("Your browser did not say that this form comes from our page. Send it again.")
        return _page(request, current, read or current, form, refusal, HTTPStatus.FORBIDDEN)
    if read is None:
        return _page(request, current, current, form, _no_edition(current))
    if not form.is_valid():
        return _page(request, current, read, form)
    if not request.POST.get(TRAP):
        try:
            Report.objects.file(edition=read, language=get_language() or "", **form.cleaned_data)
        except TooManyReports as refusal:
            return _full(request, current, read, form, refusal)
    address = reverse("claims:report", args=[current.claim_slug])
    return HttpResponseRedirect(f"{address}?sent=1", status=HTTPStatus.SEE_OTHER)


def _edition_read(current: Edition, number: str) -> Edition | None:
    """The publication of the claim with this number, also one that is no longer the newest."""
    if number == str(current.number):
        return current
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        return None
    editions = Edition.objects.filter(claim_slug=current.claim_slug, number=int(number))
    return editions.filter(kind=EditionKind.PUBLICATION).for_listing().first()


def _no_edition(current: Edition) -> str:
    return _(
        "There is no such edition of this claim. The form now names edition %(number)d, the "
        "current one: look whether the error still stands there, then send your report."
    ) % {"number": current.number}


def _full(
    request: HttpRequest, current: Edition, read: Edition, form: ReportForm, limit: TooManyReports
) -> HttpResponse:
    refusal = ngettext(
        "Too many reports are coming in just now. Keep this page open, and send yours again in "
        "%(minutes)d minute.",
        "Too many reports are coming in just now. Keep this page open, and send yours again in "
        "%(minutes)d minutes.",
        limit.minutes,
    ) % {"minutes": limit.minutes}
    response = _page(request, current, read, form, refusal, HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(limit.seconds)
    return response


def _page(
    request: HttpRequest,
    current: Edition,
    read: Edition,
    form: ReportForm,
    refusal: str = "",
    status: int = HTTPStatus.BAD_REQUEST,
) -> HttpResponse:
    """The form with what was typed; 200 where there is nothing wrong with it."""
    context = {
        "edition": current,
        "content": current.content["content"],
        "read": read,
        "form": form,
        "refusal": refusal,
        "has_problems": bool(refusal or form.errors),
        "trap": TRAP,
    }
    return render(
        request,
        "claims/report.html",
        context,
        status=status if context["has_problems"] else HTTPStatus.OK,
    )
