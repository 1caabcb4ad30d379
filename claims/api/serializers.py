"""What the API says of each thing, and so what its description promises."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from claims.models import CorrectionClass, Edition, EditionKind


def absolute(name: str, *arguments: Any, language: str = "en") -> str:
    with override(language):
        return f"{settings.FACTCHECK['base_url']}{reverse(name, args=arguments)}"


class Claim(serializers.Serializer):
    """A claim as its newest edition, or the one of a past day, has it."""

    slug = serializers.CharField(source="claim_slug")
    statement_en = serializers.CharField()
    statement_fr = serializers.CharField()
    rating = serializers.SerializerMethodField(help_text="Null for an open claim.")
    rating_value = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=5, help_text="1 is false, 5 is true."
    )
    is_outdated = serializers.BooleanField(help_text="True when it was said, and no longer.")
    summary_en = serializers.CharField()
    summary_fr = serializers.CharField()
    kind = serializers.CharField(source="claim_kind")
    document = serializers.CharField(source="document_slug")
    section = serializers.IntegerField(source="section_number", allow_null=True)
    position = serializers.IntegerField(allow_null=True)
    claimant = serializers.CharField(source="claimant_slug")
    reported_claimant = serializers.SerializerMethodField()
    topics = serializers.ListField(child=serializers.CharField())
    made = serializers.CharField(help_text="When it was said: EDTF, or blank.")
    event_date = serializers.CharField(help_text="When what is claimed happened: EDTF, or blank.")
    edition = serializers.IntegerField(source="number", min_value=1)
    published_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField()
    url_en = serializers.SerializerMethodField()
    url_fr = serializers.SerializerMethodField()

    @extend_schema_field({"type": ["string", "null"]})
    def get_rating(self, edition: Edition) -> str | None:
        return edition.rating or None

    @extend_schema_field({"type": ["string", "null"]})
    def get_reported_claimant(self, edition: Edition) -> str | None:
        return edition.reported_claimant_slug or None

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, edition: Edition) -> str:
        return absolute("api_claim", edition.claim_slug)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url_en(self, edition: Edition) -> str:
        return absolute("claims:claim", edition.claim_slug)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url_fr(self, edition: Edition) -> str:
        return absolute("claims:claim", edition.claim_slug, language="fr")


class WholeClaim(Claim):
    """A claim with everything that its edition says."""

    content = serializers.SerializerMethodField(
        help_text="Quotes, verdict, evidence, figures, replies, relations and notes."
    )
    payload_sha256 = serializers.CharField()
    chain_hash = serializers.CharField()

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_content(self, edition: Edition) -> dict[str, Any]:
        content: dict[str, Any] = edition.content["content"]
        return content


class Term(serializers.Serializer):
    """A document, a topic or a claimant that live claims are filed under."""

    slug = serializers.CharField()
    label_en = serializers.CharField()
    label_fr = serializers.CharField()
    claims = serializers.IntegerField(source="live_count", min_value=1)
    details = serializers.DictField(help_text="As its claims' editions describe it.")
    url = serializers.SerializerMethodField()
    url_en = serializers.SerializerMethodField()
    url_fr = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, term: Any) -> str:
        return absolute(f"api_{term.kind}", term.slug)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url_en(self, term: Any) -> str:
        return absolute(f"claims:{term.kind}", term.slug)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url_fr(self, term: Any) -> str:
        return absolute(f"claims:{term.kind}", term.slug, language="fr")


class Rating(serializers.Serializer):
    """A step of one version of the verdict scale."""

    scale = serializers.IntegerField()
    slug = serializers.CharField()
    position = serializers.IntegerField()
    value = serializers.IntegerField(allow_null=True)
    needs_evidence = serializers.BooleanField()
    label_en = serializers.CharField()
    label_fr = serializers.CharField()
    definition_en = serializers.CharField()
    definition_fr = serializers.CharField()


class Correction(serializers.Serializer):
    """A later edition of a claim, or its withdrawal. Withdrawn words are null."""

    claim = serializers.CharField(source="edition.claim_slug")
    edition = serializers.IntegerField(source="edition.number")
    kind = serializers.ChoiceField(source="edition.kind", choices=EditionKind.values)
    correction_class = serializers.SerializerMethodField()
    published_at = serializers.DateTimeField(source="edition.published_at")
    rating_before = serializers.SerializerMethodField()
    rating = serializers.SerializerMethodField()
    reason_en = serializers.SerializerMethodField()
    reason_fr = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    @extend_schema_field({"type": ["string", "null"], "enum": [*CorrectionClass.values, None]})
    def get_correction_class(self, one: Any) -> str | None:
        return one.edition.correction_class or None

    @extend_schema_field({"type": ["string", "null"]})
    def get_rating_before(self, one: Any) -> str | None:
        # What a withdrawal took back is not said again.
        before = None if one.is_withdrawal else one.before
        return (before.rating or None) if before else None

    @extend_schema_field({"type": ["string", "null"]})
    def get_rating(self, one: Any) -> str | None:
        return (one.edition.rating or None) if one.is_readable else None

    @extend_schema_field({"type": ["string", "null"]})
    def get_reason_en(self, one: Any) -> str | None:
        return reason(one, "en")

    @extend_schema_field({"type": ["string", "null"]})
    def get_reason_fr(self, one: Any) -> str | None:
        return reason(one, "fr")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, one: Any) -> str:
        return absolute("api_claim", one.edition.claim_slug)


def reason(one: Any, language: str) -> str | None:
    """Why the edition was made, where readers may still see it."""
    content = one.edition.content
    if one.is_withdrawal:
        return content.get(f"reason_{language}")
    if not one.is_readable:
        return None
    return (content["correction"] or {}).get(f"note_{language}")


class Page(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class ClaimPage(Page):
    count = serializers.IntegerField(help_text="Exact, or the limit where there are more.")
    count_is_exact = serializers.BooleanField()
    results = Claim(many=True)


class TermPage(Page):
    results = Term(many=True)


class CorrectionPage(Page):
    results = Correction(many=True)


class RatingList(serializers.Serializer):
    results = Rating(many=True)


class Problem(serializers.Serializer):
    """Problem details, RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="What is wrong with each parameter.",
    )
