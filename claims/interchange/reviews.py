"""ClaimReviews as one feed that aggregators take: a schema.org DataFeed."""

import json
from collections.abc import Iterator

from django.conf import settings
from django.db import router, transaction
from django.db.models import OuterRef, Subquery

from claims.models import Edition, Rating
from claims.models.edition import EditionQuerySet
from claims.record.claimreview import claim_review

BATCH = 500


def reviews(editions: EditionQuerySet, language: str) -> Iterator[str]:
    """The text of the feed, some claims at a time. Claims without a verdict are not in it."""
    first = Edition.objects.filter(claim_slug=OuterRef("claim_slug"), number=1)
    ratings = {(one.scale, one.slug): one for one in Rating.objects.all()}
    head = {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "name": settings.FACTCHECK["name"],
        "inLanguage": language,
        "license": settings.FACTCHECK["licence_url"],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "dataFeedElement": ['
    separator = "\n"
    with transaction.atomic(using=router.db_for_read(Edition)):
        rows = (
            editions.exclude(rating="")
            .defer("words_en", "words_fr", "names", "search", "targets")
            .annotate(first_published=Subquery(first.values("published_at")))
            .order_by("sequence")
        )
        for edition in rows.iterator(chunk_size=BATCH):
            rating = ratings.get((edition.scale or 0, edition.rating))
            review = claim_review(edition, rating, language, edition.first_published)
            if review is None:
                continue
            item = {
                "@type": "DataFeedItem",
                "dateCreated": review["datePublished"],
                "dateModified": review["dateModified"],
                "item": review,
            }
            yield separator + json.dumps(item, ensure_ascii=False)
            separator = ",\n"
    yield "\n]}\n"
