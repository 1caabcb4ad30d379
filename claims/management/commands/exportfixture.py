"""``manage.py exportfixture``: the desk's rows as a fixture that git can merge."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import QuerySet
from tqdm import tqdm

from claims.interchange.exporter import fixture, scale
from claims.interchange.writing import write_whole
from claims.models import Claim, Document, Status


class Command(BaseCommand):
    help = (
        "Write the desk's rows as a Django fixture: natural keys, fixed order, one field a line. "
        "Everything, or the claims that are named. Internal notes and people stay out unless "
        "--internal."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="These claims only.")
        parser.add_argument("--document", metavar="SLUG", help="The claims of one document.")
        parser.add_argument("--status", choices=Status.values, help="The claims at one status.")
        parser.add_argument(
            "--internal", action="store_true", help="With internal notes, and who wrote notes."
        )
        parser.add_argument("--scale", action="store_true", help="The verdict scales instead.")
        parser.add_argument("--output", metavar="FILE", type=Path, help="Instead of the terminal.")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                # What is edited meanwhile is not half seen.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            pieces = (
                scale()
                if options["scale"]
                else fixture(chosen(options), is_internal=options["internal"])
            )
            self._write(pieces, options["output"])

    def _write(self, pieces: Iterator[str], path: Path | None) -> None:
        if path is None:
            for piece in pieces:
                self.stdout.write(piece, ending="")
            return
        is_bar = sys.stderr.isatty()
        with tqdm(desc=path.name, unit=" rows", leave=False, disable=not is_bar) as bar:
            if not is_bar:
                self.stderr.write(f"Writing {path.name}")
            blocks = (piece.encode() for piece in pieces)
            try:
                digest = write_whole(path, blocks, lambda block: bar.update())
            except OSError as error:
                raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{path}: SHA-256 {digest}")


def chosen(options: dict[str, Any]) -> QuerySet[Claim] | None:
    """The claims that the options name, None for everything. Raises CommandError."""
    slugs, document, status = options["slugs"], options["document"], options["status"]
    if not (slugs or document or status):
        return None
    found = Claim.objects.all()
    if document:
        if not Document.objects.filter(slug=document).exists():
            raise CommandError(f"There is no document “{document}”.")
        found = found.filter(document__slug=document)
    if status:
        found = found.filter(status=status)
    if slugs:
        found = found.filter(slug__in=slugs)
        missing = sorted(set(slugs) - set(found.values_list("slug", flat=True)))
        if missing:
            raise CommandError(f"No such claim, or not among those chosen: {', '.join(missing)}.")
    return found
