"""ClaimReview markup (schema.org) of an edition, and the rules that it has to keep.

Sources: https://schema.org/ClaimReview, https://schema.org/Rating, and Google's page on
structured data for fact checks.
"""

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from claims.models import ClaimantKind, ClaimantStance, DocumentKind, Edition, Rating
from claims.models.claim import SHORT
from claims.models.language import in_language
from claims.models.quote import shown_words

from .composing import completed

BEST, WORST = 5, 1
WORKS = {
    DocumentKind.ARTICLE: "Article",
    DocumentKind.POST: "SocialMediaPosting",
    DocumentKind.REPORT: "Report",
}
# EDTF's plain days, months and years are ISO 8601; approximate dates and intervals are not.
EXACT_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$")


def claim_review(
    edition: Edition, rating: Rating | None, language: str, first_published: datetime.datetime
) -> dict[str, Any] | None:
    """The ClaimReview of a publication in one language, JSON-ready.

    None where there is no verdict to publish: for open claims, and for those that facts cannot
    decide. A verdict without a number has its name only.
    """
    if rating is None or not rating.needs_evidence:
        return None
    content = completed(edition.content["content"])
    base = settings.FACTCHECK["base_url"]
    with override(language):
        url = base + reverse("claims:claim", args=[edition.claim_slug])
        policy = base + reverse("claims:method") + "#corrections"
    review = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": url,
        "inLanguage": language,
        "claimReviewed": in_language(content, "short_statement", language)
        if content[f"short_statement_{language}"]
        else in_language(content, "statement", language),
        "datePublished": first_published.isoformat(),
        "dateModified": edition.published_at.isoformat(),
        "version": edition.number,
        "author": _publisher(policy),
        "reviewRating": _rating(content["verdict"], language),
        "itemReviewed": _claim(content, language),
        "citation": [item["source"]["url"] for item in content["evidence"]],
        "license": settings.FACTCHECK["licence_url"],
        "correction": _correction(edition, language),
        "creativeWorkStatus": "Demonstration" if edition.content["is_demonstration"] else "",
    }
    return _without_blanks(review)


def problems(review: Mapping[str, Any]) -> Iterator[str]:
    """Each rule that the markup breaks, in English: for tests and for ``manage.py check``."""
    base = urlsplit(settings.FACTCHECK["base_url"])
    address = urlsplit(review.get("url", ""))
    rating = review.get("reviewRating", {})
    if not review.get("claimReviewed"):
        yield "claimReviewed is blank"
    if (address.scheme, address.netloc) != (base.scheme, base.netloc) or address.query:
        yield "url is not the claim's own page on this site"
    if not rating.get("alternateName"):
        yield "reviewRating has no alternateName"
    if "ratingValue" in rating and not WORST <= rating["ratingValue"] <= BEST:
        yield "ratingValue is outside of the scale"
    if review.get("datePublished", "") > review.get("dateModified", ""):
        yield "dateModified is before datePublished"
    said = review.get("itemReviewed", {}).get("datePublished", "")
    if said and said > review.get("datePublished", "")[: len(said)]:
        yield "the claim was made after its review was published"
    if not review.get("author", {}).get("name"):
        yield "author has no name"
    if any(not author.get("name") for author in review.get("itemReviewed", {}).get("author", [])):
        yield "a claimant has no name"


def is_long(review: Mapping[str, Any]) -> bool:
    """Google asks for fewer than 75 characters: a warning, no fault."""
    return len(review["claimReviewed"]) > SHORT


def _publisher(policy: str) -> dict[str, Any]:
    site = settings.FACTCHECK
    return {
        "@type": "Organization",
        "name": site["organisation"],
        "url": site["base_url"] + "/",
        "correctionsPolicy": policy,
    }


def _rating(verdict: dict[str, Any], language: str) -> dict[str, Any]:
    numbered: dict[str, Any] = {}
    if (value := verdict["rating"]["value"]) is not None:
        numbered = {"ratingValue": value, "bestRating": BEST, "worstRating": WORST}
    return {
        "@type": "Rating",
        **numbered,
        "alternateName": in_language(verdict["rating"], "label", language),
        "ratingExplanation": in_language(verdict, "summary", language),
    }


def _claim(content: dict[str, Any], language: str) -> dict[str, Any]:
    """The claim as it was made: in the exact words where the version of this language has any."""
    exact = [
        shown_words(quote["exact"], quote["omissions"])
        for quote in content["quotes"]
        if quote["language"] == language
    ]
    document = content["document"]
    return {
        "@type": "Claim",
        "text": exact[0] if exact else in_language(content, "statement", language),
        "inLanguage": language,
        "author": [_author(claimant, language) for claimant in _authors(content)],
        "datePublished": _exact(document["published"]),
        "appearance": {
            "@type": WORKS.get(document["kind"], "CreativeWork"),
            "name": in_language(document, "title", language),
            "url": document["url"],
            "publisher": document["publisher"]
            and {"@type": "Organization", "name": document["publisher"]},
            "datePublished": _exact(document["published"]),
            "inLanguage": document["languages"],
        },
    }


def _authors(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Whose claim it is: not that of a speaker who only reports it, or rejects it."""
    speaker, reported = content["claimant"], content["reported_claimant"]
    stance = content["claimant_stance"]
    if stance == ClaimantStance.ENDORSES:
        found = [speaker]
    elif stance == ClaimantStance.REPORTS:
        found = [reported or speaker]
    else:
        found = [reported]
    return [claimant for claimant in found if claimant]


def _author(claimant: dict[str, Any], language: str) -> dict[str, Any]:
    is_person = claimant["kind"] == ClaimantKind.PERSON
    return {
        "@type": "Person" if is_person else "Organization",
        "name": in_language(claimant, "name", language),
        "sameAs": claimant["same_as"],
    }


def _correction(edition: Edition, language: str) -> dict[str, Any] | None:
    correction = edition.content["correction"]
    return correction and {
        "@type": "CorrectionComment",
        "text": in_language(correction, "note", language),
        "datePublished": edition.published_at.isoformat(),
    }


def _exact(text: str) -> str:
    return text if EXACT_DATE.match(text) else ""


def _without_blanks(node: Any) -> Any:
    """schema.org has no word for "unknown": what is not known is left out."""
    if isinstance(node, dict):
        kept = {name: _without_blanks(value) for name, value in node.items()}
        return {name: value for name, value in kept.items() if value not in ("", None, [], {})}
    if isinstance(node, list):
        return [_without_blanks(value) for value in node]
    return node
