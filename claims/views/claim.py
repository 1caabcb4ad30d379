"""The page of one claim, made from its edition's payload."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from claims.models import Edition, EditionKind, EvidenceStance, RelationKind
from claims.record.paging import BACKWARD, FORWARD, Cursor, page
from claims.record.vocabulary import Vocabulary, read_vocabulary
from claims.views.rows import Row, rows

STANCES_IN_ORDER = (
    EvidenceStance.SUPPORTS,
    EvidenceStance.CONTRADICTS,
    EvidenceStance.CONTEXT,
)


@dataclass(frozen=True)
class EvidenceGroup:
    """The evidence of one stance, each item of the payload with its number on the page."""

    stance: EvidenceStance
    items: list[tuple[int, dict[str, Any]]]


@dataclass(frozen=True)
class FigureGroup:
    """The figures of one measure, each with the evidence that gives it; None for the claim."""

    measure: dict[str, str]
    items: list[tuple[dict[str, Any], dict[str, Any] | None]]


@dataclass(frozen=True)
class Related:
    """A live claim that this one refers to, and how."""

    kind: RelationKind
    row: Row


@require_safe
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    edition = get_object_or_404(Edition.objects.current(), claim_slug=slug)
    if edition.kind == EditionKind.WITHDRAWAL:
        return render(request, "410.html", {"withdrawal": edition.content}, status=410)
    return render(request, "claims/claim.html", claim_context(edition))


def claim_context(edition: Edition) -> dict[str, Any]:
    """What the page says of a publication: the desk's preview is made from it as well."""
    content = edition.content["content"]
    groups = group_evidence(content["evidence"])
    vocabulary = read_vocabulary([])
    previous, following = neighbours(edition)
    return {
        "edition": edition,
        "content": content,
        "correction": edition.content["correction"],
        "groups": groups,
        "numbers": {item["key"]: number for group in groups for number, item in group.items},
        "figures": group_figures(content["figures"], content["evidence"]),
        "related": related(content["relations"], vocabulary),
        "previous": previous,
        "following": following,
    }


def group_evidence(evidence: Iterable[dict[str, Any]]) -> list[EvidenceGroup]:
    """By stance, numbered through in the order in which the page shows them."""
    by_stance: dict[str, list[dict[str, Any]]] = {}
    for item in evidence:
        by_stance.setdefault(item["stance"], []).append(item)
    groups = []
    start = 1
    for stance in STANCES_IN_ORDER:
        if items := by_stance.get(stance, []):
            groups.append(EvidenceGroup(stance, list(enumerate(items, start))))
            start += len(items)
    return groups


def group_figures(
    figures: Iterable[dict[str, Any]], evidence: Iterable[dict[str, Any]]
) -> list[FigureGroup]:
    """By measure, so that what is claimed stands right beside what is reported."""
    by_key = {item["key"]: item for item in evidence}
    groups: dict[str, FigureGroup] = {}
    for figure in figures:
        measure = figure["measure"]
        group = groups.setdefault(measure["slug"], FigureGroup(measure, []))
        group.items.append((figure, by_key.get(figure["evidence"])))
    return list(groups.values())


def related(relations: list[dict[str, str]], vocabulary: Vocabulary) -> list[Related]:
    """Those that are live now: one may have been withdrawn since this edition was published."""
    targets = (
        Edition.objects.live()
        .for_listing()
        .filter(claim_slug__in=[relation["target"] for relation in relations])
    )
    found = {row.edition.claim_slug: row for row in rows(targets, vocabulary)}
    return [
        Related(RelationKind(relation["kind"]), found[relation["target"]])
        for relation in relations
        if relation["target"] in found
    ]


def neighbours(edition: Edition) -> tuple[Edition | None, Edition | None]:
    """The live claims before and after this one in the reading order of its document."""
    here = [edition.document_slug, edition.position, edition.sequence]
    others = Edition.objects.live().exclude(claim_slug=edition.claim_slug)
    document = others.filter(document_slug=edition.document_slug).for_listing()
    before, after = (
        page(document, "reading", Cursor("reading", direction, here), size=1).rows
        for direction in (BACKWARD, FORWARD)
    )
    return before[0] if before else None, after[0] if after else None
