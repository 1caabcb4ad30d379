"""How much memory a step takes at its most, whatever the process had taken before (Linux)."""

import ctypes
import gc
import re
from pathlib import Path

STATUS = Path("/proc/self/status")
FORGET_THE_PEAK = "5"


class Peak:
    """Counts from here. What was freed is given back first: kept, it would hide what is taken."""

    def __init__(self) -> None:
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text(FORGET_THE_PEAK)
        self.before = _peak()

    @property
    def mebibytes(self) -> float:
        return _peak() - self.before


def _peak() -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
    assert found, "The kernel does not tell the most memory that a process had."
    return int(found[1]) / 1024
