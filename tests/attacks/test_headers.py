"""Every kind of response carries what it must, and the arithmetic that says so can fail."""

import pytest
from django.http import HttpResponse

from bench.attacks import headers, observatory
from bench.attacks.production import as_in_production

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_every_kind_of_response_carries_its_headers(shared_reader, shared_reporter):
    with as_in_production(PASSWORD_HASHERS=QUICK):
        headers.publish_what_is_scored()
        points, others, faults = headers.attack()
    assert faults == []
    assert len(points) > 30
    assert len(others) > 20
    assert points["login"] == points["first page"] - 5 * ("first page" not in points) == 135


BEST = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize(
    ("changed", "points"),
    [
        ({}, 130),
        ({"Content-Security-Policy": ""}, 75),
        ({"Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'"}, 125),
        ({"Content-Security-Policy": "default-src 'none'"}, 125),
        ({"Content-Security-Policy": "default-src 'none'; script-src *"}, 80),
        ({"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}, 80),
        ({"Strict-Transport-Security": "max-age=60"}, 80),
        ({"X-Content-Type-Options": ""}, 125),
        ({"Referrer-Policy": "unsafe-url"}, 125),
        ({"Cross-Origin-Resource-Policy": "cross-origin"}, 120),
    ],
)
def test_each_lost_header_costs_its_points(changed, points):
    response = HttpResponse(headers=BEST | changed)
    assert observatory.score(response) == points


def test_cookies_count():
    response = HttpResponse(headers=BEST)
    response.set_cookie("__Host-sessionid", "x", secure=True, httponly=True, samesite="Lax")
    assert observatory.score(response) == 135
    response.set_cookie("other", "x", secure=False, httponly=True, samesite="Lax")
    assert observatory.score(response) == 60


def test_what_is_missing_is_named():
    assert "Permissions-Policy" in headers.missing(HttpResponse(headers=BEST))
    with_server = HttpResponse(headers={"Server": "nginx/1.2"})
    assert "Server tells a version" in headers.missing(with_server)
