"""A site on a real primary with two standbys, while these are stopped, paused and cut off.

    python -m bench.attacks.replicas

Readers ask all the time, an editor publishes one edition after the other. Fails on an answer that
is older than the limit without saying so, older than it says, mixed of two editions, or that is
an error where some replica could have answered.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.cluster import OWNER, Server, cluster, free_port
from bench.readers import Answer, Reader, judged, kind_of

PAUSE_SECONDS = 0.25
LONGEST_RECOVERY = 20
LONGEST_START = 120
REPORT = b"edition=1&body=Wrong.&link=&contact="


class Clerk(threading.Thread):
    """Orders edition after edition while `is_writing`, and remembers when each was published."""

    def __init__(self, process: subprocess.Popen) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.published = {0: (0.0, 0.0)}
        self.is_writing = threading.Event()
        self.is_idle = threading.Event()
        self.is_over = False

    def run(self) -> None:
        for number in range(1, sys.maxsize):
            while not self.is_writing.wait(PAUSE_SECONDS):
                self.is_idle.set()
                if self.is_over:
                    return
            self.is_idle.clear()
            began = time.time()
            answer = self._order().split()
            is_known = len(answer) == 3
            self.published[number] = (began, float(answer[2]) if is_known else float("inf"))
            time.sleep(PAUSE_SECONDS)

    def rest(self) -> None:
        self.is_writing.clear()
        self.is_idle.wait(LONGEST_RECOVERY)

    def _order(self) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("publish\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()


class Trial:
    """What is done to the servers, and what readers got meanwhile."""

    def __init__(self, primary: Server, replicas: list[Server], limit: float) -> None:
        self.primary = primary
        self.replicas = replicas
        self.limit = limit
        self.port = free_port()
        self.counts: Counter = Counter()
        self.faults: list[str] = []
        self.longest = 0.0
        self.slowest_recovery = 0.0
        self.tolerated: set[str] = set()

    @contextmanager
    def phase(self, name: str, *, must: str = "fresh", may: str = "") -> Iterator[None]:
        """Answers to what is asked within are of these kinds, with at least one of each `must`."""
        first = {reader: len(reader.answers) for reader in self.readers}
        yield
        answers = [one for reader in self.readers for one in reader.answers[first[reader] :]]
        self.waiting.append((name, set(must.split()), set(may.split()), answers))

    def hold(self, seconds: float, until: str = "") -> None:
        """So long at least, and until each reader has had some answers, of this kind if given."""
        counts = {reader: len(reader.answers) for reader in self.readers}
        time.sleep(seconds)
        deadline = time.monotonic() + LONGEST_RECOVERY
        while time.monotonic() < deadline:
            new = [reader.answers[count:] for reader, count in counts.items()]
            if all(len([one for one in each if is_kind(one, until)]) >= 4 for each in new):
                return
            time.sleep(0.05)

    def judge(self) -> None:
        """At the end, when it is known what had been published."""
        for name, must, may, answers in self.waiting:
            counts, faults = judged(answers, self.clerk.published, self.limit)
            self.longest = max([self.longest, *(one.ended - one.asked for one in answers)])
            self.faults += [f"{name}: {fault}" for fault in faults]
            self.faults += [f"{name}: no answer was {kind}" for kind in must - counts.keys()]
            extra = {"fresh", "told", "unavailable"} & counts.keys() - must - may - self.tolerated
            self.faults += [f"{name}: {counts[kind]} answers were {kind}" for kind in sorted(extra)]
            self.counts += counts

    @contextmanager
    def under_load(self, clerk: subprocess.Popen, readers: int) -> Iterator[None]:
        self.waiting: list[tuple[str, set[str], set[str], list[Answer]]] = []
        self.clerk = Clerk(clerk)
        self.readers = [Reader(self.port) for _ in range(readers)]
        for thread in (self.clerk, *self.readers):
            thread.start()
        self.clerk.is_writing.set()
        try:
            yield
        finally:
            self.clerk.is_over = True
            self.clerk.is_writing.clear()
            self.clerk.join()
            for reader in self.readers:
                reader.is_over.set()
                reader.join()

    def wait_until_fresh(self) -> None:
        began = time.monotonic()
        with self.phase("recovery", must="fresh", may="told unavailable"):
            self.hold(0, until="fresh")
            self.slowest_recovery = max(self.slowest_recovery, time.monotonic() - began)
            # What was asked before is answered now.
            self.hold(0)

    def status(self, address: str, data: bytes | None = None) -> int:
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"sessionid={'a' * 32}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{address}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def expect(self, what: str, found: int, due: int) -> None:
        if found != due:
            self.faults.append(f"{what} was answered {found} and not {due}")


def is_kind(answer: Answer, kind: str) -> bool:
    return not kind or kind_of(answer) == kind


def short(trial: Trial) -> None:
    """A standby stopped and started, replay paused, the primary stopped and started.

    A machine that is busy with other tests watches late, and pages say as of when.
    """
    trial.tolerated = {"told"}
    stopped_and_started(trial)
    paused(trial)
    primary_stopped(trial)


def whole(trial: Trial) -> None:
    stopped_and_started(trial)
    hanging(trial)
    one_paused(trial)
    paused(trial)
    cut_off(trial)
    none_left(trial)
    primary_stopped(trial)


def stopped_and_started(trial: Trial) -> None:
    replica = trial.replicas[0]
    with trial.phase("a standby stopped"):
        time.sleep(0.5)
        replica.stop()
        trial.hold(1.5)
    with trial.phase("a standby started"):
        replica.start()
        trial.hold(1)


def hanging(trial: Trial) -> None:
    """Its machine answers and it does not: nothing ends the connections but we."""
    replica = trial.replicas[0]
    with trial.phase("a standby hangs"):
        time.sleep(0.5)
        replica.signal(signal.SIGSTOP)
        trial.hold(10)
    replica.signal(signal.SIGCONT)
    trial.wait_until_fresh()


def one_paused(trial: Trial) -> None:
    with trial.phase("one paused"):
        trial.replicas[0].run("SELECT pg_wal_replay_pause()")
        trial.hold(trial.limit + 3)
    trial.replicas[0].run("SELECT pg_wal_replay_resume()")
    trial.wait_until_fresh()


def paused(trial: Trial) -> None:
    with trial.phase("all paused", must="fresh told"):
        for replica in trial.replicas:
            replica.run("SELECT pg_wal_replay_pause()")
        trial.hold(trial.limit, until="told")
    for replica in trial.replicas:
        replica.run("SELECT pg_wal_replay_resume()")
    trial.wait_until_fresh()


def cut_off(trial: Trial) -> None:
    """What has been received has been replayed, so a standby alone would not know."""
    with trial.phase("all cut off", must="fresh told"):
        for replica in trial.replicas:
            replica.run("ALTER SYSTEM SET primary_conninfo = ''")
            replica.run("SELECT pg_reload_conf()")
        trial.hold(trial.limit, until="told")
    for replica in trial.replicas:
        replica.run("ALTER SYSTEM RESET primary_conninfo")
        where = f"host=127.0.0.1 port={trial.primary.port} user={OWNER} "
        where += f"password={replica.password}"
        replica.run(f"ALTER SYSTEM SET primary_conninfo = '{where}'")
        replica.run("SELECT pg_reload_conf()")
    trial.wait_until_fresh()


def none_left(trial: Trial) -> None:
    with trial.phase("no standby", must="fresh unavailable"):
        time.sleep(0.5)
        for replica in trial.replicas:
            replica.stop()
        trial.hold(0, until="unavailable")
        trial.expect("/readyz without replicas", trial.status("/readyz"), 503)
        trial.expect("/healthz without replicas", trial.status("/healthz"), 200)
    for replica in trial.replicas:
        replica.start()
    trial.wait_until_fresh()


def primary_stopped(trial: Trial) -> None:
    trial.clerk.rest()
    with trial.phase("the primary stopped", must="fresh told"):
        time.sleep(0.5)
        trial.primary.stop()
        trial.hold(trial.limit, until="told")
        trial.expect("/readyz without the primary", trial.status("/readyz"), 200)
        trial.expect("the desk without the primary", trial.status("/admin/"), 503)
        trial.expect("a report", trial.status("/en/claims/claim-a/report/", REPORT), 503)
    trial.primary.start()
    trial.wait_until_fresh()
    trial.clerk.is_writing.set()
    with trial.phase("the primary started"):
        trial.hold(1)


@contextmanager
def running(
    command: list[str], environment: dict[str, str], **options
) -> Iterator[subprocess.Popen]:
    bare = {key: value for key, value in os.environ.items() if "DATABASE_URL" not in key}
    command = [sys.executable, "-m", *command]
    with subprocess.Popen(command, env=bare | environment, **options) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def served(trial: Trial, workers: int) -> Iterator[None]:
    environment = {
        "DJANGO_SETTINGS_MODULE": "factcheck.settings.development",
        "DEBUG": "0",
        "DATABASE_URL": trial.primary.address(),
        "READER_DATABASE_URL": ", ".join(replica.address() for replica in trial.replicas),
        "READER_LAG_LIMIT_SECONDS": str(trial.limit),
    }
    command = ["gunicorn", "factcheck.wsgi", "--bind", f"127.0.0.1:{trial.port}"]
    command += ["--workers", str(workers), "--threads", "4", "--log-level", "critical"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with running(command, environment, **quiet):
        deadline = time.monotonic() + LONGEST_START
        while time.monotonic() < deadline:
            try:
                trial.expect("/readyz", trial.status("/readyz"), 200)
                break
            except OSError:
                time.sleep(0.1)
        yield


def attack(
    play: Callable[[Trial], None],
    *,
    limit: float,
    readers: int,
    workers: int,
    tables: Callable[[Server], None] | None = None,
) -> Trial:
    """Without `tables`, which makes them, the database is migrated."""
    with cluster(standbys=2) as (primary, replicas):
        trial = Trial(primary, replicas, limit)
        if tables:
            tables(primary)
        orders = ["bench.clerk", *([] if tables else ["--migrate"])]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with running(orders, {"DATABASE_URL": primary.address(OWNER)}, **pipes) as clerk:
            assert clerk.stdout
            if clerk.stdout.readline() != "ready\n":
                raise RuntimeError("The clerk has not started: see above.")
            for replica in replicas:
                replica.copy_of(primary)
                replica.start()
            with served(trial, workers), trial.under_load(clerk, readers):
                play(trial)
        trial.judge()
        return trial


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=float, default=5)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    trial = attack(whole, limit=options.limit, readers=options.readers, workers=options.workers)
    for fault in trial.faults[:20]:
        print(fault, file=sys.stderr)
    counts = ", ".join(
        f"{trial.counts[kind]} {kind}"
        for kind in ("fresh", "told", "unavailable", "wrong", "mixed", "errors")
    )
    print(
        f"replicas: {counts}; {len(trial.faults)} faults; {len(trial.clerk.published)} editions; "
        f"longest answer {trial.longest:.1f} s, slowest recovery {trial.slowest_recovery:.1f} s"
    )
    sys.exit(bool(trial.faults))


if __name__ == "__main__":
    main()
