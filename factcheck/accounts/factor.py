"""The second factor: an app's six digits, and recovery codes for when the phone is gone."""

import base64
import datetime
import hashlib
import secrets
from typing import Any
from urllib.parse import quote

from django.contrib.auth import get_user_model
from django.db import transaction
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from factcheck.accounts.models import AccountEvent, Happening, RecoveryCode

CODES = 10
CODE_BYTES = 10  # 80 bits each: too many to guess, so a plain hash keeps them.


class WrongCode(Exception):
    """What was typed is none of this person's codes, is used up, or came too soon after one."""


def device_of(user: Any) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def new_key() -> str:
    """A key that an app and we will share, in hexadecimal."""
    return random_hex(20)


def spelled(key: str) -> str:
    """The key as apps take it when it is typed."""
    text = _base32(key)
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address_for_app(user: Any, key: str, issuer: str) -> str:
    """What the picture says to an app."""
    name = quote(issuer.replace(":", ""))
    label = f"{name}:{quote(user.get_username())}"
    return f"otpauth://totp/{label}?secret={_base32(key)}&issuer={name}"


def _base32(key: str) -> str:
    return base64.b32encode(bytes.fromhex(key)).decode()


@transaction.atomic
def set_up(user: Any, key: str, code: str, *, at: datetime.datetime, is_first: bool) -> list[str]:
    """From now on this key is the person's second factor; gives the new recovery codes."""
    _lock(user)
    if is_first and device_of(user) is not None:
        # Somebody else, who knew the password too, was slower.
        raise WrongCode
    TOTPDevice.objects.filter(user=user).delete()
    device = TOTPDevice.objects.create(user=user, key=key, name="app", confirmed=True)
    if not (_is_digits(code) and device.verify_token(_bare(code))):
        raise WrongCode
    _note(Happening.FACTOR_SET_UP, user, at)
    return make_codes(user, at=at)


@transaction.atomic
def make_codes(user: Any, *, at: datetime.datetime) -> list[str]:
    """New recovery codes; the old ones are no good any more."""
    _lock(user)
    codes = [secrets.token_bytes(CODE_BYTES) for _number in range(CODES)]
    texts = [base64.b32encode(code).decode().lower() for code in codes]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_digest(user, text)) for text in texts
    )
    _note(Happening.CODES_MADE, user, at)
    return ["-".join(text[start : start + 4] for start in range(0, 16, 4)) for text in texts]


def verify(user: Any, code: str, *, at: datetime.datetime) -> Device:
    """The person's device, where the code is theirs and new. Raises WrongCode otherwise."""
    # Not one transaction with the refusal: a wrong try must stay counted.
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        is_right = device is not None and (
            device.verify_token(_bare(code))
            if _is_digits(code)
            else _use_code(user, _bare(code), at)
        )
    if device is None or not is_right:
        raise WrongCode
    return device


@transaction.atomic
def reset(user: Any, *, by: str, at: datetime.datetime) -> None:
    """The person sets up a factor anew at the next login. Sessions that had the old one end."""
    _lock(user)
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    _note(Happening.FACTOR_RESET, user, at, by)


def _use_code(user: Any, code: str, at: datetime.datetime) -> bool:
    # Deleting says who was first: a code does not count twice, also not at the same moment.
    used, _by_model = RecoveryCode.objects.filter(user=user, digest=_digest(user, code)).delete()
    if used:
        _note(Happening.CODE_USED, user, at)
    return bool(used)


def _digest(user: Any, code: str) -> str:
    return hashlib.sha256(f"{user.pk}:{code}".encode()).hexdigest()


def _bare(code: str) -> str:
    """As it was made: people type blanks and hyphens as they please."""
    return "".join(code.split()).replace("-", "").lower()


def _is_digits(code: str) -> bool:
    bare = _bare(code)
    return bare.isascii() and bare.isdecimal() and len(bare) == 6


def _lock(user: Any) -> None:
    get_user_model().objects.select_for_update().get(pk=user.pk)


def _note(happening: str, user: Any, at: datetime.datetime, by: str | None = None) -> None:
    name = user.get_username()
    AccountEvent.objects.create(
        happening=happening, account=name, by=name if by is None else by, at=at
    )
