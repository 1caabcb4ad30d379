"""How an attack from outside begins and ends."""

import os
import sys
from typing import NoReturn

import django


def set_up() -> None:
    """Django's, for its forms to be read with. The attacked site has settings of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.test")
    django.setup()


def verdict(name: str, told: str, faults: list[str]) -> NoReturn:
    """One line of counts, and the first faults beside it."""
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    print(f"{name}: {len(faults)} faults; {told}")
    sys.exit(bool(faults))
