"""Live editions as CSV (RFC 4180), with cells that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import router, transaction

from claims.models import Edition
from claims.models.edition import EditionQuerySet
from claims.record.composing import completed

from .columns import COLUMNS, LIST_SEPARATOR, Column

BATCH = 500
BYTE_ORDER_MARK = "\ufeff"
LINE_END = "\r\n"
# What spreadsheets begin a formula with (OWASP ASVS 1.2.10), the full-width forms of it that some
# accept, and the apostrophe itself, so that taking one away always gives the text back.
FORMULA_STARTS = tuple("=+-@\t\r\n\0'＝＋－＠")
# What may stand before it and not be seen: blanks, controls, marks of direction and of order.
UNSEEN = "".join(
    chr(code)
    for first, last in (
        (0x00, 0x20),
        (0x7F, 0xA0),
        (0xAD, 0xAD),
        (0x2000, 0x200F),
        (0x2028, 0x202F),
        (0x205F, 0x206F),
        (0x3000, 0x3000),
        (0xFEFF, 0xFEFF),
    )
    for code in range(first, last + 1)
)


def table(editions: EditionQuerySet, *, delimiter: str = ",", mark: str = "") -> Iterator[str]:
    """The text of the file, some rows at a time, in the order of the chain.

    For spreadsheets ``mark`` is ``BYTE_ORDER_MARK``; a French one expects ``;``.
    """
    yield mark + _head([column.name for column in COLUMNS], delimiter)
    # A cursor inside a transaction sends its first rows at once and holds none.
    with transaction.atomic(using=router.db_for_read(Edition)):
        in_order = editions.defer("words_en", "words_fr", "names", "search", "targets")
        rows: list[list[str]] = []
        for edition in in_order.order_by("sequence").iterator(chunk_size=BATCH):
            content = completed(edition.content["content"])
            rows.append([cell(column, column.value(edition, content)) for column in COLUMNS])
            if len(rows) == BATCH:
                yield _written(rows, delimiter)
                rows = []
    if rows:
        yield _written(rows, delimiter)


def blank_table(names: Iterable[str], *, delimiter: str = ",") -> str:
    """A table of these columns without rows, to be filled in a spreadsheet."""
    return BYTE_ORDER_MARK + _head(names, delimiter)


def cell(column: Column, value: Any) -> str:
    """The text of one cell. Only cells of text may get an apostrophe: numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = LIST_SEPARATOR.join(value)
    return neutral(str(value)) if column.is_text or column.type == "list" else str(value)


def neutral(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would evaluate it."""
    return f"'{text}" if _could_be_evaluated(text) else text


def original(text: str) -> str:
    """What ``neutral`` was given."""
    return text[1:] if text.startswith("'") and _could_be_evaluated(text[1:]) else text


def _could_be_evaluated(text: str) -> bool:
    return text.startswith(FORMULA_STARTS) or text.lstrip(UNSEEN).startswith(FORMULA_STARTS)


def _head(names: Iterable[str], delimiter: str) -> str:
    """The first row: names of ours, which need no quotation marks."""
    return delimiter.join(names) + LINE_END


def _written(rows: list[list[str]], delimiter: str) -> str:
    text = io.StringIO(newline="")
    # Each cell in quotation marks: a spreadsheet that separates by other letters as well would
    # take what follows them for a cell of its own.
    writer = csv.writer(text, delimiter=delimiter, lineterminator=LINE_END, quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    return text.getvalue()
