"""Whether the pages that evidence cites are still there: asked for, judged, and kept."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event
from urllib.parse import urlsplit

from django.db import transaction

from claims.models import LinkCheck, LinkReason, LinkState, Source

from .fetching import Answer, Fetcher
from .outgoing import LONGEST_ADDRESS, FetchError
from .sourcing import host

AT_ONCE = 8  # sites that are asked at the same time
PAUSE = 2.0  # seconds between two requests to one site
WITNESSES = 3
# What cannot be reached for so long is gone for readers too.
GIVEN_UP_AFTER = datetime.timedelta(days=14)

# Decided by the address alone, before anything is asked.
MALFORMED = {
    LinkReason.NOT_WEB,
    LinkReason.USER_INFO,
    LinkReason.ODD_HOST,
    LinkReason.ODD_PORT,
}
STATES = {
    **dict.fromkeys([*MALFORMED, LinkReason.NOT_PUBLIC], LinkState.REFUSED),
    **dict.fromkeys([LinkReason.NOT_FOUND, LinkReason.NO_HOST], LinkState.BROKEN),
    **dict.fromkeys([LinkReason.PERMANENT, LinkReason.FRONT_PAGE], LinkState.MOVED),
}
# Statuses with which sites keep programs out: 999 is one site's own.
FORBIDDING = {401, 402, 403, 406, 407, 429, 451, 999}
GONE = {404, 410}


class NoNetworkError(Exception):
    """No site at all has answered, so the fault is on our side."""


@dataclass(frozen=True)
class Found:
    """What one look at an address found; no reason means that the page is there."""

    reason: LinkReason | None = None
    status: int | None = None
    moved_to: str = ""

    @property
    def state(self) -> LinkState:
        return STATES.get(self.reason, LinkState.UNREACHABLE) if self.reason else LinkState.OK


def check(
    fetcher: Fetcher, sources: Collection[Source], *, at: datetime.datetime
) -> Iterator[LinkCheck]:
    """Checks the sources' links, and gives each check once it is kept.

    Nothing is kept before any site has answered. Raises NoNetworkError where none does, nor any
    of the sites that were there the last time.
    """
    held: list[tuple[Source, Found]] = []
    is_online = False
    for source, found in visit(fetcher, sources):
        held.append((source, found))
        is_online = is_online or found.status is not None
        if is_online:
            yield from _kept(held, at)
            held.clear()
    if not (all(found.reason in MALFORMED for _source, found in held) or _is_online(fetcher, held)):
        raise NoNetworkError
    yield from _kept(held, at)


def visit(fetcher: Fetcher, sources: Collection[Source]) -> Iterator[tuple[Source, Found]]:
    """What is found at each source, as it comes in. Several sites at once, one page of each.

    The threads only ask: the database belongs to the thread that this is called from.
    """
    results: SimpleQueue[tuple[Source, Found | Exception]] = SimpleQueue()
    is_over = Event()

    def go_through(site: list[Source]) -> None:
        for number, source in enumerate(site):
            if is_over.wait(PAUSE if number else 0):
                return
            try:
                results.put((source, look(fetcher, source.url)))
            except Exception as error:
                results.put((source, error))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            for site in _sites(sources):
                pool.submit(go_through, site)
            for _number in range(len(sources)):
                source, found = results.get()
                if isinstance(found, Exception):
                    raise found
                yield source, found
        finally:
            is_over.set()
            pool.shutdown(cancel_futures=True)


def look(fetcher: Fetcher, url: str) -> Found:
    try:
        answer = fetcher.fetch(url)
    except FetchError as error:
        return Found(error.reason)
    return judge(url, answer)


def judge(url: str, answer: Answer) -> Found:
    """What an answer says of the page that stood at the address."""
    status = answer.status
    if 200 <= status < 300:
        if _is_front_page(answer.url) and not _is_front_page(url):
            return Found(LinkReason.FRONT_PAGE, status, answer.url)
        if answer.moved_to:
            return Found(LinkReason.PERMANENT, status, answer.moved_to)
        return Found(status=status)
    if status in GONE:
        return Found(LinkReason.NOT_FOUND, status)
    if status in FORBIDDING:
        return Found(LinkReason.FORBIDDEN, status)
    return Found(LinkReason.SITE_FAULT if status >= 500 else LinkReason.ODD_STATUS, status)


@transaction.atomic
def keep(source: Source, found: Found, *, at: datetime.datetime) -> LinkCheck | None:
    """Writes down what was found; None where the source is gone, or has another address now."""
    unchanged = Source.objects.select_for_update(no_key=True).filter(pk=source.pk, url=source.url)
    if not unchanged.exists():
        return None
    if found.moved_to and _is_same_page(source, found.moved_to):
        found = Found(status=found.status)
    before = LinkCheck.objects.filter(source=source).first()
    state, failing_since = found.state, None
    if state not in (LinkState.OK, LinkState.MOVED):
        failing_since = (before and before.failing_since) or at
        is_lasting = found.reason != LinkReason.FORBIDDEN and at - failing_since >= GIVEN_UP_AFTER
        if state == LinkState.UNREACHABLE and is_lasting:
            state = LinkState.BROKEN
    columns = {
        "state": state,
        "reason": found.reason or "",
        "status": found.status,
        "moved_to": found.moved_to,
        "checked_at": at,
        "failing_since": failing_since,
    }
    return LinkCheck.objects.update_or_create(source=source, defaults=columns)[0]


def _kept(held: list[tuple[Source, Found]], at: datetime.datetime) -> Iterator[LinkCheck]:
    for source, found in held:
        kept = keep(source, found, at=at)
        if kept:
            yield kept


def _is_online(fetcher: Fetcher, held: list[tuple[Source, Found]]) -> bool:
    """Whether a site answers that was there the last time, none of those just asked."""
    asked = [source.pk for source, _found in held]
    known = Source.objects.filter(link_check__state=LinkState.OK).exclude(pk__in=asked)
    witnesses = list(known.order_by("-link_check__checked_at")[:WITNESSES])
    return any(found.status is not None for _source, found in visit(fetcher, witnesses))


def _sites(sources: Collection[Source]) -> list[list[Source]]:
    """The sources of each site together; the longest row goes first, since it takes longest."""
    sites = defaultdict(list)
    for source in sources:
        sites[_site(source)].append(source)
    return sorted(sites.values(), key=len, reverse=True)


def _site(source: Source) -> str:
    try:
        return host(source.url)
    except ValueError:  # An address that will be refused.
        return source.url


def _is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _is_same_page(source: Source, url: str) -> bool:
    """Whether an address differs in scheme, “www.”, tracking or last slash alone.

    One that is too long to be kept counts as no other either.
    """
    return len(url) > LONGEST_ADDRESS or Source.objects.at(url).filter(pk=source.pk).exists()
