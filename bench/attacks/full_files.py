"""Exports and static files on a disk that is too small for them: no half file, and it passes.

    python -m bench.attacks.full_files

Needs root, to mount small file systems in memory. Each command is run where nothing fits, and
again after the disk has grown. Prints one line of counts; fails where a file stands there by
half, an export does not say in words what is wrong, or what is there in the end is not what the
command writes to an empty disk.
"""

import argparse
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from bench.attacks.application import Application, application
from bench.attacks.cluster import cluster
from bench.attacks.disks import enlarge, refuse_others_than_root, small_disk, taken
from bench.attacks.setup import set_up, verdict

# What there is room for, in bytes: some files, and not all.
LEFT = {"desk.json": 16_384, "record.jsonl": 16_384, "package": 65_536, "static": 400_000}
COMMANDS: Mapping[str, list[str]] = {
    "desk.json": ["exportfixture", "--output", "{}/desk.json"],
    "record.jsonl": ["exportrecord", "--history", "--output", "{}/record.jsonl"],
    "package": ["exportrecord", "--package", "{}/package"],
    "static": ["collectstatic", "--no-input"],
}
# Of Django's own command, which says it in a traceback.
NOT_IN_WORDS = {"static"}
SMALL, LARGE = 2, 40


def run_on(site: Application, name: str, folder: Path) -> str | None:
    """What the command said when it was refused; None when it has written everything."""
    before = site.environment["FACTCHECK_STATIC_ROOT"]
    site.environment["FACTCHECK_STATIC_ROOT"] = str(folder / "static")
    try:
        given = [part.format(folder) for part in COMMANDS[name]]
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        process = site.command("manage.py", *given, **pipes)
        _out, said = process.communicate()
    finally:
        site.environment["FACTCHECK_STATIC_ROOT"] = before
    return said.decode() if process.returncode else None


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "ballast")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def half_written(found: dict[str, bytes], whole: dict[str, bytes]) -> list[str]:
    """Files that are not as the command writes them where there is room."""
    return [f"Half a file: {name}" for name in found if found[name] != whole.get(name)]


def fill(site: Application, name: str) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    faults = []
    with tempfile.TemporaryDirectory() as roomy, small_disk(SMALL) as disk:
        if said := run_on(site, name, Path(roomy)):
            return counts, [f"{name}: fails with room enough: {said[-300:]}"]
        whole = contents(Path(roomy))
        with taken(disk, but=LEFT[name]):
            said = run_on(site, name, disk)
            if said is None:
                faults.append(f"{name}: there was room enough")
            elif name not in NOT_IN_WORDS and ("Traceback" in said or "No space" not in said):
                faults.append(f"{name}: not said in words: {said[-300:]}")
            left = contents(disk)
        counts["refused"] += said is not None
        counts["whole files left"] += len(left)
        faults += [f"{name}: {fault}" for fault in half_written(left, whole)]
        enlarge(disk, LARGE)
        if said := run_on(site, name, disk):
            faults.append(f"{name}: fails when there is room again: {said[-300:]}")
        if contents(disk) != whole:
            faults.append(f"{name}: what did not fit is not mended by the next try")
        counts["written in the end"] += len(whole)
    return counts, faults


def attack(site: Application) -> tuple[str, list[str]]:
    """The counts, and what went wrong, at a site that nobody writes to."""
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for name in COMMANDS:
        more, found = fill(site, name)
        counts += more
        faults += found
    return ", ".join(f"{count} {what}" for what, count in counts.items()), faults


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    refuse_others_than_root("full_files")
    set_up()
    with cluster() as server, application(server) as site:
        site.seed()
        verdict("full_files", *attack(site))


if __name__ == "__main__":
    main()
