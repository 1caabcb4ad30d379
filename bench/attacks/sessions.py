"""Sessions that should be over, used all the same.

    python -m bench.attacks.sessions --count 25

Each round tries fixation, a session after its logout, after a new password, after the factor was
reset, after the person left the desk, after the role was taken away, and after twelve idle hours.
Fails where one of them opens a page of the desk. Works in a database of its own, under the
production settings.
"""

import argparse
import datetime
import sys
from typing import Any

from bench.attacks.production import as_in_production, browser
from bench.scratch import scratch_database

COOKIE = "__Host-sessionid"


def survivors(number: int) -> dict[str, bool]:
    """What was tried in a round, and whether it led to the desk."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from factcheck.accounts import factor
    from tests.accounts.people import make_person
    from tests.factories import make_claim

    address = f"2001:db8::{number:x}"

    def person_and_browser() -> tuple[Any, Any]:
        person = make_person()
        return person, come_in(person, address)

    found = {}
    planted = browser(address)
    planted.get("/admin/login/?next=/admin/")
    session = planted.session
    session["planted"] = True
    session.save()
    planted.cookies[COOKIE] = key = session.session_key
    come_in(make_person(), address, planted)
    found["fixation"] = is_in(with_cookie(key, address))

    _person, client = person_and_browser()
    key = client.cookies[COOKIE].value
    client.post("/admin/logout/")
    found["logout"] = is_in(with_cookie(key, address))

    person, client = person_and_browser()
    person.set_password("quite another password")
    person.save()
    found["new password"] = is_in(client)

    person, client = person_and_browser()
    factor.reset(person, by="", at=timezone.now())
    found["factor reset"] = is_in(client)
    TOTPDevice.objects.create(user=person, key="ab" * 20, name="app")
    found["another factor"] = is_in(client)

    for field in ("is_staff", "is_active"):
        person, client = person_and_browser()
        setattr(person, field, False)
        person.save()
        found[field] = is_in(client)

    person, client = person_and_browser()
    claim = f"/admin/claims/claim/{make_claim().pk}/change/"
    assert client.get(claim).status_code == 200
    person.groups.clear()
    found["role taken away"] = client.get(claim).status_code == 200

    person, client = person_and_browser()
    ends = Session.objects.get(session_key=client.cookies[COOKIE].value).expire_date
    found["idle"] = ends > timezone.now() + datetime.timedelta(hours=12)
    Session.objects.update(expire_date=timezone.now())
    found["after its end"] = is_in(client)
    return found


def come_in(person: Any, address: str, client: Any = None) -> Any:
    from tests.accounts.people import PASSWORD, code_of

    client = client or browser(address)
    data = {"username": person.username, "password": PASSWORD}
    client.post("/admin/login/", data)
    client.post("/admin/login/code/", {"code": code_of(person)})
    assert is_in(client)
    return client


def with_cookie(key: str, address: str) -> Any:
    client = browser(address)
    client.cookies[COOKIE] = key
    return client


def is_in(client: Any) -> bool:
    return bool(client.get("/admin/").status_code == 200)


def attack(count: int) -> tuple[int, list[str]]:
    tried, faults = 0, []
    for number in range(count):
        found = survivors(number)
        tried += len(found)
        faults += [f"round {number}: {name}" for name, survived in found.items() if survived]
    return tried, faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=25, help="Rounds.")
    options: Any = parser.parse_args()
    import logging

    logging.disable(logging.WARNING)
    hasher = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nosec: quick, and beside the point
    with scratch_database("factcheck_sessions"), as_in_production(PASSWORD_HASHERS=hasher):
        tried, faults = attack(options.count)
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"sessions: {tried} sessions that are over, {len(faults)} survive")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
