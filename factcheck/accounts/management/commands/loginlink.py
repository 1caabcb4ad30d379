"""``manage.py loginlink``: let the owner of a locked account in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from factcheck.accounts.links import VALID_FOR, make_link


class Command(BaseCommand):
    help = (
        "Print a link with which the owner of an account comes in once, without the password and "
        "whatever guessers have locked; the second factor is asked for as ever. Hand it over by a "
        "way that nobody else reads."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="Whose account.")
        parser.add_argument("--by", default="", metavar="USERNAME", help="Who decided it.")

    def handle(self, *args: Any, **options: Any) -> None:
        users = get_user_model().objects
        user = users.filter(username=options["username"], is_active=True, is_staff=True).first()
        if user is None:
            raise CommandError(
                f"There is no active account of the desk called “{options['username']}”."
            )
        if options["by"] and not users.filter(username=options["by"]).exists():
            raise CommandError(f"There is no user “{options['by']}”.")
        token = make_link(user, by=options["by"], at=timezone.now())
        minutes = int(VALID_FOR.total_seconds()) // 60
        address = settings.FACTCHECK["base_url"] + reverse("admin:login_link", args=[token])
        self.stdout.write(f"{address}\nGood once, for {minutes} minutes.")
