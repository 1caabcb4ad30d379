"""What every response says to the browser, whoever gives it: a view, a middleware, an error."""

from collections.abc import Callable, Iterator
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.csp import build_policy

from factcheck.middleware import is_for_editors

GetResponse = Callable[[HttpRequest], HttpResponseBase]

POLICY = "Content-Security-Policy"
NOT_MODIFIED = 304
# Who may load a page, and what may run in it. Browsers would put the later answer's over the first:
# a card that was kept would be locked out of its frame.
OF_THE_PAGE = (POLICY, "X-Frame-Options", "Cross-Origin-Resource-Policy")
# Everything that Chromium knows a policy for and no page of ours needs.
SWITCHED_OFF = (
    "accelerometer autoplay browsing-topics camera clipboard-read clipboard-write "
    "display-capture encrypted-media fullscreen gamepad geolocation gyroscope hid "
    "identity-credentials-get idle-detection keyboard-map local-fonts magnetometer microphone "
    "midi otp-credentials payment picture-in-picture publickey-credentials-create "
    "publickey-credentials-get screen-wake-lock serial storage-access sync-xhr usb "
    "window-management xr-spatial-tracking"
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in SWITCHED_OFF.split())


class HeadersMiddleware:
    """Around all other middleware: fills in what an early or a broken answer has not got."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in headers_of(request, response):
            response.headers.setdefault(name, value)
        if response.status_code == NOT_MODIFIED:
            for name in OF_THE_PAGE:
                response.headers.pop(name, None)
        return response


class DeskPolicyMiddleware:
    """The desk's pages run scripts of ours, readers' pages none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_for_editors(request) and not hasattr(response, "_csp_config"):
            response._csp_config = settings.DESK_CSP  # type: ignore[attr-defined]
        return response


def headers_of(request: HttpRequest, response: HttpResponseBase) -> Iterator[tuple[str, str]]:
    """The headers that a response of this kind must have."""
    yield "X-Content-Type-Options", "nosniff"
    yield "Referrer-Policy", settings.SECURE_REFERRER_POLICY
    yield "Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
    yield "Permissions-Policy", PERMISSIONS_POLICY
    if settings.SECURE_HSTS_SECONDS and request.is_secure():
        yield "Strict-Transport-Security", transport_security()
    if response.status_code == NOT_MODIFIED:
        return
    yield POLICY, readers_policy()
    if not getattr(response, "xframe_options_exempt", False):
        yield "X-Frame-Options", settings.X_FRAME_OPTIONS
    yield "Cross-Origin-Resource-Policy", resource_policy(request, response)


@cache
def readers_policy() -> str:
    """Asked for with every response, and always the same."""
    return build_policy(settings.SECURE_CSP)


def resource_policy(request: HttpRequest, response: HttpResponseBase) -> str:
    """Published data, and what an embedded card is made of, may be loaded by other sites."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    is_card = getattr(response, "xframe_options_exempt", False)
    if is_for_editors(request) or (is_page and not is_card):
        return "same-origin"
    return "cross-origin"


def transport_security() -> str:
    value = f"max-age={settings.SECURE_HSTS_SECONDS}"
    return value + ("; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else "")
