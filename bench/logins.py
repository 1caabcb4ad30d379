"""The session of an editor who is logged in: its key, for a site's own settings.

DJANGO_SETTINGS_MODULE=… DATABASE_URL=… python -m bench.logins
"""

from typing import Any

import django


def second_factor(user: Any) -> str:
    """Ours asks for one: the device of a person who has given its code."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    device, _is_new = TOTPDevice.objects.get_or_create(
        user=user, confirmed=True, defaults={"name": "measured"}
    )
    return str(device.persistent_id)


def session_key(username: str = "owner") -> str:
    from django.apps import apps
    from django.contrib.auth import (
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
        get_user_model,
    )
    from django.contrib.sessions.backends.db import SessionStore

    user = get_user_model().objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if apps.is_installed("django_otp.plugins.otp_totp"):
        session["otp_device_id"] = second_factor(user)
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    django.setup()
    print(session_key())
