"""Forges the record as its owner, with triggers and constraints off, and looks who notices.

    python -m bench.attacks.tampering --count 1000 --clean 100 --rows 100000

In each trial one field is changed, a row deleted, two swapped, one appended, the tail cut, or the
chain written anew from some row on; then what ``verifyrecord`` does must find it and name the row.
Between them the record is left alone, or used as it may be, and nothing may be found. Prints one
line, and fails where a forgery passed, was found elsewhere, or where there was a false alarm.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from bench.scratch import scratch_database

SECONDS = 30  # For the whole of a large record.

# What a forger does: returns the places that would name it, the first fault's being one of them.
type Forgery = Callable[[random.Random], set[str]]


def prepare() -> None:
    """A record of everything that there can be, and no constraint in the way of a forger."""
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from claims.desk import workflow
    from claims.models import Claim
    from claims.record.publishing import redact
    from tests import factories as make
    from tests.interview import publish_some

    settings.FACTCHECK_HEAD_KEY = "a key that the database does not have"
    publish_some(5)
    for slug in ("claim-a", "claim-2-of-many"):
        claim = Claim.objects.get(slug=slug)
        workflow.revise(claim, by=make.make_user(), at=timezone.now())
        Claim.objects.filter(pk=claim.pk).update(summary_en="Better.")
        claim.refresh_from_db()
        make.publish(make.submit(claim))
    gone = make.make_published()
    make.withdraw(gone.claim)
    redact(gone, reason="Court order.", by=None, at=timezone.now())
    make.withdraw(make.make_published().claim)
    make.make_published()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE conrelid = 'claims_edition'::regclass AND contype IN ('c', 'u', 'f')"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE claims_edition DROP CONSTRAINT "{name}" CASCADE')
        cursor.execute("DROP INDEX IF EXISTS edition_one_current_per_claim")
        cursor.execute("DROP INDEX IF EXISTS edition_chain_does_not_branch")


def tamper(statement: str, *parameters: Any) -> int:
    """Write with the triggers off; how many rows there were."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, parameters or None)
        count = cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
    return count


def last() -> int:
    from claims.models import Edition

    return Edition.objects.order_by("-sequence").values_list("sequence", flat=True)[0]


def change_a_field(chance: random.Random) -> set[str]:
    from tests.record.test_verifying import CHANGES

    while True:
        number, column = chance.randint(1, last()), chance.choice(sorted(CHANGES))
        value = CHANGES[column]
        changed = tamper(
            f"UPDATE claims_edition SET {column} = {value} WHERE sequence = %s"
            f" AND {column} IS DISTINCT FROM {value} AND ({value}) IS NOT NULL",
            number,
        )
        if changed:
            return {f"Edition {number}"}


def delete_a_row(chance: random.Random) -> set[str]:
    number = chance.randint(1, last() - 1)
    tamper("DELETE FROM claims_edition WHERE sequence = %s", number)
    return {f"Edition {number + 1}"}


def swap_two(chance: random.Random) -> set[str]:
    first, second = sorted(chance.sample(range(1, last() + 1), 2))
    for old, new in ((first, 0), (second, first), (0, second)):
        tamper("UPDATE claims_edition SET sequence = %s WHERE sequence = %s", new, old)
    return {f"Edition {first}"}


def append_a_copy(chance: random.Random) -> set[str]:
    """A row like another one, at the end."""
    from claims.models import Edition
    from tests.record.test_append_only import copy_of

    end = last()
    edition = Edition.objects.get(sequence=chance.randint(1, end))
    copy = copy_of(edition, sequence=end + 1, number=99, superseded_at=edition.superseded_at)
    copy.save(force_insert=True)
    return {f"Edition {end + 1}"}


def append_a_forgery(chance: random.Random) -> set[str]:
    """A row with all its hashes right, as our own code would write it."""
    from tests.factories import make_published

    make_published(statement_en=f"Forged {chance.random()}.")
    return {f"Edition {last()}"}


def cut_the_tail(chance: random.Random) -> set[str]:
    """The last rows go, and everything else is put right: the chain is whole."""
    from django.db import connection

    end = last()
    left = chance.randint(max(1, end - 5), end - 1)
    tamper("DELETE FROM claims_edition WHERE sequence > %s", left)
    tamper(
        "UPDATE claims_edition e SET superseded_at = NULL WHERE NOT EXISTS"
        " (SELECT FROM claims_edition n WHERE n.claim_slug = e.claim_slug AND n.number > e.number)"
    )
    assert connection.in_atomic_block
    put_terms_right()
    return {f"Edition {left + 1}"}


def write_anew(chance: random.Random) -> set[str]:
    """One payload says something else, and every hash from there on is made again."""
    from claims.models import Edition
    from claims.record.chain import sha256
    from claims.record.publishing import chain_hash_of

    rows = list(Edition.objects.order_by("sequence"))
    start = chance.choice([row.sequence for row in rows if "Statement" in row.payload])
    previous = ""
    for row in rows:
        if row.sequence == start:
            row.payload = row.payload.replace("Statement", "Lie")
            row.payload_sha256 = sha256(row.payload)
        row.previous_hash = previous
        row.chain_hash = previous = chain_hash_of(row)
        tamper(
            "UPDATE claims_edition SET payload = %s, payload_sha256 = %s, previous_hash = %s,"
            " chain_hash = %s WHERE sequence = %s",
            row.payload, row.payload_sha256, row.previous_hash, row.chain_hash, row.sequence,
        )  # fmt: skip
    tamper(
        "UPDATE claims_edition SET statement_en = replace(statement_en, 'Statement', 'Lie'),"
        " words_en = replace(words_en, 'Statement', 'Lie') WHERE sequence = %s",
        start,
    )
    return {f"Edition {start}"}


