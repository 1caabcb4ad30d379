"""How many requests a second a server answers, and how long one takes."""

import http.client
import re
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CONNECTIONS = 8  # As many as two workers have threads.
REQUESTS = 7  # Of which the median is a latency,
LONGEST_TURN = 2.0  # unless they take so many seconds together.
# wrk asks for the addresses one after the other, each time with the headers of the first file.
SCRIPT = """
local paths, headers = {}, {}
for line in io.lines("%(paths)s") do paths[#paths + 1] = line end
for line in io.lines("%(headers)s") do
  local name, value = line:match("^([^:]+): (.*)$")
  if name then headers[name] = value end
end
local turn = 0
request = function()
  turn = turn %% #paths + 1
  return wrk.format("GET", paths[turn], headers)
end
"""
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
BAD = re.compile(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)")


class Unanswered(RuntimeError):
    """A server that answered with an error, or not at all: its rate says nothing."""


def rate(
    address: str,
    paths: list[str],
    seconds: float,
    headers: dict[str, str] | None = None,
) -> float:
    """Requests a second that were answered, all connections busy all the time."""
    with tempfile.TemporaryDirectory() as folder:
        names = {name: Path(folder) / name for name in ("paths", "headers", "script.lua")}
        names["paths"].write_text("\n".join(paths) + "\n")
        lines = [f"{name}: {value}\n" for name, value in (headers or {}).items()]
        names["headers"].write_text("".join(lines))
        names["script.lua"].write_text(
            SCRIPT % {"paths": names["paths"], "headers": names["headers"]}
        )
        command = [
            "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "120s",
            "-s", str(names["script.lua"]), address,
        ]  # fmt: skip
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if bad := BAD.search(told):
        raise Unanswered(f"{address}{paths[0]}: {bad.group()}")
    return float(RATE.findall(told)[0])


def rate_of_two(address: str, paths: list[str], headers: dict[str, str] | None = None) -> float:
    """The same of pages that take long: one for each worker, at once, until both are there."""
    start = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda path: latency(address, path, headers), [paths[0], paths[-1]]))
    return 2 / (time.perf_counter() - start)


def latency(
    address: str, path: str, headers: dict[str, str] | None = None, *, limit: float = 120
) -> float:
    """Seconds until the whole answer was there."""
    host = address.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=limit)
    connection.connect()
    start = time.perf_counter()
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    answer.read()
    took = time.perf_counter() - start
    connection.close()
    if answer.status not in (200, 304):
        raise Unanswered(f"{address}{path}: {answer.status}")
    return took


def usual_latency(address: str, path: str, headers: dict[str, str] | None = None) -> float:
    """The median of some requests, one after the other; a page that takes long is asked for once.

    The first comes right after another server's load, perhaps to a worker that has slept.
    """
    times: list[float] = []
    while len(times) < REQUESTS and sum(times) < LONGEST_TURN:
        times.append(latency(address, path, headers))
    return statistics.median(times)


def answer(
    address: str, path: str, headers: dict[str, str] | None = None
) -> tuple[bytes, dict[str, str]]:
    """The body of a page and its headers."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=120)
    connection.request("GET", path, headers=headers or {})
    found = connection.getresponse()
    body = found.read()
    connection.close()
    if found.status != 200:
        raise Unanswered(f"{address}{path}: {found.status}")
    return body, dict(found.getheaders())
