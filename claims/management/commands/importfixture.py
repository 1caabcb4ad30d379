"""``manage.py importfixture``: fixtures and tables of claims in, all or nothing."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db.utils import OperationalError
from django.utils import timezone
from tqdm import tqdm

from claims.interchange.arriving import Located, UnreadableFile, is_table, json_rows, opened
from claims.interchange.importer import Refused, import_files, rehearse
from claims.interchange.outcomes import Outcome, Report, RowReport
from claims.interchange.spreadsheet import TableReader


class Command(BaseCommand):
    help = (
        "Take fixtures (JSON, as exportfixture writes it) or tables of claims (CSV) in, also as "
        "gzip. Everything is validated, and either all of it comes in or nothing. Nothing is "
        "deleted or published; a published claim gets a revision."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument(
            "--by",
            metavar="USERNAME",
            help="Who imports: by their rights, and in the history. Else the machine's operator.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Report, and write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        by = person(options["by"])
        run = rehearse if options["dry_run"] else import_files
        verbosity = options["verbosity"]
        is_bar = sys.stderr.isatty() and verbosity > 0
        with ExitStack() as stack:
            bar = stack.enter_context(tqdm(unit=" rows", leave=False, disable=not is_bar))
            files = [Arriving(path, stack) for path in options["files"]]
            if not is_bar and verbosity:
                self.stderr.write(f"Reading {', '.join(str(path) for path in options['files'])}")

            def tell(row: RowReport) -> None:
                bar.update()
                if verbosity > 1 or (verbosity and row.outcome == Outcome.CHANGED):
                    with bar.external_write_mode():
                        self.stdout.write(str(row))

            try:
                report = run(
                    ((file.name, file.rows()) for file in files),
                    by=by,
                    at=timezone.now(),
                    tell=tell,
                )
            except Refused as refusal:
                report = refusal.report
            except UnreadableFile as error:
                raise CommandError(f"{error.file}: {error} Nothing was written.") from error
            except PermissionDenied as error:
                raise CommandError(f"{by} may not add and change claims.") from error
            except OperationalError as error:
                raise CommandError(f"{error} Nothing was written: try again.") from error
        if verbosity:
            self._tell(report, files)
        if report.is_refused:
            raise CommandError(
                "\n".join(map(str, report.problems))
                + f"\n{len(report.problems)} rows cannot come in. Nothing was written."
                + (" There may be more." if report.is_full else "")
            )
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")

    def _tell(self, report: Report, files: list["Arriving"]) -> None:
        models = dict.fromkeys(model for model, _outcome in report.counts)
        for model in models:
            counts = [
                f"{report.counts[model, outcome]} {outcome.value}"
                for outcome in Outcome
                if report.counts[model, outcome]
            ]
            self.stdout.write(f"{model}: {', '.join(counts)}")
        for slug in report.revised:
            self.stdout.write(f"A revision of {slug} is open.")
        for file in files:
            if file.not_read:
                self.stdout.write(f"{file.name}: columns not read: {', '.join(file.not_read)}")


class Arriving:
    """One of the files, opened before anything is written."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self.name = str(path)
        self.not_read: list[str] = []
        try:
            raw: IO[bytes] = stack.enter_context(path.open("rb"))
            self.stream = opened(raw, path.name)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except UnreadableFile as error:
            raise CommandError(f"{path}: {error}") from error

    def rows(self) -> Iterator[Located]:
        if not is_table(self.name):
            yield from json_rows(self.stream)
            return
        table = TableReader(self.stream)
        self.not_read = table.not_read
        yield from table


def person(username: str | None) -> Any:
    if not username:
        return None
    user = get_user_model().objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user “{username}”.")
    return user
