"""``manage.py importtranscript``: keep the captured text of a document, and find its quotes."""

from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pghistory
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from claims.desk.anchoring import LOST, states
from claims.desk.recognising import Part, UnreadableText, decoded, recognise
from claims.desk.transcripts import CaptureReport, Outcome, capture_parts, rehearse
from claims.models import Document, Language

LARGEST_FILE = 10_000_000


class Command(BaseCommand):
    help = (
        "Keep the captured text of a document, one part a language, and look for every quote in "
        "it. Languages, numbered sections and debris are recognised; the text itself is kept "
        "letter for letter. All or nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="A text file in UTF-8.")
        parser.add_argument("--document", required=True, metavar="SLUG", help="Whose text it is.")
        parser.add_argument(
            "--language", choices=Language.values, default="", help="For a file in one language."
        )
        parser.add_argument("--by", metavar="USERNAME", help="Who imports it, for the history.")
        parser.add_argument("--dry-run", action="store_true", help="Report, and write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        document = Document.objects.filter(slug=options["document"]).first()
        if document is None:
            known = ", ".join(Document.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(
                f"There is no document “{options['document']}”. The desk has: {known}."
            )
        try:
            parts = recognise(read_text(options["file"]), options["language"])
        except UnreadableText as error:
            raise CommandError(str(error)) from error
        with acting(options["by"]):
            report = (rehearse if options["dry_run"] else capture_parts)(document, parts)
        for part in parts:
            self._tell_part(part)
        self._tell_outcome(report)
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")

    def _tell_part(self, part: Part) -> None:
        introduction = "introduction, " if part.has_introduction else ""
        self.stdout.write(
            f"{Language(part.language).label}: {introduction}{len(part.headings)} sections, "
            f"{len(part.words)} characters"
        )
        if part.title:
            self.stdout.write(f"  title: {part.title}")
        for span in part.debris:
            self.stdout.write(f"  debris, left where it is: {span.words}")

    def _tell_outcome(self, report: CaptureReport) -> None:
        for section in report.sections:
            if section.outcome != Outcome.UNCHANGED:
                words = f" (“{section.on_desk}”)" if section.on_desk else ""
                outcome = f"{section.outcome.label}{words}"
                self.stdout.write(f"  section {section.number}, {section.language}: {outcome}")
        for language, rows in report.quotes.items():
            counts = ", ".join(f"{count} {state}" for state, count in states(rows).items() if count)
            self.stdout.write(f"Quotes in {Language(language).label}: {counts or 'none'}")
            for row in rows:
                if row.state in LOST:
                    self.stdout.write(
                        f"  {row.state}: {row.quote.claim.slug} “{row.quote.exact[:60]}”"
                    )


def acting(username: str | None) -> Any:
    if not username:
        return nullcontext()
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user “{username}”.")
    return pghistory.context(user=user.pk)


def read_text(file: str) -> str:
    """The file's text, its line ends untouched. Raises CommandError for what is no such text."""
    path = Path(file)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise CommandError(f"{file} is larger than {LARGEST_FILE:,} bytes.")
        return decoded(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except UnreadableText as error:
        raise CommandError(f"{file}: {error}") from error
