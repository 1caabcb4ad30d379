"""Captured texts: every change of one looks for the quotes anew, in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from claims.models import Document, Section, Transcript

from .anchoring import Anchored, Text, anchor_all
from .recognising import Part


@dataclass(frozen=True)
class SectionReport:
    """What became of one recognised heading: new, unchanged, or other words on the desk."""

    language: str
    number: int
    heading: str
    outcome: str
    on_desk: str = ""


@dataclass(frozen=True)
class CaptureReport:
    """What became of a file's sections and of the document's quotes."""

    sections: list[SectionReport]
    quotes: dict[str, list[Anchored]]


@transaction.atomic
def capture(document: Document, language: str, words: str) -> list[Anchored]:
    """Keep ``words`` as the document's text in ``language``, and anchor its quotes in it.

    Nothing is normalised: the text is kept letter for letter.
    """
    Transcript.objects.update_or_create(
        document=document, language=language, defaults={"text": words}
    )
    return anchor_all(document, language, Text.of(words))


@transaction.atomic
def capture_parts(document: Document, parts: Sequence[Part]) -> CaptureReport:
    """Keep a file's parts and its sections.

    A section that the desk has not is made. Where the desk has other words as its heading they
    stay, and the report says so: headings are edited by people.
    """
    sections = [report for part in parts for report in _capture_sections(document, part)]
    quotes = {part.language: capture(document, part.language, part.words) for part in parts}
    return CaptureReport(sections, quotes)


def _capture_sections(document: Document, part: Part) -> list[SectionReport]:
    if part.has_introduction:
        Section.objects.get_or_create(document=document, number=0)
    reports = []
    for heading in part.headings:
        section, _is_new = Section.objects.get_or_create(document=document, number=heading.number)
        column = f"heading_{part.language}"
        on_desk = getattr(section, column)
        if not on_desk:
            setattr(section, column, heading.words)
            section.save(update_fields=[column])
        outcome = {"": "new", heading.words: "unchanged"}.get(on_desk, "other words on the desk")
        reports.append(
            SectionReport(part.language, heading.number, heading.words, outcome, on_desk)
        )
    return reports
