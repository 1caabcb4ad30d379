"""An editor who publishes one edition after the other, each with its number in the statement.

A process of its own, on the database that DATABASE_URL names; `--migrate` makes its tables first.
Each line on its standard input is an order. It answers with a line: the number of the edition,
and the moments before and after it was published; `failed` where it could not be.
"""

import os
import sys
import time

import django

SLUG = "claim-a"
STATEMENT = "Statement {:06d}."


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.test")
    django.setup()
    from django.core.management import call_command
    from django.db import DatabaseError, InterfaceError, close_old_connections

    if "--migrate" in sys.argv:
        call_command("migrate", verbosity=0)
    set_up()
    print("ready", flush=True)
    for number, _order in enumerate(sys.stdin, start=1):
        began = time.time()
        try:
            publish_number(number)
        except (DatabaseError, InterfaceError):
            print("failed", flush=True)
        else:
            print(number, began, time.time(), flush=True)
        close_old_connections()


def set_up() -> None:
    from tests.interview import publish_some

    publish_some(3)
    publish_number(0)


def publish_number(number: int) -> None:
    from claims.models import Claim, CorrectionClass
    from tests.factories import correct

    correct(
        Claim.objects.get(slug=SLUG),
        correction_class=CorrectionClass.CLARIFICATION,
        statement_en=STATEMENT.format(number),
    )


if __name__ == "__main__":
    main()
