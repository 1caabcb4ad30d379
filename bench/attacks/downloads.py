"""A reader who downloads the whole record again and again, and checks what comes as whole."""

import hashlib
import json
import threading

import rfc8785

from bench.attacks.application import Application
from bench.attacks.browser import NoAnswer


class Download(threading.Thread):
    def __init__(self, site: Application) -> None:
        super().__init__(daemon=True)
        self.site, self.whole, self.faults = site, 0, list[str]()
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(0.05):
            try:
                answer = self.site.browser().get("/data/record.jsonl")
            except NoAnswer:
                continue
            if answer.status == 503 and answer.headers.get("Retry-After"):
                continue
            if answer.status != 200:
                self.faults.append(f"The record is answered with status {answer.status}")
            elif is_whole(answer.body):
                self.whole += 1
            else:
                self.faults.append("A download that seemed whole is not")

    def stop(self) -> list[str]:
        self.stopped.set()
        self.join()
        return self.faults


def is_whole(lines: bytes) -> bool:
    """Whether each edition follows the one before, as docs/data.md says how to check.

    That none is missing at the end, only the head can tell: `is_whole` asks for the last line's
    end, and whoever cuts between two lines is told by the connection.
    """
    head = ""
    for line in lines.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            return False
        edition = json.loads(line)
        payload, found = edition.pop("payload"), edition.pop("chain_hash")
        del edition["superseded_at"]
        if payload is not None and digest(payload) != edition["payload_sha256"]:
            return False
        if edition["previous"] != head or digest(edition) != found:
            return False
        head = found
    return bool(head)


def digest(value: object) -> str:
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()  # type: ignore[arg-type]
