"""What an edition is filed under: its listing columns, and the terms with their counts."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from claims.models import Edition, EditionKind, Term, TermKind
from claims.models.quote import shown_words

type Key = tuple[str, str]


def listing_columns(payload: dict[str, Any]) -> dict[str, Any]:
    """The columns of an edition that repeat parts of its payload, by column name.

    None for a withdrawal, which has no content: its columns keep their blank defaults.
    """
    if payload["kind"] == EditionKind.WITHDRAWAL:
        return {}
    content = payload["content"]
    verdict = content["verdict"]
    rating = verdict["rating"] or {}
    section = content["section"] or {}
    reported = content["reported_claimant"] or {}
    return {
        "statement_en": content["statement_en"],
        "statement_fr": content["statement_fr"],
        "summary_en": verdict["summary_en"],
        "summary_fr": verdict["summary_fr"],
        "scale": rating.get("scale"),
        "rating": rating.get("slug", ""),
        "rating_value": rating.get("value"),
        "is_outdated": verdict["is_outdated"],
        "claim_kind": content["kind"],
        "document_slug": content["document"]["slug"],
        "section_number": section.get("number"),
        "position": content["position"],
        "claimant_slug": content["claimant"]["slug"],
        "reported_claimant_slug": reported.get("slug", ""),
        "topics": [topic["slug"] for topic in content["topics"]],
        "made": content["document"]["published"],
        "event_date": content["event_date"],
        "correction_class": (payload["correction"] or {}).get("class", ""),
        "words_en": _words(content, "en"),
        "words_fr": _words(content, "fr"),
        "names": "\n".join(_names(content, "en") + _names(content, "fr") + _aliases(content)),
    }


def update_terms(closed: Iterable[Edition], opened: Iterable[Edition]) -> None:
    """Take the closed editions out of the terms' counts and bring the opened ones in.

    Both hold editions of kind publication only. Terms take the newest labels; one that no live
    edition is filed under any more is deleted.
    """
    change: Counter[Key] = Counter()
    described: dict[Key, dict[str, Any]] = {}
    for edition in closed:
        change.subtract(keys(edition))
    for edition in opened:
        change.update(keys(edition))
        described |= _descriptions(edition.content["content"])

    known = {
        (term.kind, term.slug): term
        for term in Term.objects.filter(
            kind__in={kind for kind, _slug in change}, slug__in={slug for _kind, slug in change}
        )
    }
    new = []
    for key in sorted(change):
        term = known.get(key)
        if term is None:
            term = Term(kind=key[0], slug=key[1])
            new.append(term)
        term.live_count += change[key]
        for name, value in described.get(key, {}).items():
            setattr(term, name, value)
    Term.objects.bulk_create([term for term in new if term.live_count])
    Term.objects.bulk_update(
        [known[key] for key in sorted(change) if key in known],
        ["label_en", "label_fr", "position", "details", "live_count"],
    )
    Term.objects.filter(live_count=0).delete()


def keys(edition: Edition) -> set[Key]:
    """The kind and slug of each term that the edition is filed under."""
    found: set[Key] = {
        (TermKind.DOCUMENT, edition.document_slug),
        (TermKind.CLAIMANT, edition.claimant_slug),
    }
    if edition.section_number is not None:
        found.add((TermKind.SECTION, section_slug(edition.document_slug, edition.section_number)))
    if edition.reported_claimant_slug:
        found.add((TermKind.CLAIMANT, edition.reported_claimant_slug))
    return found | {(TermKind.TOPIC, topic) for topic in edition.topics}


def section_slug(document: str, number: int) -> str:
    return f"{document}/{number}"


def _descriptions(content: dict[str, Any]) -> dict[Key, dict[str, Any]]:
    document, section = content["document"], content["section"]
    found: dict[Key, dict[str, Any]] = {
        (TermKind.DOCUMENT, document["slug"]): _described(document, "title")
    }
    if section:
        key = (TermKind.SECTION, section_slug(document["slug"], section["number"]))
        found[key] = _described(section, "heading") | {"position": section["number"]}
    for topic in content["topics"]:
        found[TermKind.TOPIC, topic["slug"]] = _described(topic, "label")
    for claimant in filter(None, (content["claimant"], content["reported_claimant"])):
        found[TermKind.CLAIMANT, claimant["slug"]] = _described(claimant, "name")
    return found


def _described(part: dict[str, Any], label: str) -> dict[str, Any]:
    return {
        "label_en": part[f"{label}_en"],
        "label_fr": part[f"{label}_fr"],
        "details": part,
    }


def _words(content: dict[str, Any], language: str) -> str:
    quotes = [
        shown_words(quote["exact"], quote["omissions"])
        for quote in content["quotes"]
        if quote["language"] == language
    ]
    return "\n".join(
        [
            content[f"statement_{language}"],
            content["verdict"][f"summary_{language}"],
            *quotes,
            *_names(content, language),
            *_aliases(content),
        ]
    )


def _names(content: dict[str, Any], language: str) -> list[str]:
    claimants = filter(None, (content["claimant"], content["reported_claimant"]))
    return [claimant[f"name_{language}"] for claimant in claimants] + [
        topic[f"label_{language}"] for topic in content["topics"]
    ]


def _aliases(content: dict[str, Any]) -> list[str]:
    parts = filter(None, (content["claimant"], content["reported_claimant"], *content["topics"]))
    return [alias for part in parts for alias in part["aliases"]]