FORGERIES: list[Forgery] = [
    change_a_field, change_a_field, change_a_field, delete_a_row, swap_two, append_a_copy,
    append_a_forgery, cut_the_tail, write_anew,
]  # fmt: skip


def put_terms_right() -> None:
    """The counts of the terms, as a forger who knows of them would leave them."""
    from claims.models import Edition, Term
    from claims.record.filing import keys

    counts = Counter(key for edition in Edition.objects.live() for key in keys(edition))
    tamper("DELETE FROM claims_term")
    Term.objects.bulk_create(
        [Term(kind=kind, slug=slug, live_count=n) for (kind, slug), n in counts.items()]
    )


def signed() -> list[Any]:
    """The heads that were signed one by one, as their file gives them back."""
    from claims.models import Edition
    from claims.record.chain import timestamp
    from claims.record.heads import Head

    rows = Edition.objects.order_by("sequence")
    found = rows.values_list("sequence", "chain_hash", "published_at")
    return [Head(sequence, chain_hash, timestamp(at)) for sequence, chain_hash, at in found]


def notice(heads: list[Any]) -> Iterator[Any]:
    """What ``verifyrecord`` does."""
    from claims.record.verifying import faults, head_faults

    yield from faults()
    yield from head_faults(heads)


def attack(count: int, chance: random.Random) -> tuple[Counter[str], list[str]]:
    """How many forgeries of each kind were found where they were made, and which were not."""
    from django.db import transaction

    heads = signed()
    found: Counter[str] = Counter()
    faults = []
    for _number in range(count):
        forge = chance.choice(FORGERIES)
        with transaction.atomic():
            places = forge(chance)
            told = next(notice(heads), None)
            transaction.set_rollback(True)
        # The place of an edition may go on with its claim, in brackets.
        if told is not None and " ".join(told.place.split()[:2]) in places:
            found[forge.__name__] += 1
        else:
            faults.append(f"{forge.__name__} at {places}: found {told}")
    return found, faults


def alarms(count: int) -> list[str]:
    """What is said of a record that nobody forged, used a little more each time."""
    from django.db import transaction

    from tests.factories import make_published, withdraw

    found = []
    with transaction.atomic():
        for number in range(count):
            if number % 10 == 5:
                edition = make_published()
                if number % 20 == 5:
                    withdraw(edition.claim)
            found += [str(fault) for fault in notice(signed())]
        transaction.set_rollback(True)
    return found


def seconds_for(rows: int) -> float:
    """How long a large record takes, in a database of its own."""
    from tests.interview import publish_some

    publish_some(5)
    lengthen(rows)
    heads = signed()
    start = time.monotonic()
    found = next(notice(heads), None)
    seconds = time.monotonic() - start
    if found:
        raise SystemExit(f"The generated record does not verify: {found}")
    return seconds


def lengthen(rows: int) -> None:
    """More editions of the claims that there are, with true hashes, written many at once."""
    import datetime

    from claims.models import Edition
    from claims.record.chain import canonical, sha256, timestamp
    from claims.record.publishing import chain_hash_of

    current = list(Edition.objects.live().order_by("sequence").select_related("claim"))
    head, batch = Edition.objects.latest("sequence"), []
    for number in range(head.sequence, rows):
        place = number % len(current)
        before = current[place]
        at = head.published_at + datetime.timedelta(seconds=1)
        payload = before.content | {"number": before.number + 1, "published_at": timestamp(at)}
        edition = Edition(**{
            field.attname: getattr(before, field.attname)
            for field in Edition._meta.concrete_fields
            if not field.generated
        })  # fmt: skip
        edition.sequence, edition.number = head.sequence + 1, before.number + 1
        edition.published_at = at
        edition.payload = canonical(payload)
        edition.payload_sha256 = sha256(edition.payload)
        edition.previous_hash = head.chain_hash
        edition.chain_hash = chain_hash_of(edition)
        before.superseded_at = at
        if before._state.adding:
            batch.append(before)
        else:
            Edition.objects.filter(pk=before.pk).update(superseded_at=at)
        current[place] = head = edition
        if len(batch) == 2000:
            Edition.objects.bulk_create(batch)
            batch = []
    Edition.objects.bulk_create(batch + [one for one in current if one._state.adding])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="Forgeries.")
    parser.add_argument("--clean", type=int, default=100, help="Runs without one.")
    parser.add_argument("--rows", type=int, default=100_000, help="Of the record that is timed.")
    options: Any = parser.parse_args()
    with scratch_database("factcheck_tampered"):
        prepare()
        found, faults = attack(options.count, random.Random(0))  # nosec B311: no secret
        alarmed = alarms(options.clean)
    seconds = 0.0
    if options.rows:
        with scratch_database("factcheck_tampered"):
            seconds = seconds_for(options.rows)
    for fault in [*faults[:20], *alarmed[:5]]:
        print(fault, file=sys.stderr)
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(found.items()))
    print(
        f"tampering: {found.total()} of {options.count} forgeries found and located ({kinds}); "
        f"{len(alarmed)} false alarms in {options.clean} runs; "
        f"{options.rows} rows verified in {seconds:.1f} s"
    )
    sys.exit(bool(faults or alarmed) or seconds > SECONDS)


if __name__ == "__main__":
    main()
