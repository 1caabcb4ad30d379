"""Texts that a spreadsheet would take for formulas, in every file that is given out.

    python -m bench.attacks.formulas

Each stands in each text of published claims. Every table is then read as spreadsheets read it: with
its own separator, and as LibreOffice proposes, with comma, semicolon and tab at once. No cell may
be one that is evaluated. JSON Lines must give every text back letter for letter, and our own
tables and fixtures, taken in again, must change nothing. Where LibreOffice is installed it opens
the tables too. Prints one line of counts.
"""

import argparse
import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.attacks.sown import World, sow
from bench.scratch import scratch_database

# What begins a formula, for one spreadsheet or another.
STARTS = tuple("=+-@＝＋－＠")
SEPARATORS = ",;\t"
WORDS = ["1+1", 'HYPERLINK("https://evil.example/","a")', "cmd|'/C calc'!A0", "A1"]
BEFORE = [
    "", " ", "\t", "\r", "\n", "\r\n", '"', '""', "'", '",', '";', ";", ",", "\t;", "|",
    "\ufeff", "\u200b", "\u00a0", "a;", "a,", "a\t", 'a",', "a\n", "\x0b", "\x1f",
]  # fmt: skip


def formulas() -> list[str]:
    found = [f"{before}{start}{word}" for start in STARTS for word in WORDS for before in BEFORE]
    return [*found[::7], *"=+-@", "=", "'=1+1", "''=1+1", "%0A=1+1", "=1+1\0"[:-1], "-5", "+5%"]


def is_evaluated(cell: str) -> bool:
    """Whether a spreadsheet might compute it. Blanks and marks before a formula are passed over."""
    for place, letter in enumerate(cell):
        if unicodedata.category(letter) not in ("Cc", "Cf", "Zs", "Zl", "Zp"):
            return cell[place:].startswith(STARTS)
    return False


def cells(text: str, separators: str) -> Iterator[str]:
    """Of a table, with quotation marks as in RFC 4180, where each of these separates."""
    cell, is_quoted, position = "", False, 0
    while position < len(text):
        letter = text[position]
        if is_quoted:
            if letter != '"':
                cell += letter
            elif text[position + 1 : position + 2] == '"':
                cell += letter
                position += 1
            else:
                is_quoted = False
        elif letter == '"' and not cell:
            is_quoted = True
        elif letter in separators or letter in "\r\n":
            yield cell
            cell = ""
        else:
            cell += letter
        position += 1
    yield cell


def is_number(cell: str) -> bool:
    """A negative number is no formula: a spreadsheet takes it for what it says."""
    return cell.removeprefix("-").replace(".", "", 1).isascii() and (
        cell.removeprefix("-").replace(".", "", 1).isdecimal()
    )


def tables() -> Iterator[tuple[str, str]]:
    """The name and the text of every table that the site gives out."""
    from claims.interchange.files import FILES
    from claims.interchange.spreadsheet import READ
    from claims.interchange.tables import blank_table

    for name, file in FILES.items():
        if name.endswith(".csv"):
            yield name, b"".join(file.blocks(file.editions())).decode()
    yield "blank.csv", blank_table(READ)


def evaluated(given: Iterable[tuple[str, str]]) -> tuple[int, list[str]]:
    """How many cells there are, and those that are evaluated."""
    count, faults = 0, []
    for name, text in given:
        own = ";" if ".fr." in name else ","
        for separators in (own, SEPARATORS):
            for cell in cells(text.removeprefix("\ufeff"), separators):
                count += 1
                if is_evaluated(cell) and not is_number(cell):
                    faults.append(f"{name} by {separators!r}: {cell[:60]!r}")
    return count, faults


def lost() -> tuple[int, list[str]]:
    """How many texts the files hold that lose nothing, and those that are not as they were."""
    from claims.interchange.files import FILES
    from claims.interchange.tables import original
    from claims.models import Edition

    count, faults = 0, []
    live = {edition.claim_slug: edition for edition in Edition.objects.live()}
    file = FILES["claims.jsonl"]
    lines = b"".join(file.blocks(file.editions())).decode().split("\n")
    for line in filter(None, lines):
        row = json.loads(line)
        if row["payload"] != live[row["claim"]].content:
            faults.append(f"claims.jsonl: {row['claim']} is not as it was published")
        count += len(_texts(row["payload"]))
    for name, text in tables():
        if name == "blank.csv":
            continue
        delimiter = ";" if ".fr." in name else ","
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""),
                                delimiter=delimiter)  # fmt: skip
        for row in reader:
            for language in ("en", "fr"):
                count += 1
                want = live[row["claim"]].content["content"][f"statement_{language}"]
                if original(row[f"statement_{language}"]) != want:
                    faults.append(f"{name}: {want!r} does not come back")
    return count, faults


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


def changed(world: World) -> tuple[int, list[str]]:
    """How many rows our own files have, and those that would change when they come in again."""
    from django.test import Client
    from django.utils import timezone

    from claims.interchange.arriving import json_rows
    from claims.interchange.importer import rehearse
    from claims.interchange.outcomes import Outcome
    from claims.interchange.spreadsheet import TableReader

    client = Client()
    client.force_login(world.person)
    keys = [claim.pk for claim in (*world.claims, *world.drafts)][:400]
    chosen = {"action": "export_selected", "_selected_action": keys}
    response = client.post("/admin/claims/claim/", chosen)
    selection = response.getvalue()
    files: list[tuple[str, Any]] = [("selection.json", json_rows(io.BytesIO(selection)))]
    for name, text in tables():
        if name != "blank.csv":
            files.append((name, TableReader(io.BytesIO(text.encode()))))
    count, faults = 0, []
    for name, rows in files:
        report = rehearse([(name, rows)], by=world.person, at=timezone.now())
        count += report.of(Outcome.UNCHANGED)
        for outcome in Outcome:
            if outcome != Outcome.UNCHANGED and report.of(outcome):
                faults.append(f"{name}: {report.of(outcome)} rows are {outcome}")
        faults += [f"{name}: {row.name}: {row.details}"[:300] for row in report.problems[:3]]
    return count, faults


def opened_by_libreoffice() -> tuple[str, list[str]]:
    """Whether LibreOffice finds a formula in what we give out, where it is installed."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return "LibreOffice is not here", []
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in tables():
            place = Path(folder) / name
            place.write_text(text, encoding="utf-8", newline="")
            command = [program, "--headless", "--convert-to", "fods", "--outdir", folder, place]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            found = place.with_suffix(".fods").read_text(encoding="utf-8")
            if "table:formula" in found:
                faults.append(f"{name}: LibreOffice finds a formula")
    return "LibreOffice finds none" if not faults else "LibreOffice finds some", faults


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    given = formulas()
    with scratch_database("factcheck_formulas"):
        world, rotation = sow(given, packed=1, drafts=2)
        count, faults = evaluated(tables())
        texts, not_whole = lost()
        rows, not_same = changed(world)
        told, opened = opened_by_libreoffice()
    faults += [*not_whole, *not_same, *opened]
    for fault in faults[:30]:
        print(fault, file=sys.stderr)
    print(
        f"formulas: {len(given)} texts in {len(rotation.placed)} fields, {count} cells, "
        f"{texts} texts without loss, {rows} rows taken in unchanged, {told}, {len(faults)} faults"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
