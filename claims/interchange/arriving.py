"""Reads files that come in: fixtures as JSON, piece by piece, each row with its place in the file.

Nothing that is read here is believed: sizes are watched while reading, and what is no fixture is
refused with the line. XML, YAML and archives are not read at all; gzip is, with its size watched.
"""

import codecs
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from .outcomes import printable
from .rows import KINDS, named

BLOCK = 1 << 20
LONGEST_ROW = 1 << 20  # Characters.
LARGEST_FILE = 4_000_000_000  # Bytes, unpacked.
# A fixture packs to a tenth. What unpacks to more than this is no text that a desk has written.
LARGEST_RATIO = 150
SMALL = 10_000_000  # Below this many bytes the ratio does not matter.

GZIP = b"\x1f\x8b"
# By how they begin; tar has its name further in.
ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
)
TAR, TAR_AT = b"ustar", 257
# By their names.
NEVER_READ = {"xml", "yaml", "yml", "zip", "tar", "tgz", "bz2", "xz", "7z", "rar", "zst", "jsonl"}
BLANKS = re.compile(r"[ \t\r\n]*")
TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:\n]')


class UnreadableFile(ValueError):
    """A file that cannot be taken in: the message names the place and the remedy."""

    file = ""

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


class UnsupportedFormat(UnreadableFile):
    """A file of a kind that is never read."""


@dataclass(frozen=True, slots=True)
class Located:
    """A row of a file, with the line on which it begins. ``text`` is blank for a table."""

    row: dict[str, Any]
    line: int
    text: str = ""

    @property
    def model(self) -> str:
        return str(self.row["model"])

    @property
    def fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = self.row["fields"]
        return fields

    @property
    def name(self) -> str:
        """The row for people."""
        kind = KINDS[self.model]
        has_key = all(part in self.fields for part in kind.key)
        return printable(named(self.row)[:200]) if has_key else self.model

    def line_of(self, field: str) -> int:
        """The line on which a field of the row stands; that of the row where it has none."""
        depth, line, last = 0, self.line, ""
        for token in TOKENS.finditer(self.text):
            found = token.group()
            if found == "\n":
                line += 1
            elif found in "{[":
                depth += 1
            elif found in "}]":
                depth -= 1
            elif found != ":":
                last = found
            elif depth == 2 and last == f'"{field}"':
                return line
        return self.line


