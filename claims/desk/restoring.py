"""Puts a claim's desk rows back to what an edition says."""

from decimal import Decimal
from typing import Any

from claims.models import (
    Claim,
    Claimant,
    Document,
    Evidence,
    Figure,
    Measure,
    Quote,
    QuoteState,
    Rating,
    Relation,
    Reply,
    Section,
    Source,
    Topic,
    Visibility,
)
from claims.record.composing import completed

TEXTS = [
    f"{name}_{language}"
    for name in ("statement", "short_statement", "divergence")
    for language in ("en", "fr")
]
COLUMNS = ["kind", "claimant_stance", "event_date", "absent_in"]
VERDICT_COLUMNS = [
    "is_open",
    "is_outdated",
    "rests_on_document",
    "summary_en",
    "summary_fr",
    "explanation_en",
    "explanation_fr",
]


def restore(claim: Claim, content: dict[str, Any]) -> None:
    """Give the claim the content of one of its editions (the payload's ``content``).

    What several claims share (sources, topics, claimants) is looked up and left as it is now.
    Notes stay, public where the edition shows them; so do relations to claims that the record
    does not know. Raises ObjectDoesNotExist when a shared row that the edition names is gone.
    """
    content = completed(content)
    _restore_columns(claim, content)
    claim.topics.set(
        [Topic.objects.get_by_natural_key(topic["slug"]) for topic in content["topics"]]
    )
    _restore_parts(claim.quotes, Quote, content["quotes"], _quote_columns)
    _restore_parts(claim.evidence, Evidence, content["evidence"], _evidence_columns)
    keys = {item.key: item for item in claim.evidence.all()}
    _restore_parts(
        claim.figures, Figure, content["figures"], lambda part, _row: _figure_columns(part, keys)
    )
    _restore_parts(claim.replies, Reply, content["replies"], _reply_columns)
    _restore_relations(claim, content["relations"])
    _restore_visibility(claim, {note["key"] for note in content["notes"]})


def _restore_columns(claim: Claim, content: dict[str, Any]) -> None:
    verdict = content["verdict"]
    rating, section = verdict["rating"], content["section"]
    reported = content["reported_claimant"]
    columns: dict[str, Any] = {
        **{name: content[name] for name in (*TEXTS, *COLUMNS)},
        **{name: verdict[name] for name in VERDICT_COLUMNS},
        "position": content["position"],
        "document": Document.objects.get_by_natural_key(content["document"]["slug"]),
        "section": section
        and Section.objects.get_by_natural_key(content["document"]["slug"], section["number"]),
        "claimant": Claimant.objects.get_by_natural_key(content["claimant"]["slug"]),
        "reported_claimant": reported and Claimant.objects.get_by_natural_key(reported["slug"]),
        "rating": rating and Rating.objects.get_by_natural_key(rating["scale"], rating["slug"]),
    }
    for name, value in columns.items():
        setattr(claim, name, value)
    claim.save(update_fields=list(columns))


def _restore_parts(manager: Any, model: Any, parts: list[dict[str, Any]], columns: Any) -> None:
    manager.exclude(key__in=[part["key"] for part in parts]).delete()
    present = {row.key: row for row in manager.all()}
    for part in parts:
        row = present.get(part["key"]) or model(claim=manager.instance, key=part["key"])
        for name, value in columns(part, row).items():
            setattr(row, name, value)
        row.save()


def _quote_columns(quote: dict[str, Any], row: Quote) -> dict[str, Any]:
    if row.pk and (row.language, row.exact) == (quote["language"], quote["exact"]):
        # The words are the same; where they stand may be known better by now.
        return {"omissions": quote["omissions"]}
    return {
        **{name: quote[name] for name in ("language", "exact", "omissions", "start", "end")},
        "transcript_sha256": quote["transcript_sha256"],
        "prefix": "",
        "suffix": "",
        "state": QuoteState.UNLOCATED if quote["start"] is None else QuoteState.EXACT,
    }


def _evidence_columns(item: dict[str, Any], _row: Evidence) -> dict[str, Any]:
    return {
        "position": item["position"],
        "source": Source.objects.get_by_natural_key(item["source"]["url"]),
        **{name: item[name] for name in ("stance", "finding_en", "finding_fr", "excerpt")},
    }


def _reply_columns(reply: dict[str, Any], _row: Reply) -> dict[str, Any]:
    return {
        "claimant": Claimant.objects.get_by_natural_key(reply["claimant"]["slug"]),
        **{
            name: reply[name]
            for name in ("asked_on", "channel", "answered_on", "answer_en", "answer_fr")
        },
    }


def _figure_columns(figure: dict[str, Any], evidence: dict[str, Evidence]) -> dict[str, Any]:
    return {
        "position": figure["position"],
        "evidence": figure["evidence"] and evidence[figure["evidence"]],
        "measure": Measure.objects.get_by_natural_key(figure["measure"]["slug"]),
        **{
            name: None if figure[name] is None else Decimal(figure[name])
            for name in ("value", "low", "high")
        },
        "as_of": figure["as_of"],
    }


def _restore_relations(claim: Claim, relations: list[dict[str, str]]) -> None:
    wanted = {(relation["kind"], relation["target"]) for relation in relations}
    for relation in claim.relations.select_related("target"):
        is_known_to_the_record = relation.target.editions.exists()
        if is_known_to_the_record and (relation.kind, relation.target.slug) not in wanted:
            relation.delete()
    for kind, target in wanted:
        Relation.objects.get_or_create(
            claim=claim, kind=kind, target=Claim.objects.get_by_natural_key(target)
        )


def _restore_visibility(claim: Claim, shown: set[str]) -> None:
    """Notes are never taken back: one that the edition does not show is the desk's alone."""
    for note in claim.notes.all():
        visibility = Visibility.PUBLIC if note.key in shown else Visibility.INTERNAL
        if note.visibility != visibility:
            note.visibility = visibility
            note.save(update_fields=["visibility"])
