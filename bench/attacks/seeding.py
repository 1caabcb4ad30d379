"""Gives an attacked site something to lose: the interview, published, and people signed in.

    python -m bench.attacks.seeding [--claims 20]

Run in the site's own environment; prints what the attack needs to know as JSON. With --claims
that many made-up claims take the place of the interview.
"""

import argparse
import json
from typing import Any

import django


def seed() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int)
    options: Any = parser.parse_args()
    django.setup()
    from bench.demonstration import publish_interview
    from claims.models import Claim

    if options.claims:
        publish_claims(options.claims)
    else:
        publish_interview()
    claims = dict(Claim.objects.order_by("pk").values_list("slug", "pk"))
    people = {name: signed_in(name) for name in ("researcher", "editor")}
    print(json.dumps({"claims": claims, "people": people}))


def publish_claims(count: int) -> None:
    from claims.desk.roles import EDITOR, RESEARCHER
    from tests.factories import make_document, make_rated_claim, make_user, publish, submit

    researcher = make_user(RESEARCHER, username="researcher")
    editor = make_user(EDITOR, username="editor")
    document = make_document()
    claims = [make_rated_claim(document=document) for _number in range(count)]
    publish(*(submit(claim, by=researcher) for claim in claims), by=editor)


def signed_in(username: str) -> dict[str, str]:
    """The cookie of a session, as if the person had just given both factors."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    user = get_user_model().objects.get(username=username)
    client = Client()
    client.force_login(user)
    session = client.session
    device = TOTPDevice.objects.create(user=user, name="app")
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    name = settings.SESSION_COOKIE_NAME
    return {name: client.cookies[name].value}


if __name__ == "__main__":
    seed()
