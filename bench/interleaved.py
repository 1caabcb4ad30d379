"""Every operation on every server in turn, over and over: what disturbs one disturbs them all."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench import load
from bench.addresses import Operation, anew
from bench.servers import WORKERS, Server

SECONDS = 3.0
SLOW = 0.4  # Seconds a page, from which on two are asked for at once, and no more.
ANEW = 3_000  # Addresses that are asked for once: more than are answered in a turn.


@dataclass
class Peers:
    """The servers of a run; None where a program is not there."""

    ours: Server
    stock: Server
    constant: Server
    nginx: Server
    datasette: Server | None
    cookies: dict[str, str] = field(default_factory=dict)

    def asked(self, operation: Operation) -> dict[str, tuple[Server, list[str]]]:
        found = {"ours": (self.ours, operation.ours), "stock": (self.stock, operation.stock)}
        if not operation.is_admin and not operation.is_conditional:
            count = 1 + ANEW // len(operation.ours)
            found["anew"] = (self.ours, anew(operation.ours, count))
        if operation.has_constant:
            found["constant"] = (self.constant, ["/"])
            found["nginx"] = (self.nginx, ["/"])
        if self.datasette:
            found["datasette"] = (self.datasette, operation.datasette)
        return {name: (server, paths) for name, (server, paths) in found.items() if paths}


type Taken = dict[tuple[str, str], list[float]]


def measure(operations: Sequence[Operation], peers: Peers, runs: int, say: object = None) -> Taken:
    """Requests a second, or seconds a request in the admin, by operation and server."""
    taken: Taken = defaultdict(list)
    headers = {operation.name: headers_of(operation, peers) for operation in operations}
    are_slow = {
        (operation.name, name): is_slow(server, paths, headers[operation.name][name])
        for operation in operations
        for name, (server, paths) in peers.asked(operation).items()
    }
    for run in range(runs):
        for operation in operations:
            for name, (server, paths) in peers.asked(operation).items():
                key, given = (operation.name, name), headers[operation.name][name]
                if operation.is_admin:
                    found = load.usual_latency(server.address, paths[0], given)
                elif are_slow[key]:
                    found = load.rate_of_two(server.address, paths, given)
                else:
                    found = load.rate(server.address, paths, SECONDS, given)
                taken[key].append(found)
                if callable(say):
                    say(f"{run + 1}  {operation.name:28} {name:10} {found:.3f}")
    return taken


def headers_of(operation: Operation, peers: Peers) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name in ("ours", "stock"):
        if operation.is_admin:
            found[name] = {"Cookie": f"sessionid={peers.cookies[name]}"}
    if operation.is_conditional:
        _body, given = load.answer(peers.ours.address, operation.ours[0])
        found["ours"] = {"If-None-Match": given["ETag"]}
    return found


def is_slow(server: Server, paths: list[str], headers: dict[str, str]) -> bool:
    """Asked for until it is quick, or each worker must have kept it; then all the others."""
    asked = paths[:1] * (2 + 2 * WORKERS) if len(paths) == 1 else [paths[0], paths[-1]]
    for path in asked:
        if load.latency(server.address, path, headers) <= SLOW:
            if len(paths) > 1:
                load.rate(server.address, paths, SECONDS, headers)
            return False
    return True
