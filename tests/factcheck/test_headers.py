"""What every response says to the browser."""

import pytest
from django.contrib.auth.models import User

STRICT = {"default-src 'none'", "style-src 'self'", "frame-ancestors 'none'"}


@pytest.mark.parametrize("address", ["/en/nowhere/", "/admin/login/"])
def test_every_response_carries_the_security_headers(client, shared_reader, address):
    response = client.get(address)
    assert set(response["Content-Security-Policy"].split("; ")) >= STRICT
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/en/nowhere/", "/admin/login/", "/robots.txt", "/"])
@pytest.mark.parametrize("is_demo", [True, False])
def test_a_demonstration_stays_out_of_search_engines(
    client, shared_reader, settings, address, is_demo
):
    settings.FACTCHECK = settings.FACTCHECK | {"demo": is_demo}
    response = client.get(address)
    assert response.get("X-Robots-Tag") == ("noindex" if is_demo else None)


def test_a_readers_response_sets_no_cookie(client, shared_reader):
    assert not client.get("/en/nowhere/").cookies


def test_the_admin_has_no_inline_script_or_style(admin_client, admin_user):
    address = f"/admin/auth/user/{User.objects.get().pk}/change/"
    page = admin_client.get(address).content.decode()
    assert "<script>" not in page
    assert "<style" not in page
    assert " style=" not in page
