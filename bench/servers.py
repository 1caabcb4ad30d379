"""The servers of one measurement, all on loopback: ours, and what it is compared with."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WORKERS, THREADS = 2, 4
NGINX = """
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; default_type text/html;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


class Server:
    """A process that listens; its workers' memory can be asked for."""

    def __init__(self, command: list[str], port: int, **environment: str) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.port = port
        self.process = subprocess.Popen(
            command,
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # Also where a run is broken off before the next server stands.
        atexit.register(self.stop)
        self._wait()

    def memory(self) -> int:
        """What the largest of its workers holds, in MiB."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        pids = children.split() or [str(self.process.pid)]
        return max(_resident(pid) for pid in pids)

    def stop(self) -> None:
        if self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _wait(self) -> None:
        for _attempt in range(600):
            if self.process.poll() is not None:
                raise RuntimeError(f"The server on port {self.port} ended: {self.process.args}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"Nothing listens on port {self.port}.")


def _resident(pid: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) >> 10


def gunicorn(application: str, **environment: str) -> Server:
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
        "--workers", str(WORKERS), "--threads", str(THREADS), "--worker-class", "gthread",
        "--timeout", "300", "--log-level", "error",
    ]  # fmt: skip
    return Server(command, port, **environment)


def nginx(folder: Path, page: bytes) -> Server:
    port = free_port()
    (folder / "index.html").write_bytes(page)
    file = folder / "nginx.conf"
    file.write_text(NGINX.format(folder=folder, port=port))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    os.chmod(folder, 0o755)  # nosec B103: the workers of a root's nginx are another user
    return Server([program, "-c", str(file), "-p", str(folder)], port)


def datasette(file: Path) -> Server:
    port = free_port()
    settings = ["sql_time_limit_ms", "60000", "default_page_size", "25"]
    command = [
        sys.executable, "-m", "datasette", "serve", "--immutable", str(file), "--port", str(port),
        "--setting", *settings[:2], "--setting", *settings[2:],
    ]  # fmt: skip
    return Server(command, port)


def free_port() -> int:
    """Below the ports that the system hands out itself."""
    for port in range(21_000, 22_000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("No port is free.")


@contextmanager
def running(*servers: Server | None) -> Iterator[None]:
    try:
        yield
    finally:
        for server in servers:
            if server:
                server.stop()
