"""A disk that fills up, under the database and under files: said in words, and it passes.

    python -m bench.attacks.full_disk --megabytes 64

Needs root, to mount a file system of that size in memory. Imports and a desk go on until nothing
fits any more: each import is in whole or not at all, readers are served, and once there is room
again the writes go on by themselves. Then exports and static files, on a disk too small for them.
Prints one line of counts.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.attacks.application import Application, application
from bench.attacks.batches import batch, half_imported
from bench.attacks.browser import NoAnswer
from bench.attacks.cluster import cluster, give_away
from bench.attacks.desk import await_work, desks
from bench.attacks.invariants import broken, lost
from bench.attacks.setup import set_up, verdict

# Small segments of WAL: with those of 16 MB a disk of 64 MB is full before anything is written.
SMALL = "-c min_wal_size=4MB -c max_wal_size=8MB -c shared_buffers=16MB -c wal_recycle=off"
MOST_IMPORTS = 400


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="attack-disk-", dir="/tmp"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    give_away(folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def fill_database(site: Application, disk: Path) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    faults = []
    [desk] = desks(site, site.seed(12), 1)
    await_work([desk], 0)
    # What is taken away here is given back later.
    ballast = disk / "ballast"
    free = os.statvfs(disk)
    room = free.f_bavail * free.f_frsize
    ballast.write_bytes(b"\0" * max(0, room - (6 << 20)))
    for number in range(MOST_IMPORTS):
        said = bring(site, number)
        with site.cluster.connect() as connection:
            faults += half_imported(connection, number, 0 if said is None else 1)
        if said is not None:
            counts["imports refused"] += 1
            if "Nothing was written" not in said or "Traceback" in said:
                faults.append(f"A full disk is not said in words: {said[-300:]}")
            break
        counts["imports in"] += 1
    else:
        faults.append("The disk was never full.")
    for _read in range(20):
        try:
            answer = site.browser().get("/en/claims/")
        except NoAnswer as error:
            faults.append(f"Reading: {error}")
            continue
        counts["reads"] += answer.status == 200
        if answer.status != 200:
            faults.append(f"Reading: {answer.status}")
    ballast.unlink()
    before = time.monotonic()
    await_work([desk], 0)
    counts["ms until writes went on"] = round((time.monotonic() - before) * 1000)
    ledger = desk.stop()
    faults += ledger.faults
    counts["acknowledged"] = ledger.acknowledged
    counts["told to come back"] = ledger.answers[503]
    with site.cluster.connect() as connection:
        faults += [f"Lost: {one}" for one in lost(connection, [ledger])] + broken(connection)
    if said := bring(site, MOST_IMPORTS):
        faults.append(f"Imports do not go on: {said}")
    try:
        site.manage("verifyrecord")
    except RuntimeError as error:
        faults.append(str(error))
    return counts, faults


def bring(site: Application, number: int) -> str | None:
    """What the import said when it was refused; None when it is in."""
    file = site.folder / "batch.json"
    file.write_text(batch(number))
    process = site.command("manage.py", "importfixture", file, stdout=-3, stderr=-1)
    _out, said = process.communicate()
    return said.decode() if process.returncode else None


def fill_files(site: Application) -> tuple[Counter[str], list[str]]:
    """Exports and static files on a disk of one megabyte."""
    counts: Counter[str] = Counter()
    faults = []
    tries: dict[str, list[str]] = {
        "exportfixture": ["exportfixture", "--output", "{}/desk.json"],
        "exportrecord": ["exportrecord", "--package", "{}/package"],
        "collectstatic": ["collectstatic", "--no-input"],
    }
    for name, command in tries.items():
        with small_disk(1) as disk:
            ballast = disk / "ballast"
            free = os.statvfs(disk)
            ballast.write_bytes(b"\0" * (free.f_bavail * free.f_frsize - 16384))
            said = run_on(site, command, disk)
            if said is None:
                faults.append(f"{name}: there was room enough")
            elif name != "collectstatic" and ("Traceback" in said or "No space" not in said):
                faults.append(f"{name}: not said in words: {said[-300:]}")
            left = [path for path in disk.rglob("*") if path.is_file() and path != ballast]
            if name == "exportfixture" and left:
                faults.append(f"{name}: left {left}")
            counts["files refused"] += 1
        with small_disk(8) as disk:
            if said := run_on(site, command, disk):
                faults.append(f"{name}: fails with room enough: {said[-300:]}")
    return counts, faults


def run_on(site: Application, command: list[str], disk: Path) -> str | None:
    before = site.environment["FACTCHECK_STATIC_ROOT"]
    site.environment["FACTCHECK_STATIC_ROOT"] = str(disk / "static")
    try:
        given = [part.format(disk) for part in command]
        process = site.command("manage.py", *given, stdout=-3, stderr=-1)
        _out, said = process.communicate()
    finally:
        site.environment["FACTCHECK_STATIC_ROOT"] = before
    return said.decode() if process.returncode else None


def attack(megabytes: int) -> tuple[str, list[str]]:
    """The counts, and what went wrong."""
    with (
        small_disk(megabytes) as disk,
        cluster(parent=disk, options=SMALL, init=("--wal-segsize=1",)) as server,
        application(server) as site,
    ):
        site.start()
        counts, faults = fill_database(site, disk)
        files, more = fill_files(site)
    told = ", ".join(f"{count} {what}" for what, count in (counts + files).items())
    return told, faults + more


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=64)
    options: Any = parser.parse_args()
    if os.geteuid() != 0:
        print("full_disk: not run, only root may mount a disk that is small", file=sys.stderr)
        sys.exit(2)
    set_up()
    verdict("full_disk", *attack(options.megabytes))


if __name__ == "__main__":
    main()
