"""``manage.py redact``: blank the text of one edition for good."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, ProgrammingError
from django.utils import timezone

from claims.models import Edition
from claims.record.publishing import redact


class Command(BaseCommand):
    help = (
        "Blank the text of one edition for good, for example on a court's order. Its hash stays, "
        "the chain still verifies, and a redaction says why. Needs the database's owner; a live "
        "edition must be withdrawn first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("claim", help="The claim's slug.")
        parser.add_argument("number", type=int, help="The edition's number.")
        parser.add_argument("--reason", required=True, help="Why the text has to go.")
        parser.add_argument("--by", required=True, metavar="USERNAME", help="Who decided it.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, **options: Any) -> None:
        edition = self._edition(options["claim"], options["number"])
        user = get_user_model().objects.filter(username=options["by"]).first()
        if user is None:
            raise CommandError(f"There is no user “{options['by']}”.")
        if not options["reason"].strip():
            raise CommandError("Say why the text has to go: --reason must not be blank.")
        if not options["yes"]:
            question = f"Blank edition {edition.number} of “{edition.claim_slug}” for good? [y/N] "
            if input(question).strip().lower() != "y":
                raise CommandError("Nothing was changed.")
        try:
            redact(edition, reason=options["reason"], by=user.pk, at=timezone.now())
        except IntegrityError as error:
            raise CommandError(str(error).splitlines()[0]) from error
        except ProgrammingError as error:
            raise CommandError(
                "Redacting needs the database's owner: set DATABASE_URL to the owner's."
            ) from error
        self.stdout.write(f"Edition {edition.number} of “{edition.claim_slug}” is blanked.")

    def _edition(self, slug: str, number: int) -> Edition:
        edition = Edition.objects.filter(claim_slug=slug, number=number).first()
        if edition is None:
            raise CommandError(f"There is no edition {number} of a claim “{slug}”.")
        if edition.is_redacted:
            raise CommandError("The text of this edition is gone already.")
        return edition
