"""The claims that stand in a relation to the one on the page, whichever of the two names it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import JSONField, Q
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast
from django.utils.translation import pgettext_lazy

from claims.models import Edition, RelationKind
from claims.models.edition import EditionQuerySet
from claims.record.vocabulary import Vocabulary
from claims.views.rows import Row, rows

RELATIONS = KeyTransform("relations", KeyTransform("content", Cast("payload", JSONField())))
MOST = 100
# Which of the two claims names the other as its target: a target repeats, refines, contradicts
# or reports the claim that names it.
HERE, THERE, BOTH = "here", "there", "both"
SAME: Any = pgettext_lazy("related claims", "The same, said elsewhere")
# In the order of the page; a claim is listed once, under the first that applies.
HEADINGS: dict[tuple[str, str], Any] = {
    (RelationKind.REPEATS, BOTH): SAME,
    (RelationKind.REPEATS, HERE): SAME,
    (RelationKind.REPEATS, THERE): SAME,
    (RelationKind.CONTRADICTS, BOTH): pgettext_lazy("related claims", "In contradiction with it"),
    (RelationKind.CONTRADICTS, HERE): pgettext_lazy("related claims", "Contradicted by"),
    (RelationKind.CONTRADICTS, THERE): pgettext_lazy("related claims", "It contradicts"),
    (RelationKind.REPORTS, BOTH): pgettext_lazy("related claims", "Reported by"),
    (RelationKind.REPORTS, HERE): pgettext_lazy("related claims", "Reported by"),
    (RelationKind.REPORTS, THERE): pgettext_lazy("related claims", "It reports"),
    (RelationKind.REFINES, BOTH): pgettext_lazy("related claims", "Closely related"),
    (RelationKind.REFINES, HERE): pgettext_lazy("related claims", "In more detail"),
    (RelationKind.REFINES, THERE): pgettext_lazy("related claims", "More generally"),
}


@dataclass(frozen=True)
class RelatedGroup:
    """Claims that stand in one way to the claim on the page."""

    heading: str
    rows: list[Row]


def related(
    edition: Edition, editions: EditionQuerySet, vocabulary: Vocabulary
) -> list[RelatedGroup]:
    """Those among ``editions``: one may have been withdrawn since this one was published."""
    named_here = edition.content["content"]["relations"]
    found = (
        editions.for_listing()
        .filter(
            Q(claim_slug__in=[relation["target"] for relation in named_here])
            | Q(targets__contains=[edition.claim_slug])
        )
        .annotate(relations=RELATIONS)
        .order_by("document_slug", "position", "sequence")[:MOST]
    )
    groups: dict[str, RelatedGroup] = {}
    for heading in HEADINGS.values():
        groups.setdefault(str(heading), RelatedGroup(heading, []))
    for row in rows(found, vocabulary):
        groups[str(HEADINGS[_relation(edition.claim_slug, named_here, row.edition)])].rows.append(
            row
        )
    return [group for group in groups.values() if group.rows]


def _relation(slug: str, named_here: Iterable[dict[str, str]], other: Any) -> tuple[str, str]:
    """The first of the headings that applies to a claim which one of the two names."""
    here = {one["kind"] for one in named_here if one["target"] == other.claim_slug}
    there = {one["kind"] for one in other.relations if one["target"] == slug}
    ways = {(kind, BOTH) for kind in here & there}
    ways |= {(kind, HERE) for kind in here - there} | {(kind, THERE) for kind in there - here}
    return next(way for way in HEADINGS if way in ways)
