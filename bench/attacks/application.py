"""The application as a public site runs it: production settings, gunicorn, the docs' roles."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from bench.attacks.browser import Browser, NoAnswer
from bench.attacks.cluster import APPLICATION, OWNER, Cluster, usual_place

CHECKOUT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
SITE = {
    "NAME": "Fact-check",
    "ORGANISATION": "Attacked desk",
    "BASE_URL": "https://attacked.example",
    "CONTACT": "desk@attacked.example",
    "LICENCE": "CC BY 4.0",
    "LICENCE_URL": "https://creativecommons.org/licenses/by/4.0/",
    "CORRECTIONS_POLICY_EN": "We say what changed.",
    "CORRECTIONS_POLICY_FR": "Nous disons ce qui a changé.",
}


class Application:
    """gunicorn on loopback, and the management commands beside it."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster, self.folder = cluster, folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        secret = "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=60))
        self.environment = {
            **{name: value for name, value in os.environ.items() if name[:2] != "PG"},
            **{f"FACTCHECK_{name}": value for name, value in SITE.items()},
            "DJANGO_SETTINGS_MODULE": "factcheck.settings.production",
            "SECRET_KEY": secret,
            "ALLOWED_HOSTS": HOST,
            "DEBUG": "0",
            "DATABASE_URL": cluster.url(APPLICATION),
            "FACTCHECK_STATIC_ROOT": str(folder / "static"),
        }

    def command(self, *arguments: str | Path, **options: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=CHECKOUT, env=self.environment, **options
        )

    def manage(self, *arguments: str | Path, as_owner: bool = False) -> str:
        return self.python("manage.py", *arguments, as_owner=as_owner)

    def python(self, *arguments: str | Path, as_owner: bool = False) -> str:
        user = OWNER if as_owner else APPLICATION
        result = subprocess.run(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=self.environment | {"DATABASE_URL": self.cluster.url(user)},
            capture_output=True,
            text=True,
        )
        if result.returncode:
            raise RuntimeError(f"{arguments} failed: {result.stdout}{result.stderr}")
        return result.stdout

    def prepare(self) -> None:
        """What is done once, as docs/operations.md says."""
        self.cluster.make_database()
        self.manage("migrate", "--verbosity=0", as_owner=True)
        self.cluster.make_application_user()
        self.manage("collectstatic", "--no-input", "--verbosity=0")

    def seed(self, claims: int | None = None) -> dict[str, Any]:
        """Something to lose: the interview, or that many made-up claims, and people signed in."""
        chosen = ["--claims", str(claims)] if claims else []
        return json.loads(self.python("-m", "bench.attacks.seeding", *chosen).splitlines()[-1])

    def start(self, *options: str, workers: int = 2) -> None:
        # Workers are forked from a process that has everything imported: killed ones are soon back.
        with (self.folder / "gunicorn.log").open("ab") as log:
            self.process = self.command(
                *(
                    "-m",
                    "gunicorn",
                    "--config",
                    "python:factcheck.serving",
                    "factcheck.wsgi",
                    "--preload",
                    "--bind",
                    f"{HOST}:{self.port}",
                ),
                *("--workers", str(workers), "--threads", "4", "--graceful-timeout", "5"),
                *options,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        self.await_answer()

    def await_answer(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while True:
            with suppress(NoAnswer):
                if self.browser().get("/en/method/").status == 200:
                    return
            if time.monotonic() > end:
                raise RuntimeError((self.folder / "gunicorn.log").read_text()[-3000:])
            time.sleep(0.05)

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children() if self.process else []

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                kill_with_children(self.process)
            self.process = None

    def browser(self, cookies: dict[str, str] | None = None) -> Browser:
        return Browser(HOST, self.port, cookies or {})


def kill_with_children(process: subprocess.Popen[bytes]) -> None:
    for one in [*psutil.Process(process.pid).children(recursive=True), process]:
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            one.kill()
    process.wait()


def free_port() -> int:
    """Under those that outgoing connections take."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port


@contextmanager
def application(cluster: Cluster) -> Iterator[Application]:
    """Prepared, not started; stopped afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="attack-site-", dir=usual_place()))
    made = Application(cluster, folder)
    try:
        made.prepare()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)
