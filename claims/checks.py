"""Checks of the record that ``manage.py check --database default`` runs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from claims.models import Edition
from claims.record import heads
from claims.record.claimreview import claim_review, is_long, problems
from claims.record.vocabulary import read_vocabulary

CHUNK = 500
# ``migrate`` checks the database first: the time for it must not grow with the record.
NEWEST = 500


@register(Tags.database)
def claim_reviews(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """The ClaimReviews of the newest live editions keep the rules; long statements are counted.

    ``manage.py verifyrecord --claimreviews`` reads those of all.
    """
    if not databases or "default" not in databases or not _has_record():
        return []
    return claim_review_messages(
        Edition.objects.live().order_by("-published_at", "-sequence")[:NEWEST]
    )


def all_claim_reviews() -> list[CheckMessage]:
    """The same of every live edition, which takes time with the record."""
    editions = Edition.objects.live().order_by("sequence")
    return claim_review_messages(editions.iterator(chunk_size=CHUNK))


def claim_review_messages(editions: Iterable[Edition]) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    long = 0
    for edition, review in _reviews(editions):
        long += is_long(review)
        found += [
            Error(f"{review['url']}: {problem}.", obj=edition, id="claims.E001")
            for problem in problems(review)
        ]
    if long:
        message = f"{long} ClaimReviews have statements of 75 characters or more."
        hint = "Give these claims a short form: search engines cut long statements off."
        found.append(Warning(message, hint=hint, id="claims.W001"))
    return found


@register(Tags.database)
def signed_heads(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """The last edition is signed, where heads are signed at all."""
    if not databases or "default" not in databases or not _has_record():
        return []
    hint = "Run manage.py verifyrecord --sign once the file of FACTCHECK_HEADS can be written."
    problem = heads.problem()
    return [Error(problem, hint=hint, id="claims.E002")] if problem else []


def _has_record() -> bool:
    with connections["default"].cursor() as cursor:
        names = connections["default"].introspection.table_names(cursor)
    return Edition._meta.db_table in names


def _reviews(editions: Iterable[Edition]) -> Iterator[tuple[Edition, dict[str, Any]]]:
    vocabulary = read_vocabulary([])
    for edition in editions:
        rating = vocabulary.rating_of(edition)
        for language, _name in settings.LANGUAGES:
            review = claim_review(edition, rating, language, edition.published_at)
            if review is not None:
                yield edition, review
