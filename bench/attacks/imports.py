"""Mutated and hostile files against the importer: all of a file comes in, or nothing.

    python -m bench.attacks.imports --count 10000

Prints one line of counts, and fails where a refused file left anything behind, where an error
was none of ours, where a refusal names no line, or where a file took too long. Works in a
database of its own.
"""

import argparse
import gzip
import io
import json
import random
import re
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from bench.generated import ODD, Generator
from bench.scratch import scratch_database

LONGEST = 10.0  # Seconds for one file.
PLACE = re.compile(r"[Ll]ine \d+")
TABLE = """claim,statement_en,kind,claimant,document,topics,position,is_outdated\r
claim-0000001,"It, rained",event,claimant-000,document-00000,topic-001|topic-002,2,true\r
,=1+1,event,claimant-001,document-00000,,,\r
"""

type Case = tuple[str, str, bytes]
type Mutation = Callable[[random.Random, bytes], bytes]


def flip(chance: random.Random, given: bytes) -> bytes:
    found = bytearray(given)
    for _count in range(chance.randint(1, 8)):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def cut(chance: random.Random, given: bytes) -> bytes:
    return given[: chance.randrange(len(given))]


def splice(chance: random.Random, given: bytes) -> bytes:
    start, end, to = sorted(chance.randrange(len(given)) for _place in range(3))
    return given[:to] + given[start:end] + given[to:]


def replace_value(chance: random.Random, given: bytes) -> bytes:
    """One value of the text is another: of another type, too large, or none that there is."""
    values = [
        "NaN", "Infinity", "-1e999", "9" * 5000, "1" * 40, '"\\ud800"', '"\\u0000"', "null", "true",
        "[]", "{}", "-1", "1.5", '""', '"none"', '["none"]', '[["none"]]', "[1]", '"published"',
        json.dumps(chance.choice(ODD)), json.dumps("x" * 10_000), '"' + "x" * 1_100_000 + '"',
        "[" * 2000 + "]" * 2000,
    ]  # fmt: skip
    places = [match.span(1) for match in re.finditer(rb'": ("[^"\\]*"|\d+|null|true)', given)]
    if not places:
        return flip(chance, given)
    start, end = chance.choice(places)
    return given[:start] + chance.choice(values).encode() + given[end:]


def replace_name(chance: random.Random, given: bytes) -> bytes:
    """A field or a model is another one, or stands twice."""
    names = [
        "status", "author", "password", "version", "id", "pk", "submitted_by", "slug", "claim",
        "pgh_id", "created_at", "a" * 10_000, "é", "__class__",
    ]  # fmt: skip
    places = [match.span(1) for match in re.finditer(rb'"([a-z_]+)": ', given)]
    models = [match.span(1) for match in re.finditer(rb'"model": "([^"]*)"', given)]
    if models and chance.random() < 0.3:
        names = ["auth.user", "auth.permission", "claims.edition", "claims.claimevent", "x", ""]
        names += [
            "pghistory.context",
            "claims.move",
            "conflict",
            "claims.claim",
            "sessions.session",
        ]
        places = models
    if not places:
        return flip(chance, given)
    start, end = chance.choice(places)
    return given[:start] + chance.choice(names).encode() + given[end:]


def reorder(chance: random.Random, given: bytes) -> bytes:
    """Rows stand in another order, are there twice, or are gone: dangling and cyclic references."""
    try:
        rows = json.loads(given)
    except ValueError:
        lines = given.split(b"\r\n")
        chance.shuffle(lines)
        return b"\r\n".join(lines)
    kind = chance.randrange(3)
    if kind == 0:
        chance.shuffle(rows)
    elif kind == 1:
        rows.insert(chance.randrange(len(rows)), chance.choice(rows))
    else:
        del rows[chance.randrange(len(rows))]
    return json.dumps(rows, indent=1).encode()


def other_encoding(chance: random.Random, given: bytes) -> bytes:
    text = given.decode()
    kind = chance.randrange(5)
    if kind == 0:
        return text.encode("utf-16")
    if kind == 1:
        return text.encode("utf-8-sig")
    if kind == 2:
        return text.encode("latin-1", "replace")
    ends = "\r" if kind == 3 else "\r\n"
    return text.replace("\r\n", "\n").replace("\n", ends).encode()


def pack(chance: random.Random, given: bytes) -> bytes:
    packed = gzip.compress(given)
    kind = chance.randrange(6)
    if kind == 0:
        return packed
    if kind == 1:
        return packed[: chance.randrange(len(packed))]
    if kind == 2:
        return flip(chance, packed)
    if kind == 3:
        return gzip.compress(packed)
    if kind == 4:
        return packed + packed
    return bomb(chance.choice([1, 10, 100]))


@cache
def bomb(megabytes: int) -> bytes:
    """A list that opens and goes on with blanks, packed without ever being whole."""
    packer = zlib.compressobj(wbits=31)
    blanks = b" " * 1_000_000
    pieces = [packer.compress(b"["), *(packer.compress(blanks) for _piece in range(megabytes))]
    return b"".join([*pieces, packer.flush()])


