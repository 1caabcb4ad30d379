"""``manage.py mergefixture``: three copies of a fixture into one, also as git's merge driver."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.interchange.merging import InvalidFixture, merge, read_rows
from claims.interchange.rows import Key, Row
from claims.interchange.writing import write_whole


class Command(BaseCommand):
    help = (
        "Merge two edited copies of a fixture with the file that both began as, field by field. "
        "Disagreements leave rows of the model “conflict” in the result, and the status 1."
    )
    # It needs no database, and runs in the middle of a merge.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("base", "ours", "theirs"):
            parser.add_argument(name, metavar=name.upper(), type=Path)
        parser.add_argument(
            "--output", metavar="FILE", type=Path, help="Instead of OURS, as git expects it."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        base, ours, theirs = (read(options[name]) for name in ("base", "ours", "theirs"))
        result = merge(base, ours, theirs)
        path = options["output"] or options["ours"]
        try:
            write_whole(path, [result.text().encode()])
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        if result.conflicts:
            told = "\n".join(f"  {conflict}" for conflict in result.conflicts)
            raise CommandError(
                f"{len(result.conflicts)} conflicts in {path}: each stands beside its row, as a "
                f"row of the model “conflict”. Settle it and take that row out.\n{told}"
            )
        self.stdout.write(f"{path}: {len(result.rows)} rows, no conflict")


def read(path: Path) -> dict[Key, Row]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8 at byte {error.start}.") from error
    if not text.strip():
        # Git gives an empty file where a side has none.
        return {}
    try:
        return read_rows(text, str(path))
    except InvalidFixture as error:
        raise CommandError(str(error)) from error
