"""Files that want what no file may have: other tables, other people's names, endless archives.

    python -m bench.attacks.hostile

Each is given to the importer as a researcher would give it: rows of other models, published
states, rows on record, XML, YAML, archives, gzip bombs of up to a gigabyte. Prints one line, and
fails where anything came in, or a refusal took more than a second of the processor or fifty
megabytes.
"""

import argparse
import io
import json
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.attacks.imports import bomb, digest
from bench.attacks.memory import Peak
from bench.scratch import scratch_database

LONGEST = 1.0  # Seconds for a refusal.
MOST = 50  # MiB for a refusal.

SHARED = {"name_en": "X", "name_fr": "X", "kind": "person"}
ROWS: dict[str, dict[str, Any]] = {
    "auth.user": {"username": "mallory", "password": "x", "is_superuser": True, "is_staff": True},
    "auth.group": {"name": "Chief editor"},
    "auth.permission": {"codename": "withdraw_claim", "name": "x", "content_type": 1},
    "admin.logentry": {"user": 1, "action_flag": 1, "object_repr": "x"},
    "sessions.session": {"session_data": "x", "expire_date": "2030-01-01T00:00:00Z"},
    "contenttypes.contenttype": {"app_label": "x", "model": "x"},
    "claims.edition": {"claim": ["x"], "number": 1, "payload": "{}"},
    "claims.redaction": {"edition": 1, "reason": "x"},
    "claims.move": {"claim_slug": "x", "name": "publish", "from_status": "draft"},
    "claims.term": {"kind": "topic", "slug": "x", "live_count": 1},
    "claims.report": {"edition": 1, "language": "en", "body": "x"},
    "claims.transcript": {"document": ["x"], "language": "en", "text": "x"},
    "claims.claimevent": {"slug": "x"},
    "claims.noteevent": {"key": "x"},
    "pghistory.context": {"metadata": {"user": 1}},
    "claims.rating": {"scale": 9, "slug": "x", "label_en": "x", "label_fr": "x"},
    "claims.claimant": {"slug": "known", **SHARED, "name_en": "Renamed"},
}
FIELDS: dict[str, Any] = {
    "status": "published", "status_since": "2020-01-01T00:00:00Z", "submitted_by": ["editor"],
    "assigned_to": ["editor"], "version": 99, "id": 1, "created_at": "2020-01-01T00:00:00Z",
    "search": "x", "password": "x",
}  # fmt: skip


def files() -> Iterator[tuple[str, str, bytes]]:
    """What it is, the file's name, its bytes."""
    for model, fields in ROWS.items():
        yield f"a row of {model}", "x.json", _fixture(model, fields)
    for name, value in FIELDS.items():
        yield f"a claim's {name}", "x.json", _fixture("claims.claim", {**_claim(), name: value})
    signed = {"claim": ["known"], "key": "n", "text_en": "x", "author": ["editor"]}
    yield "a note signed by another", "x.json", _fixture("claims.note", signed)
    xml = b"<?xml version='1.0'?><django-objects version='1.0'>" + b"<a>" * 20_000
    for name in ("x.xml", "x.json"):
        yield "XML", name, xml
    yaml = b"- &a [x, x]\n" + b"".join(b"- &b%d [*a, *a]\n" % number for number in range(99))
    for name in ("x.yaml", "x.yml", "x.json"):
        yield "YAML", name, yaml
    yield from _archives()
    for megabytes in (1, 10, 100, 1000):
        yield f"{megabytes} MB of blanks in gzip", "x.json.gz", bomb(megabytes)
        yield f"{megabytes} MB of blanks under another name", "x.json", bomb(megabytes)


