"""``manage.py exportrecord``: the published record as files, as under ``/data/``."""

import codecs
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.http import QueryDict
from tqdm import tqdm

from claims.as_of import InvalidDay, editions, read_day
from claims.filters import understood
from claims.interchange.files import FILES, File, data_package, manifest, sums, written
from claims.interchange.writing import write_whole
from claims.models.edition import EditionQuerySet

FORMATS = {
    "jsonl": "claims.jsonl",
    "csv": "claims.csv",
    "csv-spreadsheet-en": "claims.spreadsheet.en.csv",
    "csv-spreadsheet-fr": "claims.spreadsheet.fr.csv",
    "claimreview": "claimreview.en.json",
    "claimreview-fr": "claimreview.fr.json",
}


class Command(BaseCommand):
    help = (
        "Write the published record to a file or to standard output. Live claims in the order of "
        "publication; --history gives every edition, the chain that anyone can check. With "
        "--package, a folder gets every file with its description and checksums."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="jsonl")
        parser.add_argument("--history", action="store_true", help="Every edition (JSON Lines).")
        parser.add_argument(
            "--as-of", metavar="DAY", default="", help="What was live on 2027-02-01."
        )
        parser.add_argument(
            "--filter",
            metavar="QUERY",
            default="",
            help="As in the address of a list: 'rating=false&topic=deaths'.",
        )
        parser.add_argument("--output", metavar="FILE", type=Path, help="With FILE.manifest.json.")
        parser.add_argument("--package", metavar="FOLDER", type=Path, help="All files at once.")

    def handle(self, *args: Any, **options: Any) -> None:
        with one_snapshot():
            if options["package"]:
                self._write_package(options["package"], options)
            else:
                name = "record.jsonl" if options["history"] else FORMATS[options["format"]]
                self._write(FILES[name], chosen(options), options["output"])

    def _write(self, file: File, found: EditionQuerySet, path: Path | None) -> None:
        if path is None:
            for text in codecs.iterdecode(file.blocks(found), "utf-8"):
                self.stdout.write(text, ending="")
            return
        total = found.count()
        with failing_in_words(path), counted(file, total, self.stderr.write) as progress:
            digest = write_whole(path, file.blocks(found), progress)
            about = manifest() | {"rows": total, "file": path.name, "sha256": digest}
            write_whole(path.with_name(f"{path.name}.manifest.json"), [written(about)])
        self.stdout.write(f"{path}: {total} rows, SHA-256 {digest}")

    def _write_package(self, folder: Path, options: dict[str, Any]) -> None:
        if options["as_of"] or options["filter"] or options["history"] or options["output"]:
            raise CommandError("--package writes everything: leave the other options out.")
        with failing_in_words(folder):
            folder.mkdir(parents=True, exist_ok=True)
        digests = {}
        for file in FILES.values():
            found = file.editions()
            path = folder / file.name
            with (
                failing_in_words(path),
                counted(file, found.count(), self.stderr.write) as progress,
            ):
                digests[file.name] = write_whole(path, file.blocks(found), progress)
        name = "datapackage.json"
        with failing_in_words(folder):
            digests[name] = write_whole(folder / name, [written(data_package())])
            write_whole(folder / "SHA256SUMS", [sums(digests)])
        self.stdout.write(f"{folder}: {len(digests)} files, listed in SHA256SUMS")


def chosen(options: dict[str, Any]) -> EditionQuerySet:
    """The editions that the options ask for. Raises CommandError for what no list understands."""
    if options["history"]:
        if options["as_of"] or options["filter"] or options["format"] != "jsonl":
            raise CommandError("--history is the whole chain, as JSON Lines: it takes no filter.")
        return FILES["record.jsonl"].editions()
    try:
        as_of = read_day([options["as_of"]])
    except InvalidDay as error:
        raise CommandError(f"--as-of: {error}") from error
    found, errors = understood(QueryDict(options["filter"]), editions(as_of))
    if errors:
        name, texts = next(iter(errors.items()))
        known = ", ".join(one for one in found.filters if one not in ("ordering", "after"))
        told = texts[0] if name in found.filters else f"{texts[0]} There are: {known}."
        raise CommandError(f"--filter, {name}: {told}")
    return found.qs


@contextmanager
def one_snapshot() -> Iterator[None]:
    """What is published meanwhile is in all of the files or in none."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def failing_in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error


@contextmanager
def counted(
    file: File, total: int, say: Callable[[str], object]
) -> Iterator[Callable[[bytes], object]]:
    """A bar on a terminal, plain lines otherwise. Rows of text are counted by their ends."""
    if sys.stderr.isatty():
        with tqdm(total=total, desc=file.name, leave=False) as bar:
            yield lambda block: bar.update(block.count(b"\n"))
    else:
        say(f"Writing {file.name}: {total} rows")
        yield lambda block: None
