"""Generated and broken requests against the read API: schemathesis, in all its phases.

    python -m bench.attacks.api --count 2000

Serves the demonstration on loopback, from a database of its own. Fails on a server error, an
undocumented status or an answer that is not as described.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.demonstration import demonstration

DESCRIPTION = Path(__file__).resolve().parents[2] / "claims" / "api" / "openapi.json"
# Methods that there are not are answered by Django before the API is asked. A parameter that the
# description allows may still name nothing, such as a topic that does not exist: 400 is right.
LEFT_OUT = "unsupported_method,positive_data_acceptance"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000, help="Cases for each operation.")
    parser.add_argument("--seed", type=int, default=0)
    options: Any = parser.parse_args()
    with demonstration(is_corrected=True) as address, tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        status = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"),
                "run",
                DESCRIPTION,
                *("--url", address),
                *("--checks", "all", "--exclude-checks", LEFT_OUT),
                *("--max-examples", str(options.count), "--seed", str(options.seed)),
                *("--phases", "examples,coverage,fuzzing,stateful"),
                "--continue-on-failure",
                "--no-color",
            ],
            check=False,
            cwd=folder,
        ).returncode
        seconds = time.monotonic() - start
    told = "no fault" if status == 0 else "FAULTS, see above"
    print(f"api: {options.count} cases an operation, {told}; {seconds:.0f} s")
    sys.exit(status != 0)


if __name__ == "__main__":
    main()