def invent(chance: random.Random, _given: bytes) -> bytes:
    """What was never a fixture or a table."""
    return chance.choice(
        [
            b"", b"\x00", b"[", b"]", b"{}", b"null", b"[" * 100_000, b'{"a":' * 100_000,
            b"<?xml version='1.0'?><django-objects version='1.0'/>", b"<a>" * 20_000,
            b"- model: auth.user\n", b"--- &a [*a, *a]\n", b"PK\x03\x04" + b"\0" * 40,
            b"\x1f\x8b", b"BZh9", b"7z\xbc\xaf\x27\x1c", b"\0" * 257 + b"ustar\0",
            b"c" + b",c" * 10_000, b"claim\r\n" + b'"' + b"x" * 1_000_000, b"claim,claim\r\na,b",
            b"\xff\xfe", b"\xef\xbb\xbf", b"claim;statement_en\n=a;=b", bytes(range(256)),
        ]
    )  # fmt: skip


MUTATIONS: list[Mutation] = [
    flip, cut, splice, replace_value, replace_value, replace_name, reorder, other_encoding, pack,
    invent,
]  # fmt: skip
NAMES = ["desk.json", "desk.json.gz", "desk", "desk.xml", "desk.yaml", "desk.zip", "../desk.json"]


def cases(count: int, seed: int = 0) -> Iterator[Case]:
    """The files, the same ones every time: what was done to each, its name, its bytes."""
    chance = random.Random(seed)  # nosec B311: no secret
    fixture = json.dumps(list(Generator(3, odd=True).rows()), indent=1, ensure_ascii=False).encode()
    for _number in range(count):
        is_table = chance.random() < 0.3
        given = TABLE.encode() if is_table else fixture
        mutation = chance.choice(MUTATIONS)
        name = "claims.csv" if is_table else chance.choice(NAMES[:1] * 20 + NAMES)
        content = mutation(chance, given)
        if chance.random() < 0.2 and content:
            content = chance.choice(MUTATIONS[:2])(chance, content)
        yield mutation.__name__, name, content


def attack(given: Iterable[Case]) -> tuple[Counter[str], list[str]]:
    """What became of the files, and what went wrong."""
    from claims.interchange.arriving import UnreadableFile
    from claims.interchange.importer import Refused

    found: Counter[str] = Counter()
    faults = []
    before = digest()
    for number, (mutation, name, content) in enumerate(given):
        start = time.monotonic()
        told = ""
        try:
            bring(name, content)
        except UnreadableFile as error:
            told = str(error)
            found["refused as a whole"] += 1
        except Refused as refusal:
            told = "; ".join(f"line {row.place}: {row}" for row in refusal.report.problems)
            found["refused by row"] += 1
            if not all(row.details and row.details[0].field for row in refusal.report.problems):
                faults.append(f"{number} {mutation}: a refusal names no field: {told[:300]}")
        except Exception as error:
            faults.append(f"{number} {mutation} {name}: {type(error).__name__}: {error}"[:300])
        else:
            found["came in"] += 1
        after = digest()
        if told and after != before:
            faults.append(f"{number} {mutation} {name}: something was written")
        if told and not PLACE.search(told) and not is_about_the_file(told):
            faults.append(f"{number} {mutation} {name}: no line in: {told[:200]}")
        if time.monotonic() - start > LONGEST:
            faults.append(f"{number} {mutation} {name}: took {time.monotonic() - start:.1f} s")
        before = after
    return found, faults


def is_about_the_file(told: str) -> bool:
    """Of what is wrong with a file as a whole there is no line."""
    return any(word in told for word in ("gzip", "Archives", "XML", "YAML", "not read", "unpacks"))


def bring(name: str, content: bytes) -> None:
    from django.utils import timezone

    from claims.interchange.arriving import is_table, json_rows, opened
    from claims.interchange.importer import import_files
    from claims.interchange.spreadsheet import TableReader

    stream = opened(io.BytesIO(content), name)
    rows = TableReader(stream) if is_table(name) else json_rows(stream)
    import_files([(name, rows)], by=None, at=timezone.now())


def digest(prefix: str = "") -> str:
    """Names what is in every table, or in those whose names begin alike."""
    from django.db import connection

    names = connection.introspection.table_names()
    tables = sorted(name for name in names if name.startswith(prefix))
    sums = [
        f"SELECT '{table}' || count(*) || ' ' || coalesce(sum(hashtext(t::text)::bigint), 0) AS s "
        f"FROM {connection.ops.quote_name(table)} t"
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(s, ',' ORDER BY s) FROM ({' UNION ALL '.join(sums)}) x")
        [found] = cursor.fetchone()
    return str(found)


def load_the_desk() -> None:
    """What the files are mutations of, and a claim in review."""
    from django.utils import timezone

    from claims.desk import workflow
    from claims.models import Claim
    from tests.factories import make_rated_claim, make_user

    content = json.dumps(list(Generator(3, odd=True).rows())).encode()
    bring("desk.json", content)
    claim = Claim.objects.get(pk=make_rated_claim(slug="under-review").pk)
    workflow.submit(claim, by=make_user(), at=timezone.now())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options: Any = parser.parse_args()
    with scratch_database("factcheck_imported"):
        load_the_desk()
        start = time.monotonic()
        found, faults = attack(cases(options.count, options.seed))
        seconds = time.monotonic() - start
    import resource

    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    counts = ", ".join(f"{count} {what}" for what, count in sorted(found.items()))
    cost = f"{seconds:.0f} s, {memory} MiB"
    print(f"imports: {options.count} files, {len(faults)} faults; {counts}; {cost}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
