"""The page of results: rows with their bars from what was measured, and the figures behind them."""

import datetime
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.results import Row, measures, middle, number, summary, table

__all__ = ["Found", "middle", "page", "rows", "summary"]
SERVERS = ["ours", "anew", "stock", "constant", "nginx", "datasette"]


@dataclass
class Found:
    """What one run measured. ``taken`` is requests a second; seconds in the admin."""

    claims: int = 0
    runs: int = 0
    taken: Mapping[tuple[str, str], list[float]] = field(default_factory=dict)
    database: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    growth: Mapping[str, list[float]] = field(default_factory=dict)
    publishing: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    memory: int = 0
    requests: float = 0

    def middle(self, operation: str, server: str = "ours") -> float:
        return middle(self.taken.get((operation, server), []))

    def over(self, operation: str, server: str) -> float:
        """How many times the rate of the server."""
        return self.middle(operation) / (self.middle(operation, server) or float("nan"))

    def rate_row(self, name: str, server: str, least: float, aim: float) -> Row:
        """How many times the server's rate ours is, and is where each page has to be made."""
        label = "constant page" if server == "constant" else server
        made = self.middle(name, "anew") / (self.middle(name, server) or float("nan"))
        detail = f"made anew {number(made)}" if (name, "anew") in self.taken else ""
        return Row(name, f"× {label}", least, aim, self.over(name, server), detail)

    def quicker(self, operation: str) -> float:
        """How many times shorter than the stock design's answer."""
        return self.middle(operation, "stock") / self.middle(operation)

    def named(self, start: str) -> str:
        return next(name for name, _server in self.taken if name.startswith(start))


def rows(found: Found) -> list[Row]:
    """Of what was measured: a run may have been broken off."""
    made = []
    if found.taken and found.database:
        made += [*_lists(found), *_pages(found)]
    if found.taken:
        made += _desk(found)
    if found.publishing:
        made += _publishing(found)
    return [*made, *_growing(found)]


def _lists(found: Found) -> list[Row]:
    made = []
    for name in ("list, first page", found.named("list, cursor")):
        made.append(found.rate_row(name, "stock", 40, 60))
        made.append(found.rate_row(name, "constant", 0.12, 0.25))
    name = "list, rating and topic"
    made.append(found.rate_row(name, "stock", 25, 50))
    facets = found.database[name].get("facets", 0)
    made.append(Row(name, "ms of SQL for facets", 50, 50, facets, is_ceiling=True))
    for name, least in (("search, rare word", 100), ("search, common word", 20)):
        made.append(found.rate_row(name, "stock", least, least))
        sql = found.database[name]
        slower = sql.get("rows", 0) / sql["by hand"]
        detail = f"{number(sql.get('rows', 0))} ms, by hand {number(sql['by hand'])}"
        made.append(Row(name, "× the best SQL", 2, 2, slower, detail, is_ceiling=True))
    return made


def _pages(found: Found) -> list[Row]:
    name, cached = "claim page", "claim page, not modified"
    cost = found.middle("its claims") / found.middle("the interview")
    return [
        found.rate_row(name, "stock", 3, 5),
        found.rate_row(name, "constant", 0.22, 0.4),
        found.rate_row(cached, "constant", 0.5, 0.7),
        Row("the interview", "× the cost of one of its claims", 5, 5, cost, is_ceiling=True),
    ]


def _desk(found: Found) -> list[Row]:
    weight = ", ".join(f"{name} {size / 1000:.0f} kB" for name, size in found.weights.items())
    return [
        Row("admin list", "× quicker than stock", 10, 10, found.quicker("admin list")),
        *(
            Row(name, "× quicker than stock", 30, 30, found.quicker(name))
            for name in ("admin search, rare word", "admin search, common word")
        ),
        Row(
            "admin change form", "× quicker than stock", 7, 7,
            found.quicker("admin change form"), weight,
        ),
    ]  # fmt: skip


def _publishing(found: Found) -> list[Row]:
    published = found.publishing
    detail = f"{published['published']:.0f} published, {published['queries']:.0f} queries each"
    return [
        Row(
            "publish one claim", "ms of SQL", 20, 20, published["milliseconds"], is_ceiling=True
        ),
        Row("8 editors publish", "claims a minute", 1_000, 1_000, published["a minute"], detail),
        Row(
            "8 editors publish", "deadlocks and failures", 0, 0, published["failed"],
            is_ceiling=True,
        ),
    ]  # fmt: skip


def _growing(found: Found) -> list[Row]:
    made = []
    if found.memory:
        made.append(
            Row(
                "memory",
                "MiB of a worker after mixed requests",
                150,
                150,
                found.memory,
                f"{found.requests:,.0f} requests",
                is_ceiling=True,
            )
        )
    for name, seconds in found.growth.items():
        if len(seconds) > 1 and name != "search, common word":
            detail = " → ".join(f"{number(one * 1000)} ms" for one in seconds)
            reached = seconds[-1] / seconds[0]
            made.append(Row(f"growth: {name}", "× the time", 1.5, 1.5, reached, detail, True))
    return made


def page(found: Found, rows: list[Row]) -> str:
    return "\n".join(
        [
            f"# Speed at {found.claims:,} claims\n",
            f"{summary(rows)}.\n",
            f"Measured by `python -m bench.speed` on {datetime.date.today()}, commit {commit()}, "
            f"Python {platform.python_version()}, {os.cpu_count()} cores, load "
            f"{os.getloadavg()[2]:.1f}: medians of {found.runs}, all servers in turn, two workers "
            "each.\n",
            measures(rows),
            "## Requests a second; seconds a request in the admin\n",
            _taken(found),
            "## Where a page’s milliseconds go: Python, and the database by what it was asked\n",
            _database(found),
            "## Growth: milliseconds a page, the smallest archive first\n",
            table(
                ["page", "median milliseconds"],
                [
                    [name, " → ".join(number(one * 1000) for one in seconds)]
                    for name, seconds in found.growth.items()
                ],
            ),
        ]
    )


def _taken(found: Found) -> str:
    names = dict.fromkeys(name for name, _server in found.taken)
    lines = [
        [name, *(_shown(found.taken.get((name, server), [])) for server in SERVERS)]
        for name in names
    ]
    return table(["", *SERVERS], lines)


def _shown(values: list[float]) -> str:
    return number(middle(values)) if values else ""


def _database(found: Found) -> str:
    parts = ["Python", "all", "queries", "rows", "counts", "facets", "by hand"]
    lines = [
        [name, *(number(took[part]) if part in took else "" for part in parts)]
        for name, took in found.database.items()
    ]
    return table(["", *parts], lines)


def commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
