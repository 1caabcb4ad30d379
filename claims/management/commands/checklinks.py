"""``manage.py checklinks``: asks the sources' sites whether the pages are still there."""

import datetime
import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from tqdm import tqdm

from claims.desk.fetching import Fetcher
from claims.desk.links import NoNetworkError, check
from claims.models import Document, Evidence, LinkCheck, LinkState, Source


class Command(BaseCommand):
    help = (
        "Ask the sites of the sources whether the pages are still there, and keep what is found. "
        "One page of a site at a time, several sites at once, on the public web only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--older-than",
            metavar="DAYS",
            type=int,
            help="Only links that were last checked more than so many days ago, or never.",
        )
        parser.add_argument("--document", metavar="SLUG", help="Only what its claims cite.")
        parser.add_argument(
            "--limit",
            metavar="N",
            type=int,
            help="At most so many, those that have gone unchecked for longest.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        sources = chosen(at, options["older_than"], options["document"], options["limit"])
        counts: Counter[str] = Counter()
        is_bar = sys.stderr.isatty() and options["verbosity"] > 0
        with tqdm(total=len(sources), unit=" links", leave=False, disable=not is_bar) as bar:
            if not is_bar and options["verbosity"]:
                self.stderr.write(f"Checking {len(sources)} links")
            try:
                for found in check(Fetcher(user_agent()), sources, at=at):
                    counts[found.state] += 1
                    bar.update()
                    is_news = found.state != LinkState.OK and options["verbosity"]
                    if is_news or options["verbosity"] > 1:
                        with bar.external_write_mode():
                            self.stdout.write(line(found))
            except NoNetworkError as error:
                raise CommandError(
                    "No site has answered: is this machine connected? Nothing was written."
                ) from error
        if options["verbosity"]:
            self.stdout.write(f"{len(sources)} links: {summary(counts)}")


def chosen(
    at: datetime.datetime, older_than: int | None, document: str | None, limit: int | None
) -> list[Source]:
    for name, given, least in (("older-than", older_than, 0), ("limit", limit, 1)):
        if given is not None and not least <= given <= 1_000_000:
            raise CommandError(f"--{name} is a number from {least} up.")
    sources = Source.objects.longest_unchecked_first()
    if older_than is not None:
        sources = sources.not_checked_since(at - datetime.timedelta(days=older_than))
    if document is not None:
        if not Document.objects.filter(slug=document).exists():
            raise CommandError(f"There is no document “{document}”.")
        cited = Evidence.objects.filter(claim__document__slug=document).values("source")
        sources = sources.filter(pk__in=cited)
    return list(sources[:limit])


def user_agent() -> str:
    """Says who asks, so that a site can ask back or turn us away."""
    return f"factcheck-links/1 (+{iri_to_uri(settings.FACTCHECK['base_url'])}/)"


def line(found: LinkCheck) -> str:
    status = f" ({found.status})" if found.status else ""
    where = f" {found.moved_to}" if found.moved_to else ""
    reason = f" {found.get_reason_display()}" if found.reason else ""
    return f"{found.get_state_display()}: {found.source.url}{reason}{status}{where}"


def summary(counts: Counter[str]) -> str:
    said = [f"{counts[state]} {state.value}" for state in LinkState if counts[state]]
    return ", ".join(said) or "nothing to check"
