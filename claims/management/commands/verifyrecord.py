"""``manage.py verifyrecord``: recompute the record, name the first row that does not fit."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from tqdm import tqdm

from claims.checks import all_claim_reviews
from claims.models import Edition
from claims.record import heads
from claims.record.verifying import faults, head_faults

SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class Command(BaseCommand):
    help = (
        "Recompute hashes, chain, listing columns, closings and terms of the record. "
        "Prints the head of the chain: keep it elsewhere, and give it back as --head later, "
        "so that a record cut off at its end is found too. With FACTCHECK_HEADS, or --heads, "
        "every head that was signed must be there as well."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="List every fault, not the first.")
        parser.add_argument(
            "--head", metavar="SEQUENCE:HASH", help="A head printed earlier, which must be there."
        )
        parser.add_argument(
            "--heads",
            metavar="FILE",
            default=settings.FACTCHECK_HEADS,
            help="The signed heads. Needs the key, FACTCHECK_HEAD_KEY.",
        )
        parser.add_argument(
            "--sign",
            action="store_true",
            help="Sign the last edition, if it is not: the first time, and after a failure.",
        )
        parser.add_argument(
            "--claimreviews",
            action="store_true",
            help="Also check the ClaimReview of every live edition; check reads the newest 500.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            # One snapshot: what is published meanwhile is not half seen.
            with connection.cursor() as cursor:
                cursor.execute(SNAPSHOT)
            self._check_head(options["head"])
            self._check_rows(is_all=options["all"])
            if options["heads"]:
                self._check_heads(options["heads"], is_signing=options["sign"])
            if options["claimreviews"]:
                self._check_claim_reviews()
            head = Edition.objects.order_by("-sequence").first()
        if options["sign"]:
            self._sign(head)
        if head is None:
            self.stdout.write("The record is empty.")
        else:
            self.stdout.write(
                f"{head.sequence} editions verified. Head: {head.sequence}:{head.chain_hash}"
            )

    def _check_head(self, head: str | None) -> None:
        if not head:
            return
        sequence, _colon, digest = head.partition(":")
        if not (sequence.isdecimal() and digest):
            raise CommandError("Give --head as it was printed: SEQUENCE:HASH.")
        if not Edition.objects.filter(sequence=sequence, chain_hash=digest).exists():
            raise CommandError(f"The record no longer contains edition {sequence} with that hash.")

    def _check_heads(self, path: str, *, is_signing: bool) -> None:
        if not settings.FACTCHECK_HEAD_KEY:
            raise CommandError("FACTCHECK_HEAD_KEY is missing: heads are signed with it.")
        if is_signing and not Path(path).exists():
            return
        try:
            found = list(head_faults(heads.read(path), is_signed_to_end=not is_signing))
        except heads.UnreadableHeads as error:
            raise CommandError(str(error)) from error
        if found:
            raise CommandError("\n".join(str(fault) for fault in found))

    def _check_claim_reviews(self) -> None:
        found = all_claim_reviews()
        for message in found:
            self.stderr.write(str(message))
        count = sum(message.is_serious() for message in found)
        if count:
            raise CommandError(f"The ClaimReviews break {count} rules, said above.")

    def _sign(self, head: Edition | None) -> None:
        if not settings.FACTCHECK_HEADS:
            raise CommandError("FACTCHECK_HEADS is missing: it names the file of signed heads.")
        if head is not None and heads.problem():
            try:
                heads.sign(heads.head_of(head))
            except OSError as error:
                raise CommandError(f"The head could not be signed: {error}") from error

    def _check_rows(self, *, is_all: bool) -> None:
        total = Edition.objects.count()
        with tqdm(
            total=total, desc="Verifying", leave=False, disable=not sys.stderr.isatty()
        ) as bar:
            found = []
            for fault in faults(progress=lambda count: bar.update(1)):
                found.append(fault)
                if not is_all:
                    break
        if found:
            raise CommandError("\n".join(str(fault) for fault in found))
