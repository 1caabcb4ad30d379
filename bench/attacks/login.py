"""Guessing at the login: passwords, names and codes.

    python -m bench.attacks.login --count 1000 --pairs 200

Fails where more than five tries get an answer to their guess, where a forged header helps, where
the owner of a locked account cannot come in, where names that exist are told from names that do
not, or where a second factor lets anybody in that it should not. Works in a database of its own,
under the production settings and with their password hash.
"""

import argparse
import re
import statistics
import sys
import time
from io import StringIO
from typing import Any

from bench.attacks.production import as_in_production, browser
from bench.scratch import scratch_database

LIMIT = 5
LOGIN = "/admin/login/"
CODE = "/admin/login/code/"
TOLERANCE = 0.10  # of the median time, between names that exist and names that do not


def guess(client: Any, name: str, password: str = "not the password") -> Any:
    return client.post(LOGIN, {"username": name, "password": password})


def answered(responses: list[Any]) -> int:
    """How many guesses were judged; the fifth is judged and locks in one."""
    return sum(response.status_code != 429 for response in responses) + 1


def one_account(count: int) -> tuple[int, list[str]]:
    """Many addresses guess at one account; then its owner comes in by a link."""
    from tests.accounts.people import make_person

    person = make_person(username="guessed-at")
    found = [guess(browser(f"2001:db8::{number:x}"), person.username) for number in range(count)]
    faults = []
    if answered(found) > LIMIT:
        faults.append(f"one account: {answered(found)} guesses were judged")
    if guess(browser("198.51.100.1"), person.username, "a long enough password").status_code != 429:
        faults.append("one account: its password still opens it")
    if not comes_in_by_link(person):
        faults.append("one account: its owner cannot come in by a link")
    return answered(found), faults


def comes_in_by_link(person: Any) -> bool:
    from django.core.management import call_command

    from tests.accounts.people import code_of

    output = StringIO()
    call_command("loginlink", person.username, stdout=output)
    [link] = re.findall(r"/admin/login/link/[^/]+/", output.getvalue())
    owner = browser("198.51.100.1")
    owner.post(link)
    for number in range(LIMIT):
        guess(browser(f"2001:db8:1::{number:x}"), person.username)
    owner.post(CODE, {"code": code_of(person)})
    return bool(owner.get("/admin/").status_code == 200 and owner.post(link).status_code == 410)


def one_address(count: int) -> tuple[int, list[str]]:
    """One address guesses at many accounts, and claims to come from elsewhere each time.

    The proxy adds whom it heard at the right; what stands left of it was claimed.
    """
    found = []
    for number in range(count):
        claimed = f"203.0.113.{number % 250}, 192.0.2.77"
        found.append(guess(browser(claimed), f"account-{number}"))
    faults = []
    if answered(found) > LIMIT:
        faults.append(f"one address: {answered(found)} guesses were judged")
    return answered(found), faults


def names_told_apart(pairs: int) -> tuple[float, list[str]]:
    """The ratio of the median times, and whether anything else tells who exists."""
    from tests.factories import make_editor

    people = [make_editor(password="a long enough password") for _number in range(-(-pairs // 4))]
    times: dict[bool, list[float]] = {True: [], False: []}
    texts: dict[bool, set[Any]] = {True: set(), False: set()}
    for number in range(pairs):
        known = people[number // 4].username
        # Which goes first alternates.
        for exists in (True, False) if number % 2 else (False, True):
            name = known if exists else f"none-{number // 4}"
            client = browser(f"2001:db8:{2 + exists}::{number:x}")
            client.get(LOGIN)
            start = time.perf_counter()
            response = guess(client, name)
            times[exists].append(time.perf_counter() - start)
            texts[exists].add((response.status_code, without_names(response, name)))
    ratio = statistics.median(times[True]) / statistics.median(times[False])
    faults = []
    if texts[True] != texts[False]:
        faults.append("names: the answers differ")
    if abs(ratio - 1) > TOLERANCE:
        faults.append(f"names: the times differ, {ratio:.3f}")
    return ratio, faults


def without_names(response: Any, name: str) -> str:
    page = response.content.decode().replace(name, "")
    return re.sub(r'csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", page)


def second_factor(count: int) -> tuple[int, list[str]]:
    """Ways around the second factor: how many were tried, and which of them led in."""
    from factcheck.accounts import factor
    from tests.accounts.people import code_of, make_person, wrong_code

    person, other = make_person(), make_person()
    tried: dict[str, Any] = {}

    def half_way(address: str) -> Any:
        client = browser(address)
        guess(client, person.username, "a long enough password")
        return client

    tried["password alone"] = half_way("192.0.2.31")
    forced = browser("192.0.2.32")
    forced.force_login(person)
    tried["a session without it"] = forced
    tried["code of another account"] = half_way("192.0.2.33")
    tried["code of another account"].post(CODE, {"code": code_of(other)})
    unlock(person)
    code = code_of(person)
    half_way("192.0.2.34").post(CODE, {"code": code})
    tried["replayed code"] = half_way("192.0.2.35")
    tried["replayed code"].post(CODE, {"code": code})
    unlock(person)
    recovery = factor.make_codes(person, at=person.date_joined)[0]
    first = half_way("192.0.2.36")
    first.post(CODE, {"code": recovery})
    faults = [] if first.get("/admin/").status_code == 200 else ["recovery code: not accepted"]
    tried["recovery code twice"] = half_way("192.0.2.37")
    tried["recovery code twice"].post(CODE, {"code": recovery})
    unlock(person)
    tried["guesses"] = half_way("192.0.2.38")
    wrong = wrong_code(person)
    for number in range(count):
        tried["guesses"].post(CODE, {"code": f"{(int(wrong) + number * 7) % 1_000_000:06}"})
    faults += [
        f"second factor: {name}"
        for name, client in tried.items()
        if client.get("/admin/").status_code == 200
    ]
    return len(tried) - 1 + count, faults


def unlock(person: Any) -> None:
    from axes.utils import reset
    from django_otp.plugins.otp_totp.models import TOTPDevice

    reset()
    TOTPDevice.objects.filter(user=person).update(
        throttling_failure_count=0, throttling_failure_timestamp=None
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="Tries of each kind of guessing.")
    parser.add_argument("--pairs", type=int, default=200, help="Timed pairs of names.")
    options: Any = parser.parse_args()
    import logging

    logging.disable(logging.WARNING)
    with scratch_database("factcheck_guessed"), as_in_production():
        start = time.monotonic()
        account, faults = one_account(options.count)
        address, found = one_address(options.count)
        faults += found
        entries, found = second_factor(100)
        faults += found
        ratio, found = names_told_apart(options.pairs)
        faults += found
        seconds = time.monotonic() - start
    for fault in faults:
        print(fault, file=sys.stderr)
    print(
        f"login: of {options.count} tries on one account {account} judged, of {options.count} from "
        f"one address {address}; {entries} ways around the second factor; existing to unknown "
        f"names {ratio:.3f} in {options.pairs} pairs; {len(faults)} faults; {seconds:.0f} s"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
