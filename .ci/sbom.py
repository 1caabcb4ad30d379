"""What the site is made of: a CycloneDX file from the lock, and the licences in it.

Without arguments writes docs/sbom.cdx.json; with --check fails where that file is not what the lock
says, where a package has no hash, or where a licence is none that we take.
"""

import json
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.txt"
FILE = ROOT / "docs" / "sbom.cdx.json"
LINE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
# Installed on no machine that this runs on, so their own word cannot be read.
ELSEWHERE = {"colorama": "BSD-3-Clause", "tzdata": "Apache-2.0"}
SPELLED = {
    "BSD 3-Clause OR Apache-2.0": "BSD-3-Clause OR Apache-2.0",
    "MIT License": "MIT", "The MIT License": "MIT", "MIT license": "MIT", "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause", "BSD-3-Clause License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0", "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0", "Public Domain": "Unlicense", "Unlicense": "Unlicense",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "The Unlicense (Unlicense)": "Unlicense",
}  # fmt: skip
TAKEN = {
    "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "MPL-2.0",
    "LGPL-3.0-only", "LGPL-3.0-or-later", "Unlicense",
}  # fmt: skip


def locked() -> dict[str, tuple[str, list[str]]]:
    """Version and hashes of each package of the lock."""
    found: dict[str, tuple[str, list[str]]] = {}
    for entry in re.split(r"(?m)^(?=\S)", LOCK.read_text()):
        if match := LINE.match(entry):
            found[match[1].lower()] = (match[2], HASH.findall(entry))
    return found


def licence(name: str) -> str:
    """As the package says it, in SPDX's words."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE.get(name, "unknown")
    if expression := told.get("License-Expression"):
        return expression
    named = (told.get("License") or "").strip()
    kinds = [word for word in told.get_all("Classifier", []) if word.startswith("License ::")]
    for candidate in (named, *(kind.split(" :: ")[-1] for kind in kinds)):
        spelled = SPELLED.get(candidate, candidate)
        if words_of(spelled) <= TAKEN:
            return spelled
    return named.splitlines()[0] if named else "unknown"


def words_of(expression: str) -> set[str]:
    return set(re.split(r" (?:AND|OR) |[()]", expression)) - {""} or {"unknown"}


def component(name: str, version: str, hashes: list[str]) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}@{version}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "licenses": [{"expression": licence(name)}],
        "properties": [{"name": "locked:sha256", "value": value} for value in sorted(hashes)],
    }


def bill() -> str:
    components = [
        component(name, version, hashes) for name, (version, hashes) in sorted(locked().items())
    ]
    project = {"type": "application", "bom-ref": "factcheck", "name": "factcheck"}
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": project},
        "components": components,
    }
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def problems() -> list[str]:
    found = [f"{name} has no hash" for name, (_version, hashes) in locked().items() if not hashes]
    for name in locked():
        if not words_of(licence(name)) <= TAKEN:
            found.append(f"{name} has the licence {licence(name)!r}, which nobody has accepted")
    if not FILE.exists() or FILE.read_text() != bill():
        found.append(f"{FILE.name} is not what {LOCK.name} says: `make sbom` writes it")
    return found


def main() -> None:
    if "--check" not in sys.argv:
        FILE.write_text(bill())
        return
    if found := problems():
        sys.exit("\n".join(found))
    print(f"sbom: {len(locked())} packages, as locked, each with hashes and a licence")


if __name__ == "__main__":
    main()