class Watched(io.RawIOBase):
    """The bytes of a file, unpacked if it is gzip, counted while they are read."""

    def __init__(self, file: IO[bytes], largest: int = LARGEST_FILE) -> None:
        self.file, self.largest = file, largest
        self.packed = self.unpacked = 0
        self.begun = file.read(TAR_AT + len(TAR))
        _refuse_archives(self.begun)
        self.unpacker = zlib.decompressobj(wbits=31) if self.begun.startswith(GZIP) else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._next(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def _next(self, size: int) -> bytes:
        piece = self._unpacked(size) if self.unpacker else self._raw(size)
        self.unpacked += len(piece)
        if self.unpacked > self.largest:
            raise UnreadableFile(
                _("The file is larger than %d bytes: give it in parts.") % self.largest
            )
        waiting = len(self.unpacker.unconsumed_tail) if self.unpacker else 0
        if self.unpacked > SMALL and self.unpacked > LARGEST_RATIO * (self.packed - waiting):
            raise UnreadableFile(
                _("The file unpacks to more than %d times its size: no desk has written that.")
                % LARGEST_RATIO
            )
        return piece

    def _raw(self, size: int) -> bytes:
        piece, self.begun = self.begun[:size], self.begun[size:]
        piece = piece or self.file.read(size)
        self.packed += len(piece)
        return piece

    def _unpacked(self, size: int) -> bytes:
        unpacker: Any = self.unpacker
        while not unpacker.eof:
            packed = unpacker.unconsumed_tail or self._raw(BLOCK)
            if not packed:
                raise UnreadableFile(_("The gzip file ends too early: fetch it again."))
            try:
                piece: bytes = unpacker.decompress(packed, size)
            except zlib.error as error:
                raise UnreadableFile(_("The gzip file is damaged: fetch it again.")) from error
            if piece:
                return piece
        if unpacker.unused_data or self._raw(1):
            raise UnsupportedFormat(_("Something follows the end of the gzip file: give one file."))
        return b""


def _refuse_archives(begun: bytes) -> None:
    if begun.startswith(ARCHIVES) or begun[TAR_AT:] == TAR:
        raise UnsupportedFormat(_("Archives are not read: give the files in it, one by one."))
    text = begun.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith(b"<"):
        raise UnsupportedFormat(_("XML is not read: give JSON, as exportfixture writes it."))
    if text.startswith((b"- ", b"---", b"%YAML")):
        raise UnsupportedFormat(_("YAML is not read: give JSON, as exportfixture writes it."))


def opened(file: IO[bytes], name: str, largest: int = LARGEST_FILE) -> IO[bytes]:
    """The bytes of a file to be taken in. Raises UnsupportedFormat by its name, too."""
    kind = name.lower().removesuffix(".gz").rpartition(".")[2]
    if kind in NEVER_READ:
        raise UnsupportedFormat(
            _("Files of the kind %s are not read: give JSON, as exportfixture writes it, or CSV.")
            % kind.upper()
        )
    return io.BufferedReader(Watched(file, largest), BLOCK)


def is_table(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(".csv")


class _Text:
    """The characters of a file, of which a whole row at least is at hand."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.text, self.position, self.line = "", 0, 1
        self.has_ended = False
        self.fill()
        self.text = self.text.removeprefix("\ufeff")

    def fill(self) -> None:
        if self.has_ended or len(self.text) - self.position > LONGEST_ROW:
            return
        pieces = [self.text[self.position :]]
        self.position, length = 0, len(pieces[0])
        while length <= 2 * LONGEST_ROW and not self.has_ended:
            block = self.stream.read(BLOCK)
            self.has_ended = not block
            pieces.append(self._decoded(block, pieces))
            length += len(pieces[-1])
        self.text = "".join(pieces)

    def _decoded(self, block: bytes, before: list[str]) -> str:
        try:
            return self.decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            line = self.line + sum(text.count("\n") for text in before)
            line += error.object[: error.start].count(b"\n")
            raise UnreadableFile(
                _("Line %d is not UTF-8: save the file as UTF-8.") % line
            ) from error

    def skip_blanks(self) -> str:
        """Go to the next character that says something, and give it; blank at the end."""
        while True:
            match = BLANKS.match(self.text, self.position)
            self.go(match.end() if match else self.position)
            if self.position < len(self.text) or self.has_ended:
                self.fill()
                return self.text[self.position : self.position + 1]
            self.fill()

    def go(self, position: int) -> None:
        self.line += self.text.count("\n", self.position, position)
        self.position = position


def json_rows(stream: IO[bytes]) -> Iterator[Located]:
    """The rows of a fixture, one after the other. Raises UnreadableFile."""
    text = _Text(stream)
    if text.skip_blanks() != "[":
        raise UnreadableFile(_("Line %d: a fixture is a list of rows, in brackets.") % text.line)
    text.go(text.position + 1)
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
    following = text.skip_blanks()
    while following != "]":
        row, end = _decoded_row(decoder, text)
        _check_shape(row, text.line)
        yield Located(row, text.line, text.text[text.position : end])
        text.go(end)
        following = text.skip_blanks()
        if following == ",":
            text.go(text.position + 1)
            following = text.skip_blanks()
            if following == "]":
                raise UnreadableFile(_("Line %d: a comma before the end.") % text.line)
        elif following != "]":
            raise UnreadableFile(
                _("Line %d: the file ends too early.") % text.line
                if not following
                else _("Line %d: there must be a comma between rows.") % text.line
            )
    text.go(text.position + 1)
    if text.skip_blanks():
        raise UnreadableFile(_("Line %d: something follows the end of the list.") % text.line)


def _decoded_row(decoder: json.JSONDecoder, text: _Text) -> tuple[Any, int]:
    try:
        row, end = decoder.raw_decode(text.text, text.position)
    except json.JSONDecodeError as error:
        is_cut = error.msg.startswith("Unterminated") or error.pos >= len(text.text) - 1
        if is_cut and len(text.text) - text.position > LONGEST_ROW:
            raise _too_long(text.line) from error
        line = text.line + text.text.count("\n", text.position, error.pos)
        raise UnreadableFile(
            _("Line %(line)d, column %(column)d is no JSON: %(error)s.")
            % {"line": line, "column": error.colno, "error": error.msg}
        ) from error
    except RecursionError as error:
        raise UnreadableFile(
            _("The row that begins on line %d is nested too deep.") % text.line
        ) from error
    except ValueError as error:
        raise UnreadableFile(
            _("The row that begins on line %(line)d is no JSON: %(error)s")
            % {"line": text.line, "error": error}
        ) from error
    if end - text.position > LONGEST_ROW:
        raise _too_long(text.line)
    return row, end


def _too_long(line: int) -> UnreadableFile:
    return UnreadableFile(
        _("The row that begins on line %(line)d is longer than %(count)d characters.")
        % {"line": line, "count": LONGEST_ROW}
    )


def _check_shape(row: Any, line: int) -> None:
    place = _("Line %d") % line
    if not (isinstance(row, dict) and isinstance(row.get("fields"), dict) and "model" in row):
        raise UnreadableFile(_('%s is no row: write {"model": …, "fields": {…}}.') % place)
    if row["model"] == "conflict":
        raise UnreadableFile(_("%s is a conflict of a merge: settle it first.") % place)
    if not isinstance(row["model"], str) or row["model"] not in KINDS:
        raise UnreadableFile(
            _("%(place)s: the model “%(model)s” cannot come in. These can: %(known)s.")
            % {"place": place, "model": str(row["model"])[:80], "known": ", ".join(KINDS)}
        )
    if others := sorted(set(row) - {"model", "fields"}):
        raise UnreadableFile(
            _("%(place)s: leave “%(name)s” out: rows are found by their natural keys.")
            % {"place": place, "name": others[0][:80]}
        )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(_("“%s” stands twice in one object.") % twice[:80])
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(_("%s is no JSON: leave it out or write null.") % text)
