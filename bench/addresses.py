"""Which pages are asked for, of ours and of each peer: the same claims, the same questions."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

CURSOR_ROW = 25_000
PAGE_SIZE = 25
COMMON = "people"
# As many claims in an archive of any size: what is found costs the same to show.
RARE = range(3, 6)
SAMPLE = 200  # Claim pages that are asked for in turn.


@dataclass
class Operation:
    """One question, as each server is asked; blank where a server has no such page."""

    name: str
    ours: list[str]
    stock: list[str] = field(default_factory=list)
    datasette: list[str] = field(default_factory=list)
    is_admin: bool = False
    is_conditional: bool = False
    has_constant: bool = False


def anew(paths: list[str], count: int = 1) -> list[str]:
    """The same pages under addresses that nobody has asked for: none can have been kept."""
    token = secrets.token_hex(4)
    return [
        f"{path}{'&' if '?' in path else '?'}anew={token}-{place}"
        for place in range(count)
        for path in paths
    ]


@dataclass(frozen=True)
class Chosen:
    """What the archive holds that the questions are about."""

    slugs: list[str]
    topic: str
    rare: str
    row: int
    cursor: str
    document: str
    of_document: list[str]
    claim_id: int


def choose() -> Chosen:
    from claims.models import Edition, Term
    from claims.record.paging import FORWARD, Cursor

    live = Edition.objects.live()
    newest = live.order_by("-published_at", "-sequence")
    count = live.count()
    row = min(CURSOR_ROW, count // 2)
    last = newest.values_list("published_at", "sequence")[row - 1]
    step = max(1, count // SAMPLE)
    places = range(1, count, step)
    slugs = live.filter(sequence__in=places).values_list("claim_slug", flat=True)
    documents = Term.objects.filter(kind="document")
    document = documents.filter(slug__contains="kazakh").order_by("-live_count").first()
    document = document or documents.order_by("-live_count")[0]
    of_document = live.filter(document_slug=document.slug).order_by("position")[:SAMPLE]
    topic = Term.objects.filter(kind="topic").order_by("-live_count", "slug")[20]
    return Chosen(
        slugs=list(slugs),
        topic=topic.slug,
        rare=rare_word(),
        row=row,
        cursor=Cursor("newest", FORWARD, last).signed(),
        document=document.slug,
        of_document=[edition.claim_slug for edition in of_document],
        claim_id=live.order_by("sequence")[count // 2].claim_id,
    )


def rare_word() -> str:
    """A word of few claims, looked for from the end of the invented words."""
    from django.contrib.postgres.search import SearchQuery

    from bench.words import Words
    from claims.models import Edition

    large = {"kinds": 200_000, "length": 1}
    for found in (Words(**large).known["en"], Words(kinds=3_000, length=1).known["en"]):
        for word in found[-1::-97]:
            editions = Edition.objects.live().filter(search=SearchQuery(word, config="english"))
            in_statements = editions.filter(statement_en__icontains=word)
            if editions.count() in RARE and in_statements.exists():
                return word
    raise LookupError("No word is rare in this archive.")


def operations(chosen: Chosen) -> list[Operation]:
    def asked(path: str, **query: Any) -> list[str]:
        return [f"{path}?{urlencode(query)}" if query else path]

    ours, stock, admin, theirs = "/en/claims/", "/claims/", "/admin/claims/claim/", "/archive/claim"
    stock_admin = "/admin/stock/claim/"
    page = chosen.row // PAGE_SIZE + 1
    both = {"rating": "false", "topic": chosen.topic}
    found = [
        Operation(
            "list, first page", asked(ours), asked(stock), asked(theirs, _sort_desc="published_at"),
            has_constant=True,
        ),
        Operation(
            f"list, cursor at row {chosen.row:,}", asked(ours, after=chosen.cursor),
            asked(stock, page=page), has_constant=True,
        ),
        Operation(
            "list, rating and topic", asked(ours, **both), asked(stock, **both),
            asked(theirs, rating="false", topics__arraycontains=chosen.topic),
        ),
        Operation(
            "search, rare word", asked(ours, q=chosen.rare), asked(stock, q=chosen.rare),
            asked(theirs, _search=chosen.rare),
        ),
        Operation(
            "search, common word", asked(ours, q=COMMON), asked(stock, q=COMMON),
            asked(theirs, _search=COMMON),
        ),
        Operation(
            "claim page", [f"{ours}{slug}/" for slug in chosen.slugs],
            [f"{stock}{slug}/" for slug in chosen.slugs],
            [f"{theirs}/{slug}" for slug in chosen.slugs], has_constant=True,
        ),
        Operation(
            "claim page, not modified", [f"{ours}{chosen.slugs[0]}/"], is_conditional=True,
            has_constant=True,
        ),
        Operation("the interview", [f"/en/documents/{chosen.document}/"]),
        Operation("its claims", [f"{ours}{slug}/" for slug in chosen.of_document]),
        Operation("admin list", [admin], [stock_admin], is_admin=True),
        Operation(
            "admin search, rare word", asked(admin, q=chosen.rare),
            asked(stock_admin, q=chosen.rare), is_admin=True,
        ),
        Operation(
            "admin search, common word", asked(admin, q=COMMON),
            asked(stock_admin, q=COMMON), is_admin=True,
        ),
        Operation(
            "admin change form", [f"{admin}{chosen.claim_id}/change/"],
            [f"{stock_admin}{chosen.claim_id}/change/"], is_admin=True,
        ),
    ]  # fmt: skip
    return found
