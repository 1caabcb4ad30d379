"""Runs the attacks one after the other: each prints one line, and the end fails if any did.

    python -m bench.attacks            # all of them
    python -m bench.attacks canary api # some

An attack is a module of this folder with a ``main``. Each runs in a process of its own.
"""

import argparse
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


def attacks() -> list[str]:
    """The names of the modules that have a ``main``, without importing them."""
    return sorted(
        module.name
        for module in pkgutil.iter_modules([str(FOLDER)])
        if "\ndef main(" in (FOLDER / f"{module.name}.py").read_text(encoding="utf-8")
        and module.name != "__main__"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="name", help="Which attacks; none means all.")
    options: Any = parser.parse_args()
    names = options.names or attacks()
    if unknown := sorted(set(names) - set(attacks())):
        parser.error(f"there is no attack {', '.join(unknown)}: choose from {', '.join(attacks())}")
    missed = [name for name in names if run(name) != 0]
    told = f"missed: {', '.join(missed)}" if missed else "none missed"
    print(f"attacks: {len(names)} run, {told}")
    sys.exit(bool(missed))


def run(name: str) -> int:
    command = [sys.executable, "-m", f"{__package__}.{name}"]
    return subprocess.run(command, check=False, cwd=FOLDER.parents[1]).returncode


if __name__ == "__main__":
    main()
