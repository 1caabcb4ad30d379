"""Reads a table of claims (CSV), as a desk arrives with one, into rows of a fixture.

The columns are those of ``columns.COLUMNS`` that a claim of the desk has; the others of our own
export are passed over. An own export, read again, changes nothing.
"""

import csv
import io
from collections.abc import Iterator
from typing import IO, Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from claims.models import Rating

from .arriving import Located, UnreadableFile
from .columns import COLUMNS, LIST_SEPARATOR, Column
from .tables import original

LONGEST_CELL = 200_000  # Characters.
LONGEST_SLUG = 80
DELIMITERS = ",;\t"
OPEN = "open"
BOOLEANS = {"true": True, "1": True, "vrai": True, "false": False, "0": False, "faux": False}
REFERENCES = {"document", "claimant", "reported_claimant"}

READ = {column.name: column for column in COLUMNS if column.reads}
NOT_READ = {column.name for column in COLUMNS if not column.reads}


class TableReader:
    """The rows of a table. ``not_read`` are the columns that were passed over."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._lines = _lines(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""))
        head = next(self._lines, "")
        delimiter = max(DELIMITERS, key=head.count)
        self._reader = csv.reader(_again(head, self._lines), delimiter=delimiter, strict=True)
        self._line = 0
        self._scale: int | None = None
        names = self._next()
        if not names:
            raise UnreadableFile(_("Line 1: the first row must name the columns."))
        self._columns = _columns([name.strip() for name in names])
        self.not_read = [name for name in names if name.strip() in NOT_READ]

    def __iter__(self) -> Iterator[Located]:
        while True:
            line = self._reader.line_num + 1
            cells = self._next()
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                yield Located({"model": "claims.claim", "fields": self._fields(cells, line)}, line)

    def _next(self) -> list[str] | None:
        line = self._reader.line_num + 1
        limit = csv.field_size_limit(LONGEST_CELL)
        try:
            return next(self._reader, None)
        except csv.Error as error:
            raise UnreadableFile(
                _("Line %(line)d is no row of a table: %(error)s.") % {"line": line, "error": error}
            ) from error
        finally:
            csv.field_size_limit(limit)

    def _fields(self, cells: list[str], line: int) -> dict[str, Any]:
        if len(cells) != len(self._columns):
            raise UnreadableFile(
                _("Line %(line)d has %(cells)d cells, the first row has %(columns)d.")
                % {"line": line, "cells": len(cells), "columns": len(self._columns)}
            )
        given = {
            column.reads: (column, original(cell))
            for column, cell in zip(self._columns, cells, strict=True)
            if column is not None
        }
        fields: dict[str, Any] = {}
        for name, (column, text) in given.items():
            fields |= self._field(name, column, text, line, given)
        if not fields.get("slug"):
            fields["slug"] = _slug(fields, line)
        return fields

    def _field(
        self, name: str, column: Column, text: str, line: int, given: dict[str, Any]
    ) -> dict[str, Any]:
        blank = not text.strip()
        if name == "topics":
            return {
                name: sorted([one.strip()] for one in text.split(LIST_SEPARATOR) if one.strip())
            }
        if name == "rating":
            return self._rating(text.strip())
        if name in REFERENCES:
            is_optional = name == "reported_claimant"
            return {name: None if blank and is_optional else [text.strip()]}
        if name == "section":
            document = given["document"][1].strip() if "document" in given else ""
            return {name: None if blank else [document, _number(text, column, line)]}
        if column.type == "integer":
            return {} if blank else {name: _number(text, column, line)}
        if column.type == "boolean":
            return {} if blank else {name: _boolean(text, column, line)}
        if blank and name in ("slug", "claimant_stance"):
            return {}
        return {name: text}

    def _rating(self, slug: str) -> dict[str, Any]:
        """A step of the scale in force, or “open”; a blank cell says neither."""
        if not slug:
            return {}
        if slug == OPEN:
            return {"rating": None, "is_open": True}
        if self._scale is None:
            newest = Rating.objects.of_current_scale().first()
            self._scale = newest.scale if newest else 1
        return {"rating": [self._scale, slug], "is_open": False}


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines of the file. One that never ends is cut short, and refused as a cell."""
    number = 1
    try:
        while line := text.readline(LONGEST_CELL * 2):
            yield line
            number += 1
    except UnicodeDecodeError as error:
        # Blocks are decoded before their lines are counted.
        number += error.object[: error.start].count(b"\n") if number == 1 else 0
        raise UnreadableFile(
            _("Line %d or one after it is not UTF-8: save the file as UTF-8.") % number
        ) from error


def _again(first: str, lines: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
    yield from lines


def _columns(names: list[str]) -> list[Column | None]:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise UnreadableFile(_("Line 1: the column “%s” is there twice.") % name[:80])
        if name not in READ and name not in NOT_READ:
            raise UnreadableFile(
                _("Line 1: there is no column “%(name)s”. These are read: %(known)s.")
                % {"name": name[:80], "known": ", ".join(READ)}
            )
    return [READ.get(name) for name in names]


def _slug(fields: dict[str, Any], line: int) -> str:
    """A name made of the statement, so that the same table finds the same claim again."""
    statement = fields.get("statement_en") or fields.get("statement_fr") or ""
    slug = slugify(statement)[:LONGEST_SLUG].strip("-")
    if not slug:
        raise UnreadableFile(
            _("Line %d: the claim has neither a name nor a statement to make one of.") % line
        )
    return slug


def _number(text: str, column: Column, line: int) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise _not_understood(text, column, line)
    return int(digits)


def _boolean(text: str, column: Column, line: int) -> bool:
    try:
        return BOOLEANS[text.strip().lower()]
    except KeyError as error:
        raise _not_understood(text, column, line) from error


def _not_understood(text: str, column: Column, line: int) -> UnreadableFile:
    return UnreadableFile(
        _("Line %(line)d, %(column)s: “%(text)s” cannot be understood.")
        % {"line": line, "column": column.name, "text": text[:40]}
    )
