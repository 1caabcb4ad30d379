"""What an edition is filed under: its listing columns, and the terms with their counts."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from claims.models import Edition, EditionKind, Term, TermKind
from claims.models.quote import shown_words

type Key = tuple[str, str]

# The slug of the term of all claims without a rating.
OPEN = "open"
# What the payload says of a term.
DESCRIBED = ["label_en", "label_fr", "position", "details"]


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
    new, counted, renamed = [], [], []
    for key in sorted(change):
        term = known.get(key) or Term(kind=key[0], slug=key[1])
        term.live_count += change[key]
        is_renamed = _describe(term, described.get(key, {}))
        if key not in known:
            new.append(term)
        elif is_renamed:
            renamed.append(term)
        elif change[key]:
            counted.append(term)
    Term.objects.bulk_create([term for term in new if term.live_count])
    # As a rule nothing has another name, and a revision is filed where the claim was before.
    Term.objects.bulk_update(counted, ["live_count"])
    Term.objects.bulk_update(renamed, [*DESCRIBED, "live_count"])
    gone = [term.pk for term in [*counted, *renamed] if not term.live_count]
    if gone:
        Term.objects.filter(pk__in=gone).delete()


def _describe(term: Term, described: dict[str, Any]) -> bool:
    """Take the newest labels; whether they are others."""
    changed = {name: value for name, value in described.items() if getattr(term, name) != value}
    for name, value in changed.items():
        setattr(term, name, value)
    return bool(changed)


def keys(edition: Edition) -> set[Key]:
    """The kind and slug of each term that the edition is filed under."""
    found: set[Key] = {
        (TermKind.DOCUMENT, edition.document_slug),
        (TermKind.CLAIMANT, edition.claimant_slug),
        (TermKind.RATING, edition.rating or OPEN),
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
    if rating := content["verdict"]["rating"]:
        found[TermKind.RATING, rating["slug"]] = _described(rating, "label")
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
