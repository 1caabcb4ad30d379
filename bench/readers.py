"""Readers who ask for the same claim in several ways, and the judge of what they were answered."""

import http.client
import re
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle

ADDRESSES = (
    "/en/claims/claim-a/",
    "/api/v1/claims/claim-a/",
    "/en/claims/",
    "/claims/claim-a.jsonld",
)
NUMBER = re.compile(rb"Statement (\d{6})\.")
SENTENCE = b'class="behind"'
LONGEST_WAIT = 20


@dataclass(frozen=True)
class Answer:
    """What a reader got, or now knows to be still right."""

    address: str
    asked: float
    ended: float
    status: int
    numbers: frozenset[int] = frozenset()
    has_sentence: bool = False
    as_of: float | None = None
    age: int | None = None
    can_retry: bool = False


@dataclass
class Reader(threading.Thread):
    """One client with one connection, who asks again with the ETag of what it has."""

    port: int
    answers: list[Answer] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        self.kept: dict[str, tuple[str, Answer]] = {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_WAIT)
        for address in cycle(ADDRESSES):
            if self.is_over.is_set():
                break
            asked = time.time()
            try:
                self.answers.append(self._ask(connection, address, asked))
            except (OSError, http.client.HTTPException):
                self.answers.append(Answer(address, asked, time.time(), status=0))
                connection.close()
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, address: str, asked: float) -> Answer:
        etag, known = self.kept.get(address, ("", None))
        connection.request("GET", address, headers={"If-None-Match": etag} if etag else {})
        response = connection.getresponse()
        body, headers = response.read(), response.headers
        if response.status == 304 and known:
            numbers, has_sentence = known.numbers, known.has_sentence
        else:
            numbers = frozenset(int(number) for number in NUMBER.findall(body))
            has_sentence = SENTENCE in body
        as_of = headers["Record-As-Of"]
        answer = Answer(
            address,
            asked,
            time.time(),
            200 if response.status == 304 else response.status,
            numbers,
            has_sentence,
            datetime.fromisoformat(as_of).timestamp() if as_of else None,
            int(headers["Age"]) if headers["Age"] else None,
            can_retry="Retry-After" in headers,
        )
        if response.status == 200:
            self.kept[address] = (headers["ETag"], answer)
        return answer


def kind_of(answer: Answer) -> str:
    if answer.status == 200:
        return "told" if answer.as_of else "fresh"
    return "unavailable" if answer.status == 503 and answer.can_retry else "errors"


def judged(
    answers: Iterable[Answer], published: dict[int, tuple[float, float]], limit: float
) -> tuple[Counter, list[str]]:
    """How many answers there were of which kind, and what is wrong with each that is wrong.

    `published` holds, for each number, the moments before and after it was published.
    """
    counts: Counter = Counter()
    faults = []
    for answer in answers:
        kind = kind_of(answer)
        if answer.status == 200:
            fault = wrong(answer, published, limit)
            if fault:
                counts["mixed" if len(answer.numbers) > 1 else "wrong"] += 1
                faults.append(f"{answer.address}: {fault}")
        elif kind == "errors":
            faults.append(f"{answer.address}: status {answer.status}")
        counts[kind] += 1
    return counts, faults


def wrong(answer: Answer, published: dict[int, tuple[float, float]], limit: float) -> str:
    """What is wrong with a page, "" for nothing."""
    if len(answer.numbers) != 1:
        return f"shows the editions {sorted(answer.numbers)}"
    [number] = answer.numbers
    if published[number][0] > answer.ended:
        return f"shows edition {number} before it was published"
    is_page = answer.address.startswith("/en/")
    if is_page and answer.has_sentence != (answer.as_of is not None):
        return "says in the header but not on the page how old it is, or the other way"
    if answer.as_of is not None and (
        answer.age is None or answer.age < answer.asked - answer.as_of
    ):
        return f"is older than its Age of {answer.age}"
    moment = answer.asked - limit if answer.as_of is None else answer.as_of
    due = max(n for n, (_began, ended) in published.items() if ended <= moment)
    if number < due:
        return f"shows edition {number} where {due} was due, {answer.asked - moment:.1f} s old"
    return ""
