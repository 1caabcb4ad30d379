"""Captured texts: every change of one looks for the quotes anew, in the same transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import pgettext_lazy

from claims.models import Document, Section, Transcript
from claims.record.chain import canonical, sha256

from .anchoring import Anchored, Text, anchor_all
from .recognising import Heading, Part


class Outcome(models.TextChoices):
    """What becomes of a recognised heading."""

    NEW = "new", pgettext_lazy("heading", "new")
    UNCHANGED = "unchanged", pgettext_lazy("heading", "unchanged")
    OTHER_WORDS = "other_words", pgettext_lazy("heading", "other words on the desk")
    LEFT_OUT = "left_out", pgettext_lazy("heading", "not written: this asks for another role")


@dataclass(frozen=True)
class SectionReport:
    """What became of one recognised heading, and its words on the desk where they differ."""

    language: str
    number: int
    heading: str
    outcome: Outcome
    on_desk: str = ""


@dataclass(frozen=True)
class TextReport:
    """A text as it is now, and the SHA-256 of the one it replaced; blank where there was none."""

    language: str
    sha256: str
    was_sha256: str


@dataclass(frozen=True)
class CaptureReport:
    """What became of a document's texts, of its sections and of its quotes."""

    texts: list[TextReport]
    sections: list[SectionReport]
    quotes: dict[str, list[Anchored]]

    @property
    def sha256(self) -> str:
        """Names exactly what the report says, so that nothing else is confirmed."""
        quotes = {
            language: [
                [row.quote.pk, row.quote.exact, row.was, row.state, row.quote.start] for row in rows
            ]
            for language, rows in self.quotes.items()
        }
        content: dict[str, Any] = {
            "texts": [asdict(text) for text in self.texts],
            "sections": [asdict(section) for section in self.sections],
            "quotes": quotes,
        }
        return sha256(canonical(content))


@dataclass(frozen=True)
class SectionRights:
    """Whether whoever captures a text may make sections, and write headings of old ones."""

    may_add: bool = True
    may_change: bool = True


class CaptureChanged(Exception):
    """The outcome is another than the one that was confirmed; nothing was written."""


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
def capture_parts(
    document: Document,
    parts: Sequence[Part],
    *,
    rights: SectionRights | None = None,
    confirmed: str | None = None,
) -> CaptureReport:
    """Keep a file's parts and its sections.

    A section that the desk has not is made. Where the desk has other words as its heading they
    stay, and the report says so: headings are edited by people. ``confirmed`` is the SHA-256 of
    the report that someone has read; with another outcome CaptureChanged is raised.
    """
    # One capture of a document after the other.
    Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    before = dict(document.transcripts.values_list("language", "sha256"))
    sections = list(_capture_sections(document, parts, rights or SectionRights()))
    quotes = {part.language: capture(document, part.language, part.words) for part in parts}
    texts = [
        TextReport(part.language, Text.of(part.words).sha256, before.get(part.language, ""))
        for part in parts
    ]
    report = CaptureReport(texts, sections, quotes)
    if confirmed is not None and report.sha256 != confirmed:
        raise CaptureChanged
    return report


def rehearse(
    document: Document, parts: Sequence[Part], *, rights: SectionRights | None = None
) -> CaptureReport:
    """What keeping the parts would do: it is done, and rolled back."""
    with transaction.atomic():
        report = capture_parts(document, parts, rights=rights)
        transaction.set_rollback(True)
    return report


def _capture_sections(
    document: Document, parts: Sequence[Part], rights: SectionRights
) -> Iterator[SectionReport]:
    known = {section.number: section for section in document.sections.all()}
    writable = set(known) if rights.may_change else set()
    for part in parts:
        numbers = [heading.number for heading in part.headings]
        for number in [0] * part.has_introduction + numbers:
            if number not in known and rights.may_add:
                known[number] = Section.objects.create(document=document, number=number)
                writable.add(number)
        for heading in part.headings:
            section = known.get(heading.number)
            yield _capture_heading(section, heading, part.language, heading.number in writable)


def _capture_heading(
    section: Section | None, heading: Heading, language: str, is_writable: bool
) -> SectionReport:
    column = f"heading_{language}"
    on_desk = getattr(section, column, "")
    if on_desk:
        is_same = on_desk == heading.words
        outcome = Outcome.UNCHANGED if is_same else Outcome.OTHER_WORDS
    elif section and is_writable:
        outcome = Outcome.NEW
        setattr(section, column, heading.words)
        section.save(update_fields=[column])
    else:
        outcome = Outcome.LEFT_OUT
    return SectionReport(language, heading.number, heading.words, outcome, on_desk)
