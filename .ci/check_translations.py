"""Are the French texts complete, up to date and compiled? Changes nothing.

Collects the texts into a copy of the catalogue and compares: a text that is missing,
uncertain (fuzzy) or no longer used is an error, and so is a compiled file that is older
than its source.
"""

import gettext
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("claims/locale/fr/LC_MESSAGES/django.po")
SOURCES = ["claims", "factcheck", "templates"]
PROGRAMS = ["msgattrib", "msgfmt", "msgmerge", "msguniq", "xgettext"]
ENTRY = re.compile(r"^((?:msgctxt .*?\n)?msgid .*?)\nmsgstr", re.DOTALL | re.MULTILINE)


def main() -> int:
    if not all(shutil.which(program) for program in PROGRAMS):
        print(
            "The translations cannot be checked: install the package gettext"
            " (on Debian and Ubuntu, as root: make gettext).",
            file=sys.stderr,
        )
        return 1
    with tempfile.TemporaryDirectory() as folder:
        problems = find_problems(Path(folder))
    for problem in problems:
        print(problem)
    if problems:
        print(f"Run `make messages`, translate what is new in {CATALOGUE}, and run it again.")
    return int(bool(problems))


def find_problems(copy: Path) -> list[str]:
    for name in SOURCES:
        if (CHECKOUT / name).exists():
            shutil.copytree(CHECKOUT / name, copy / name)
    shutil.copy(CHECKOUT / "manage.py", copy)
    before = texts(copy / CATALOGUE)
    command = ["makemessages", "--locale", "fr", "--no-obsolete", "--verbosity", "0"]
    subprocess.run([sys.executable, "manage.py", *command], cwd=copy, check=True)
    after = texts(copy / CATALOGUE)
    uncertain = texts(copy / CATALOGUE, "--only-fuzzy")
    untranslated = texts(copy / CATALOGUE, "--untranslated")
    problems = [
        *(f"Not in the catalogue: {text}" for text in sorted(after - before)),
        *(f"Not translated: {text}" for text in sorted(untranslated & before)),
        *(f"Uncertain (fuzzy) translation: {text}" for text in sorted(uncertain & before)),
        *(f"No longer used: {text}" for text in sorted(before - after)),
    ]
    return problems + (problems_of_compiled(copy / "fresh.mo") if before else [])


def texts(catalogue: Path, *choice: str) -> set[str]:
    """The entries of a catalogue, without the first, which is its header."""
    if not catalogue.exists():
        return set()
    command = ["msgattrib", "--no-wrap", "--no-obsolete", *choice, catalogue]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {shown(entry) for entry in ENTRY.findall(listed)} - {""}


def shown(entry: str) -> str:
    return " / ".join(
        part
        for block in re.split(r"^msg\w+ ", entry, flags=re.MULTILINE)
        if (part := "".join(re.findall(r'^"(.*)"$', block, flags=re.MULTILINE)))
    )


def problems_of_compiled(fresh: Path) -> list[str]:
    command = ["msgfmt", "--check-format", "-o", fresh, CATALOGUE]
    result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if result.returncode:
        return result.stderr.splitlines()
    compiled = (CHECKOUT / CATALOGUE).with_suffix(".mo")
    if not compiled.exists() or entries(compiled) != entries(fresh):
        return ["The compiled catalogue does not match its source."]
    return []


def entries(compiled: Path) -> dict[object, str]:
    """Compared by content: the bytes differ between releases of gettext."""
    with compiled.open("rb") as file:
        return gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
