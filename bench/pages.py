"""What readers' pages cost a worker, beside a constant Django page.

    DATABASE_URL=… python -m bench.pages [--seconds 1] [--runs 5]

On a database that ``bench.archive`` made. Ours and the constant page are asked in turn, each by
one worker; a turn gives requests a second and the worker's own CPU time a request, which other
work on the machine hardly changes. Prints medians and their ratios to the constant page.
"""

import argparse
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import load, servers
from bench.addresses import anew, choose, operations

TICK = 1 / os.sysconf("SC_CLK_TCK")
ACCEPT = {"Accept-Encoding": "gzip"}
READ = ("list, first page", "claim page", "the interview", "its claims")


@dataclass
class Page:
    """One kind of request: ``is_anew`` gives each an address that nobody has asked for."""

    name: str
    server: servers.Server
    paths: list[str]
    headers: dict[str, str]
    is_anew: bool = False
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    def measure(self, seconds: int) -> None:
        if not self.rates and not self.is_anew:
            for path in self.paths:
                load.latency(self.server.address, path, self.headers)
        before = cpu_seconds(self.server)
        if self.is_anew:
            answered = self.one_by_one(seconds)
        else:
            answered = load.rate(self.server.address, self.paths, seconds, self.headers) * seconds
        self.rates.append(answered / seconds)
        self.costs.append((cpu_seconds(self.server) - before) / answered)

    def one_by_one(self, seconds: int) -> float:
        """Few are answered in a turn: those under way at its end would count for much."""
        start, answered = time.monotonic(), 0
        while (taken := time.monotonic() - start) < seconds:
            path = anew(self.paths[answered % len(self.paths) :][:1])[0]
            load.answer(self.server.address, path, self.headers)
            answered += 1
        return answered / taken * seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.site_settings")
    import django

    django.setup()
    servers.WORKERS = 1
    site, constant = servers.gunicorn("factcheck.wsgi"), servers.gunicorn("bench.constant")
    with servers.running(site, constant):
        pages = [Page("constant", constant, ["/"], ACCEPT), *pages_of(site)]
        for _run in range(options.runs):
            for page in pages:
                page.measure(options.seconds)
        print(table(pages))
        print(f"worker: {site.memory()} MiB")


def pages_of(site: servers.Server) -> list[Page]:
    found = []
    for operation in operations(choose()):
        if operation.name in READ:
            found.append(Page(operation.name, site, operation.ours, ACCEPT))
            found.append(Page(f"{operation.name}, anew", site, operation.ours, ACCEPT, True))
        if operation.is_conditional:
            _body, given = load.answer(site.address, operation.ours[0])
            headers = {**ACCEPT, "If-None-Match": given["ETag"]}
            found.append(Page(operation.name, site, operation.ours, headers))
    return found


def cpu_seconds(server: servers.Server) -> float:
    """What its workers have used so far."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()
    taken = 0.0
    for pid in children.split():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        taken += (int(fields[11]) + int(fields[12])) * TICK
    return taken


def table(pages: list[Page]) -> str:
    rate, cost = median(pages[0].rates), median(pages[0].costs)
    lines = [f"{'page':28} {'a second':>9} {'x':>6} {'CPU ms':>8} {'x':>7}"]
    for page in pages:
        ours, took = median(page.rates), median(page.costs)
        lines.append(
            f"{page.name:28} {ours:9,.0f} {ours / rate:6.2f} {took * 1000:8.2f} {took / cost:7.1f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
