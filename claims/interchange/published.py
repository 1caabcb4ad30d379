"""The published part of a document as a fixture: for readers, out of the record alone."""

from collections.abc import Iterator
from typing import Any

from claims.models import QuoteState, Rating, Visibility
from claims.models.edition import EditionQuerySet
from claims.record.composing import completed

from .exporter import content_row
from .rows import Key, Row, in_order, key_of, text_of

type Content = dict[str, Any]

OF_CLAIM = [
    "position",
    "statement_en",
    "statement_fr",
    "short_statement_en",
    "short_statement_fr",
    "kind",
    "claimant_stance",
    "event_date",
    "divergence_en",
    "divergence_fr",
    "absent_in",
]


def published_fixture(editions: EditionQuerySet) -> str:
    """The text of a fixture of what these editions say, with all that they refer to.

    What the desk keeps to itself (internal notes, who did what, descriptions of sources) was
    never in an edition. Where editions tell of a shared row differently, the newest is right.
    Relations to claims that are not among these are left out.
    """
    rows: dict[Key, Row] = {}
    found = list(editions.order_by("sequence"))
    claims = {edition.claim_slug for edition in found}
    scales = {edition.scale for edition in found if edition.scale is not None}
    for rating in Rating.objects.filter(scale__in=scales):
        row = content_row(rating)
        rows[key_of(row)] = row
    for edition in found:
        for model, fields in _rows(edition.claim_slug, completed(edition.content["content"])):
            row = {"model": f"claims.{model}", "fields": fields}
            if model != "relation" or fields["target"][0] in claims:
                rows[key_of(row)] = row
    return text_of(in_order(rows.values()))


def _rows(slug: str, content: Content) -> Iterator[tuple[str, Content]]:
    yield from _shared(content)
    yield "claim", _claim(slug, content)
    for quote in content["quotes"]:
        state = QuoteState.UNLOCATED if quote["start"] is None else QuoteState.EXACT
        yield "quote", {"claim": [slug], **quote, "state": state.value}
    for item in content["evidence"]:
        yield "evidence", {"claim": [slug], **item, "source": [item["source"]["url"]]}
    for figure in content["figures"]:
        evidence, measure = figure["evidence"], figure["measure"]
        fields = {name: value for name, value in figure.items() if name != "unit"}
        yield (
            "figure",
            {
                "claim": [slug],
                **fields,
                "measure": [measure["slug"]],
                "evidence": evidence and [slug, evidence],
            },
        )
    for reply in content["replies"]:
        yield "reply", {"claim": [slug], **reply, "claimant": [reply["claimant"]["slug"]]}
    for note in content["notes"]:
        fields = {name: value for name, value in note.items() if name != "created_at"}
        yield "note", {"claim": [slug], **fields, "visibility": Visibility.PUBLIC.value}
    for relation in content["relations"]:
        yield "relation", {"claim": [slug], **relation, "target": [relation["target"]]}


def _shared(content: Content) -> Iterator[tuple[str, Content]]:
    for figure in content["figures"]:
        yield "unit", figure["unit"]
        yield "measure", {**figure["measure"], "unit": [figure["unit"]["slug"]]}
    for topic in content["topics"]:
        yield "topic", topic
    claimants = [content["claimant"], content["reported_claimant"]]
    claimants += [reply["claimant"] for reply in content["replies"]]
    for claimant in filter(None, claimants):
        yield "claimant", claimant
    document, section = content["document"], content["section"]
    yield "document", document
    if section:
        yield "section", {"document": [document["slug"]], **section}
    for item in content["evidence"]:
        yield "source", item["source"]


def _claim(slug: str, content: Content) -> Content:
    document, section = content["document"]["slug"], content["section"]
    reported, verdict = content["reported_claimant"], content["verdict"]
    rating = verdict["rating"]
    return {
        "slug": slug,
        "document": [document],
        "section": section and [document, section["number"]],
        "claimant": [content["claimant"]["slug"]],
        "reported_claimant": reported and [reported["slug"]],
        "topics": sorted([topic["slug"]] for topic in content["topics"]),
        **{name: content[name] for name in OF_CLAIM},
        **{name: value for name, value in verdict.items() if name != "rating"},
        "rating": rating and [rating["scale"], rating["slug"]],
    }
