"""Explanations that cost a Markdown reader more than their length.

    python -m bench.attacks.markdown [--size 100000]

Each is as long as an explanation may be, made of what is dear to read: nesting, brackets, runs of
stars, references. Each is read in a process of its own. Fails where one costs more than two seconds
of the processor or 200 MiB beyond what the process had. Prints one line of counts. That nothing
longer is published or read as Markdown is held by tests.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context
from typing import Any

import django

from bench.attacks.memory import Peak

SLOWEST = 2.0  # Seconds of the processor.
MOST = 200  # MiB.

PIECES = [
    "*", "_", "**", "[", "![", "](", "`", "``` ", "> ", ">", "- ", "1. ", "*a ", "_a_ ", "a**b",
    "[a](", "[a](b", "<", "<a ", "&", "\\", "[^", "[^x]", "*_", "**_a", "[[a]]", "a\n\n", " ",
    "\t", "| ", "~~", "<!--", "[x]: y\n", "http://a ", "a@b.c ", "\n> - ", "é*", "[]()", "!",
    "&#", "&amp;", "<a@b.c>", "<http://a>", "[x][", "[x][x] ", "a\\\n", "  \n", "***a", "*a**b_",
    "- a\n\n", "1) a\n", "> a\n\n", "~~~\na\n", "\n", "=\n", "-\n", "a\n=\n", "[a]: <", "[a](<",
    '[a](b "', "\u2028", "\u00a0*", "“*a*”", "😀_", "](", ")", "'\"", "*]", "[*", "`]", "[`",
    "\r", "\r\n> ", "<?", "<![CDATA[", "<div>\n", "</", "{{", "%", "^", "[^x", "x]",
]  # fmt: skip


def texts(size: int) -> Iterator[str]:
    """Of this many bytes each, or a little less."""
    for piece in PIECES:
        yield piece * (size // len(piece.encode()))
        yield "a" + piece * (size // len(piece.encode()) - 1)
    for opened, closed in (("[", "]"), ("*a", "b*"), ("**", "**"), ("[", "](x)"), ("(", ")"),
                           ("_(", ")_"), ("![", "](x)"), ("> ", "\n"), ("[a", "][x]")):  # fmt: skip
        count = size // len((opened + closed).encode())
        yield opened * count + closed * count
    yield "".join(f"{'>' * (n % 99)} a\n" for n in range(size // 50))
    yield from _staircases(size)
    count = size // 40
    yield "".join(f"[k{n}]: /u\n" for n in range(count)) + "".join(f"[k{n}]" for n in range(count))
    yield "[x](" + "(" * (size - 10) + ")"
    yield "[x]: y\n\n" + "[x]" * ((size - 10) // 3)
    yield "[a](b" + " " * (size - 10) + "c"
    yield "[" + "\\[" * (size // 2 - 5) + "]: x"
    yield "a" * size
    yield "é" * (size // 2)


def _staircases(size: int) -> Iterator[str]:
    """Each step longer than the one before: as many steps as the size has room for."""
    for step in ("`", "*", "_", ">", "  - a\n", "#", "~"):
        lines, length = [], 0
        number = 1
        while True:
            line = " " * number + step.strip(" ") if "\n" in step else step * number + "a "
            length += len(line)
            if length > size:
                break
            lines.append(line)
            number += 1
        yield "".join(lines)


def cost(text: str) -> tuple[float, float]:
    """Seconds of the processor, and MiB beyond what there was before."""
    from claims.templatetags.explanations import explanation

    peak, start = Peak(), time.process_time()
    explanation(text, {"x": 1})
    return time.process_time() - start, peak.mebibytes


def measured(given: list[str]) -> list[tuple[float, float]]:
    """The cost of each, in a process of its own: the most memory of a process never goes down."""
    with get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        return list(pool.imap(cost, given, chunksize=1))


def too_dear(given: list[str], costs: list[tuple[float, float]]) -> list[str]:
    return [
        f"{text[:20]!r}…: {seconds:.1f} s, {memory:.0f} MiB"
        for text, (seconds, memory) in zip(given, costs, strict=True)
        if seconds > SLOWEST or memory > MOST
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=100_000, help="Bytes of each")
    options: Any = parser.parse_args()
    given = list(dict.fromkeys(texts(options.size)))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.test")
    django.setup()
    cost("*a*")  # What is loaded once is loaded now.
    costs = measured(given)
    faults = too_dear(given, costs)
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    print(
        f"markdown: {len(given)} explanations of {options.size // 1000} kB, the dearest "
        f"{max(seconds for seconds, _memory in costs):.2f} s of the processor and "
        f"{max(memory for _seconds, memory in costs):.0f} MiB, {len(faults)} faults"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