def _archives() -> Iterator[tuple[str, str, bytes]]:
    names = [
        "../../etc/passwd",
        "/etc/passwd",
        "a\\..\\b",
        "x.json",
        *(f"{n}.json" for n in range(99)),
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b" " * 100_000)
    for name in ("x.zip", "x.json", "x.csv", "x.json.gz"):
        yield "a zip file", name, packed.getvalue()
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(10_000):
            archive.writestr(f"{number}", b"")
    yield "a zip file of 10,000 entries", "x.zip", many.getvalue()
    tape = io.BytesIO()
    with tarfile.open(fileobj=tape, mode="w") as archive_of_links:
        link = tarfile.TarInfo("x.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive_of_links.addfile(link)
    for name in ("x.tar", "x.json"):
        yield "a tar file with a link", name, tape.getvalue()
    for magic in (
        b"BZh91AY",
        b"\xfd7zXZ\x00",
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!\x1a\x07",
        b"\x28\xb5\x2f\xfd",
    ):
        yield "another archive", "x.json", magic + b"\0" * 300


def _claim() -> dict[str, Any]:
    return {
        "slug": "new", "document": ["known"], "claimant": ["known"], "position": 9, "kind": "event",
        "statement_en": "X.", "statement_fr": "X.",
    }  # fmt: skip


def _fixture(model: str, fields: dict[str, Any]) -> bytes:
    return json.dumps([{"model": model, "fields": fields}]).encode()


def prepare() -> Any:
    """A desk with a claim, and the researcher who brings the files."""
    from tests import factories as make

    slug = {"slug": "known"}
    document, claimant = make.make_document(**slug), make.make_claimant(**slug, **SHARED)
    make.make_claim(document=document, claimant=claimant, **slug)
    make.make_editor(username="editor")
    return make.make_user()


def bring(name: str, content: bytes, by: Any) -> None:
    from django.utils import timezone

    from claims.interchange.arriving import is_table, json_rows, opened
    from claims.interchange.importer import import_files
    from claims.interchange.spreadsheet import TableReader

    stream = opened(io.BytesIO(content), name)
    rows = TableReader(stream) if is_table(name) else json_rows(stream)
    import_files([(name, rows)], by=by, at=timezone.now())


@dataclass
class Outcome:
    """``seconds`` are the processor's, ``waited`` those of the clock."""

    refused: int = 0
    seconds: float = 0
    waited: float = 0
    memory: float = 0
    faults: list[str] = field(default_factory=list)


def attack(given: Iterator[tuple[str, str, bytes]], by: Any) -> Outcome:
    """How many files were refused, the dearest refusal, and what went wrong."""
    from claims.interchange.arriving import UnreadableFile
    from claims.interchange.importer import Refused

    outcome = Outcome()
    before = digest()
    for what, name, content in given:
        peak, start, clock = Peak(), time.process_time(), time.monotonic()
        try:
            bring(name, content, by)
        except (UnreadableFile, Refused):
            outcome.refused += 1
        except Exception as error:
            outcome.faults.append(f"{what} as {name}: {type(error).__name__}: {error}"[:200])
        else:
            outcome.faults.append(f"{what} as {name}: came in")
        seconds, waited = time.process_time() - start, time.monotonic() - clock
        memory = peak.mebibytes
        outcome.seconds = max(outcome.seconds, seconds)
        outcome.waited = max(outcome.waited, waited)
        outcome.memory = max(outcome.memory, memory)
        if seconds > LONGEST or memory > MOST:
            outcome.faults.append(f"{what} as {name}: {seconds:.1f} s, {memory:.0f} MiB")
        if (after := digest()) != before:
            outcome.faults.append(f"{what} as {name}: something was written")
            before = after
    return outcome


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    with scratch_database("factcheck_hostile"):
        by = prepare()
        outcome = attack(files(), by)
    for fault in outcome.faults[:30]:
        print(fault, file=sys.stderr)
    print(
        f"hostile: {outcome.refused} files refused, the dearest in {outcome.seconds:.2f} s of the "
        f"processor ({outcome.waited:.2f} s by the clock) and {outcome.memory:.0f} MiB, "
        f"{len(outcome.faults)} faults"
    )
    sys.exit(bool(outcome.faults))


if __name__ == "__main__":
    main()
