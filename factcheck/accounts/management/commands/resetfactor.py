"""``manage.py resetfactor``: for a lost phone where nobody can do it in the admin."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from factcheck.accounts import factor


class Command(BaseCommand):
    help = (
        "Forget the second factor and the recovery codes of an account: its owner sets up new "
        "ones at the next login. Make sure that it is the owner who asks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="Whose account.")
        parser.add_argument("--by", default="", metavar="USERNAME", help="Who decided it.")

    def handle(self, *args: Any, **options: Any) -> None:
        users = get_user_model().objects
        user = users.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no user “{options['username']}”.")
        if options["by"] and not users.filter(username=options["by"]).exists():
            raise CommandError(f"There is no user “{options['by']}”.")
        factor.reset(user, by=options["by"], at=timezone.now())
        self.stdout.write(f"The second factor of “{user.get_username()}” is forgotten.")
