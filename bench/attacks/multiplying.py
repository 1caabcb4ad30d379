"""Multiplies what a database holds: each claim with its parts and its edition, many times.

Hashes and chain are true, so that `verifyrecord` passes. For an empty desk of made-up claims, as
`bench.attacks.seeding --claims` makes it; as a superuser, because the triggers are switched off.
"""

import datetime
import json
from typing import Any

from psycopg import Connection, sql
from rfc8785 import dumps

from bench.attacks.downloads import digest

TICK = datetime.timedelta(microseconds=1)
PARTS = ("evidence", "quote", "figure")
PAGE = 20_000


def multiply(connection: Connection[Any], times: int) -> int:
    """Give every claim ``times`` more; gives how many claims there are then."""
    connection.execute("SET session_replication_role = replica")
    [last] = connection.execute("SELECT max(id) FROM claims_claim").fetchone() or [0]
    steps = f"generate_series(1, {times}) step"
    given = {"id": f"id + {last} * step", "slug": "slug || '-' || step"}
    [place] = connection.execute("SELECT max(position) FROM claims_claim").fetchone() or [0]
    given |= {"position": f"position + {place} * step"}
    _copy(connection, "claims_claim", given, steps)
    for part in PARTS:
        parts = f"claims_{part}"
        [most] = connection.execute(f"SELECT max(id) FROM {parts}").fetchone() or [0]  # type: ignore[arg-type]
        if most:
            given = {"id": f"id + {most} * step", "claim_id": f"claim_id + {last} * step"}
            _copy(connection, parts, given, steps)
    [most] = connection.execute("SELECT max(id) FROM claims_move").fetchone() or [0]
    given = {"id": f"id + {most} * step", "claim_slug": "claim_slug || '-' || step"}
    _copy(connection, "claims_move", given, steps)
    _editions(connection, times, last)
    connection.execute("UPDATE claims_term SET live_count = live_count * %s", [times + 1])
    for name in ("claim", "move", *PARTS):
        table = f"claims_{name}"
        connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # type: ignore[arg-type]
        )
    connection.execute("SET session_replication_role = DEFAULT")
    connection.execute("VACUUM ANALYZE")
    [count] = connection.execute("SELECT count(*) FROM claims_claim").fetchone() or [0]
    return int(count)


def columns_of(connection: Connection[Any], table: str) -> list[str]:
    return [
        name
        for (name,) in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [table],
        )
    ]


def _copy(connection: Connection[Any], table: str, given: dict[str, str], steps: str) -> None:
    columns = columns_of(connection, table)
    names = ", ".join(columns)
    values = ", ".join(given.get(column, column) for column in columns)
    connection.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, {steps}")  # type: ignore[arg-type]


def _editions(connection: Connection[Any], times: int, last: int) -> None:
    """One after the other: each carries the hash of the one before."""
    columns = columns_of(connection, "claims_edition")
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    query = sql.SQL("SELECT {} FROM claims_edition ORDER BY sequence").format(names)
    samples = [dict(zip(columns, row, strict=True)) for row in connection.execute(query)]
    head = samples[-1]
    with connection.cursor() as cursor:
        command = sql.SQL("COPY claims_edition ({}) FROM STDIN").format(names)
        with cursor.copy(command) as copy:
            for step in range(1, times + 1):
                for sample in samples:
                    head = _follower(head, sample, step, last)
                    copy.write_row([head[column] for column in columns])


def _follower(head: dict[str, Any], sample: dict[str, Any], step: int, last: int) -> dict[str, Any]:
    at = head["published_at"] + TICK
    slug = f"{sample['claim_slug']}-{step}"
    moment = at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    moment = moment.removesuffix("+00:00") + "Z"
    payload = json.loads(sample["payload"]) | {"claim": slug, "published_at": moment}
    edition = sample | {
        "sequence": head["sequence"] + 1,
        "claim_id": sample["claim_id"] + last * step,
        "claim_slug": slug,
        "published_at": at,
        "payload": dumps(payload).decode(),
        "payload_sha256": digest(payload),
        "previous_hash": head["chain_hash"],
    }
    people = digest([edition["people_salt"], edition["submitted_by_id"], edition["approved_by_id"]])
    edition["chain_hash"] = digest(
        {
            "sequence": edition["sequence"],
            "claim": slug,
            "number": edition["number"],
            "kind": edition["kind"],
            "published_at": moment,
            "payload_sha256": edition["payload_sha256"],
            "people": people,
            "previous": edition["previous_hash"],
        }
    )
    return edition
