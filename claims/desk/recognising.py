"""Reads the build of a captured file: its languages, its numbered sections, its debris.

Only recognises: offsets point into the text as it was captured, and nothing is taken out.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from claims.models import Language

SEPARATOR = re.compile(r"^-{3,}[ \t]*\r?\n", re.MULTILINE)
DEBRIS = re.compile(
    r"^[ \t]*(?:(?:top|bottom) of page|[^\n]{1,120}\.(?:jpe?g|png|gif|webp|svg))[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)
# Some programs begin a file with a byte order mark.
BLANKS = " \t\ufeff"
# Frequent little words that the other language does not have.
LITTLE_WORDS = {
    Language.EN: {"the", "and", "of", "to", "is", "was", "were", "that", "with", "by", "which"},
    Language.FR: {"le", "la", "les", "des", "et", "du", "est", "une", "que", "dans", "qui"},
}


class UnreadableText(Exception):
    """A captured file whose build cannot be recognised: the message says what to do."""


@dataclass(frozen=True)
class Span:
    """``start`` and ``end`` in code points of the part's words."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Heading:
    """A numbered heading: where its number begins, and the words after the number."""

    number: int
    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Part:
    """A file's text in one language, exactly as captured, and what was recognised in it."""

    language: str
    words: str
    headings: list[Heading]
    debris: list[Span]
    title: str = ""
    has_introduction: bool = False


def decoded(captured: bytes) -> str:
    """A file's text, every letter and line end as it was. Raises UnreadableText."""
    try:
        words = captured.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableText(
            _("The file is not in UTF-8 (byte %(place)d): save it as UTF-8 first.")
            % {"place": error.start}
        ) from error
    if "\0" in words:
        raise UnreadableText(
            _("The file has a NUL character in line %(line)d: remove it.")
            % {"line": words[: words.index("\0")].count("\n") + 1}
        )
    return words


def recognise(captured: str, language: str = "") -> list[Part]:
    """The parts of a captured file, one a language, in the file's order.

    Parts are separated by a line of hyphens. ``language`` settles the language of a file with
    a single part. Raises UnreadableText for a part whose language is not clear, and for two
    parts in the same language.
    """
    texts = [text for text in _split(captured) if text.strip()]
    if not texts:
        raise UnreadableText(_("This holds no text."))
    if language and len(texts) > 1:
        raise UnreadableText(
            _(
                "The text has %(count)d parts, separated by lines of hyphens: leave the language "
                "open, or give the parts one by one."
            )
            % {"count": len(texts)}
        )
    parts = [_part(text, language or _language_of(text)) for text in texts]
    named = [part.language for part in parts]
    if len(set(named)) < len(named):
        raise UnreadableText(
            _("Two parts of the text are in the same language: %(languages)s.")
            % {"languages": ", ".join(str(Language(code).label) for code in named)}
        )
    return parts


def _split(captured: str) -> list[str]:
    ends = [0]
    for separator in SEPARATOR.finditer(captured):
        ends += [separator.start(), separator.end()]
    ends.append(len(captured))
    return [captured[first:last] for first, last in zip(ends[::2], ends[1::2], strict=True)]


def _language_of(text: str) -> str:
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {code: sum(word in little for word in words) for code, little in LITTLE_WORDS.items()}
    best, second = sorted(counts, key=lambda code: -counts[code])[:2]
    if counts[best] <= 2 * counts[second]:
        raise UnreadableText(
            _(
                "The language of the part that begins “%(words)s” is not clear: give it by "
                "itself, and say its language."
            )
            % {"words": text.strip()[:40]}
        )
    return best.value


def _part(text: str, language: str) -> Part:
    headings = _headings(text)
    debris = [Span(found.start(), found.end(), found[0].strip()) for found in DEBRIS.finditer(text)]
    opening = text[: headings[0].start] if headings else text
    lines = [line.strip(BLANKS) for line in DEBRIS.sub("", opening).splitlines()]
    lines = [line for line in lines if line]
    return Part(
        language=language,
        words=text,
        headings=headings,
        debris=debris,
        title=lines[0] if headings and lines else "",
        has_introduction=len(lines) > 1 and bool(headings),
    )


def _headings(text: str) -> list[Heading]:
    """Questions numbered 1), 2), … in order: at the start of a line, or glued to a paragraph."""
    found: list[Heading] = []
    position = 0
    while True:
        number = len(found) + 1
        heading = re.compile(
            rf"(?:^\ufeff?[ \t]*|(?<=[.!?…»”\"] )){number}\)[ \t]+([^\n]*\?)[ \t]*\r?$",
            re.MULTILINE,
        ).search(text, position)
        if heading is None:
            return found
        start = text.index(f"{number})", heading.start())
        found.append(Heading(number, start, heading.end(1), heading[1]))
        position = heading.end()
