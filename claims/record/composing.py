"""Composes what one edition says from a claim and all that hangs on it."""

import datetime
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from claims.models import Claim, Visibility
from claims.models.figure import plain

from .chain import canonical, sha256, timestamp


def compose(claim: Claim, live: Collection[str]) -> dict[str, Any]:
    """The content of the claim's next edition: a JSON-ready mapping, both languages.

    ``claim`` should come from ``Claim.objects.with_content()``. ``live`` holds the slugs that
    are live or published together with it: relations to other claims are left out, because
    they would give away what is not published.
    """
    return {
        "document": _document(claim.document),
        "section": _section(claim.section),
        "position": claim.position,
        **_texts(claim, "statement", "short_statement", "divergence"),
        "absent_in": claim.absent_in,
        "kind": claim.kind,
        "claimant": _claimant(claim.claimant),
        "reported_claimant": _claimant(claim.reported_claimant),
        "claimant_stance": claim.claimant_stance,
        "topics": [
            {"slug": topic.slug, **_texts(topic, "label"), "aliases": topic.aliases}
            for topic in sorted(claim.topics.all(), key=lambda topic: topic.slug)
        ],
        "event_date": claim.event_date,
        "quotes": [_quote(quote) for quote in _by_key(claim.quotes)],
        "verdict": _verdict(claim),
        "evidence": [_evidence(item) for item in _in_order(claim.evidence)],
        "figures": [_figure(figure) for figure in _in_order(claim.figures)],
        "replies": [_reply(reply) for reply in _by_key(claim.replies)],
        "relations": sorted(
            (
                {"kind": relation.kind, "target": relation.target.slug}
                for relation in claim.relations.all()
                if relation.target.slug in live
            ),
            key=lambda relation: (relation["kind"], relation["target"]),
        ),
        "notes": [
            {
                "key": note.key,
                **_texts(note, "text"),
                "created_at": timestamp(note.created_at),
            }
            for note in _by_key(claim.notes)
            if note.visibility == Visibility.PUBLIC
        ],
    }


def completed(content: dict[str, Any]) -> dict[str, Any]:
    """The content of an edition with what its format did not know yet, left blank.

    Format 1 had neither omissions in quotes, nor replies, nor versions that lack a claim; until
    format 2 there were no short forms, no measure was part of a whole, and every document
    showed its quotes.
    """
    return {
        "absent_in": "",
        "replies": [],
        "short_statement_en": "",
        "short_statement_fr": "",
        **content,
        "document": {"shows_quotes": True, **content["document"]},
        "quotes": [{"omissions": [], **quote} for quote in content["quotes"]],
        "figures": [
            {**figure, "measure": {"whole_en": "", "whole_fr": "", **figure["measure"]}}
            for figure in content["figures"]
        ],
    }


def content_sha256(content: dict[str, Any]) -> str:
    """Names exactly what a reviewer has read, so that nothing else is published."""
    return sha256(canonical(content))


def _texts(row: Any, *names: str) -> dict[str, str]:
    return {
        f"{name}_{language}": getattr(row, f"{name}_{language}")
        for name in names
        for language in ("en", "fr")
    }


def _by_key(rows: Any) -> list[Any]:
    return sorted(rows.all(), key=lambda row: row.key)


def _in_order(rows: Any) -> list[Any]:
    return sorted(rows.all(), key=lambda row: (row.position, row.key))


def _document(document: Any) -> dict[str, Any]:
    return {
        "slug": document.slug,
        "kind": document.kind,
        **_texts(document, "title", "about"),
        "publisher": document.publisher,
        "url": document.url,
        "published": document.published,
        "languages": document.languages,
        "shows_quotes": document.shows_quotes,
    }


def _section(section: Any) -> dict[str, Any] | None:
    return section and {"number": section.number, **_texts(section, "heading")}


def _claimant(claimant: Any) -> dict[str, Any] | None:
    return claimant and {
        "slug": claimant.slug,
        "kind": claimant.kind,
        **_texts(claimant, "name"),
        "aliases": claimant.aliases,
        "same_as": claimant.same_as,
    }


def _quote(quote: Any) -> dict[str, Any]:
    return {
        "key": quote.key,
        "language": quote.language,
        "exact": quote.exact,
        "omissions": quote.omissions,
        "start": quote.start,
        "end": quote.end,
        "transcript_sha256": quote.transcript_sha256,
    }


def _verdict(claim: Claim) -> dict[str, Any]:
    rating = claim.rating
    return {
        "rating": rating
        and {
            "scale": rating.scale,
            "slug": rating.slug,
            "value": rating.value,
            **_texts(rating, "label", "definition"),
        },
        "is_open": claim.is_open,
        "is_outdated": claim.is_outdated,
        "rests_on_document": claim.rests_on_document,
        **_texts(claim, "summary", "explanation"),
    }


def _evidence(item: Any) -> dict[str, Any]:
    source = item.source
    return {
        "key": item.key,
        "position": item.position,
        "stance": item.stance,
        **_texts(item, "finding"),
        "excerpt": item.excerpt,
        "source": {
            "url": source.url,
            "kind": source.kind,
            "publisher": source.publisher,
            "author": source.author,
            "title": source.title,
            "language": source.language,
            "published": source.published,
            "retrieved_on": _iso(source.retrieved_on),
            "archived_url": source.archived_url,
        },
    }


def _reply(reply: Any) -> dict[str, Any]:
    return {
        "key": reply.key,
        "claimant": _claimant(reply.claimant),
        "asked_on": _iso(reply.asked_on),
        "channel": reply.channel,
        "answered_on": _iso(reply.answered_on),
        **_texts(reply, "answer"),
    }


def _figure(figure: Any) -> dict[str, Any]:
    unit = figure.measure.unit
    return {
        "key": figure.key,
        "position": figure.position,
        "evidence": figure.evidence and figure.evidence.key,
        "measure": {"slug": figure.measure.slug, **_texts(figure.measure, "label", "whole")},
        "unit": {"slug": unit.slug, **_texts(unit, "one", "other")},
        "value": _decimal(figure.value),
        "low": _decimal(figure.low),
        "high": _decimal(figure.high),
        "as_of": figure.as_of,
    }


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _decimal(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)
