"""The record: published versions of claims, immutable and chained."""

import datetime
import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GinIndex, GistIndex, HashIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Case, Exists, F, Func, JSONField, OuterRef, Q, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Coalesce, NullIf
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .choices import CorrectionClass, EditionKind
from .claim import Claim
from .dates import EDTFField, earliest, latest
from .language import InCurrentLanguage

IS_LIVE = Q(superseded_at=None, kind=EditionKind.PUBLICATION)
# The orders of lists of live editions, and what such lists are narrowed by.
LIVE_ORDERS = {
    "rating": ["rating", "-published_at", "-sequence"],
    "claimant": ["claimant_slug", "-published_at", "-sequence"],
    "reported": ["reported_claimant_slug", "-published_at", "-sequence"],
    "event": ["event_earliest", "event_latest", "sequence"],
    "falsest": ["rating_value", "sequence"],
    "kind": ["claim_kind", "-published_at", "-sequence"],
}
# Narrower lists that are few among all: the newest first.
LIVE_FEW = {
    "outdated": Q(is_outdated=True),
    "undated": Q(made=""),
    "eventless": Q(event_date=""),
}
# The columns that begin with these names tell when it was said, and when it happened.
DATED = {"made": "made", "event": "event_date"}


# What lists are narrowed by, beside topics: the word for it, and the columns that hold its slug.
FILED_UNDER = {
    "rating": ["rating"],
    "claimant": ["claimant_slug", "reported_claimant_slug"],
    "document": ["document_slug"],
    "kind": ["claim_kind"],
}


def filed() -> Func:
    """All that an edition is filed under: slugs of topics, and of the rest with their word."""
    named = [
        CombinedExpression(Value(f"{word}:"), "||", F(column), output_field=models.TextField())
        for word, columns in FILED_UNDER.items()
        for column in columns
    ]
    texts = ArrayField(models.TextField())
    others = Func(*named, template="ARRAY[%(expressions)s]", output_field=texts)
    topics = Cast(F("topics"), texts)
    return Func(topics, others, arg_joiner=" || ", output_field=texts, template="(%(expressions)s)")


def interval(name: str) -> Case:
    """The days from the earliest to the latest, open where either is not known; null if undated.

    Not for a partial index: PostgreSQL uses what it knows of an expression only where all have it.
    """
    days = Func(
        F(f"{name}_earliest"),
        F(f"{name}_latest"),
        Value("[]"),
        function="daterange",
        output_field=DateRangeField(),
    )
    return Case(When(~Q(**{DATED[name]: ""}), then=days), output_field=DateRangeField())


class EditionQuerySet(models.QuerySet["Edition"]):
    def current(self) -> "EditionQuerySet":
        """The newest edition of each claim, withdrawals included."""
        return self.filter(superseded_at=None)

    def live(self) -> "EditionQuerySet":
        """What readers see: the newest edition of each claim that is not withdrawn."""
        return self.current().filter(kind=EditionKind.PUBLICATION)

    def as_of(self, moment: datetime.datetime) -> "EditionQuerySet":
        """The edition of each claim that was the newest at ``moment``, withdrawals included."""
        return self.filter(
            Q(superseded_at=None) | Q(superseded_at__gt=moment), published_at__lte=moment
        )

    def readable(self) -> "EditionQuerySet":
        """Publications whose words readers may see: neither withdrawn since nor redacted."""
        withdrawals = self.model.objects.filter(
            claim_slug=OuterRef("claim_slug"),
            number__gt=OuterRef("number"),
            kind=EditionKind.WITHDRAWAL,
        )
        return self.filter(~Exists(withdrawals), kind=EditionKind.PUBLICATION).exclude(payload="")

    def filed_under(self, word: str, slugs: Sequence[str]) -> "EditionQuerySet":
        """Those filed under any of the slugs. Several such conditions are one look at an index."""
        names = [slug if word == "topic" else f"{word}:{slug}" for slug in slugs]
        return self.alias(filed=filed()).filter(filed__overlap=names)

    def of(self, column: str, values: Sequence[str]) -> "EditionQuerySet":
        """Those with any of the values, looked at row by row: no index has the expression."""
        return self.alias(**{f"own_{column}": Coalesce(column, column)}).filter(
            **{f"own_{column}__in": values}
        )

    def for_listing(self) -> "EditionQuerySet":
        """Without the payload, which no list shows."""
        return self.defer("payload", "words_en", "words_fr", "names", "search", "targets")


class Edition(models.Model):
    """One published version of a claim, or its withdrawal.

    The payload is the canonical JSON text (RFC 8785) that readers' pages and exports are made
    from; the columns below it repeat parts of it for lists and searches. Rows are appended by
    ``record.publishing`` alone, and only ``superseded_at`` is ever set afterwards.
    """

    sequence = models.BigIntegerField(_("sequence"), primary_key=True)
    claim = models.ForeignKey(
        Claim, on_delete=models.PROTECT, related_name="editions", verbose_name=_("claim")
    )
    claim_slug = models.SlugField(_("slug"), max_length=100, db_index=False)
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=20, choices=EditionKind)
    published_at = models.DateTimeField(_("published"))
    superseded_at = models.DateTimeField(_("superseded"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("submitted by"),
        null=True,
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("approved by"),
    )
    people_salt = models.CharField(max_length=32)
    format_version = models.PositiveSmallIntegerField(_("format version"))
    payload = models.TextField(_("payload"), blank=True)
    payload_sha256 = models.CharField(_("SHA-256 of the payload"), max_length=64)
    previous_hash = models.CharField(_("hash of the edition before"), max_length=64, blank=True)
    chain_hash = models.CharField(_("hash"), max_length=64, unique=True)

    statement_en = models.TextField(_("statement (English)"), blank=True)
    statement_fr = models.TextField(_("statement (French)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    summary_fr = models.TextField(_("summary (French)"), blank=True)
    scale = models.PositiveSmallIntegerField(_("scale version"), null=True)
    rating = models.CharField(
        _("rating"), max_length=40, blank=True, help_text=_("Blank for an open claim.")
    )
    rating_value = models.PositiveSmallIntegerField(_("ClaimReview number"), null=True)
    is_outdated = models.BooleanField(_("outdated"), default=False)
    claim_kind = models.CharField(_("kind of claim"), max_length=20, blank=True)
    document_slug = models.CharField(_("document"), max_length=100, blank=True)
    section_number = models.PositiveSmallIntegerField(_("section"), null=True)
    position = models.PositiveIntegerField(_("reading order"), null=True)
    claimant_slug = models.CharField(_("claimant"), max_length=100, blank=True)
    reported_claimant_slug = models.CharField(_("reported claimant"), max_length=100, blank=True)
    topics = ArrayField(models.CharField(max_length=80), verbose_name=_("topics"), default=list)
    made = EDTFField(_("date made"))
    made_earliest = earliest("made")
    made_latest = latest("made")
    event_date = EDTFField(_("date of the event"))
    event_earliest = earliest("event_date")
    event_latest = latest("event_date")
    correction_class = models.CharField(
        _("correction"), max_length=20, choices=CorrectionClass, blank=True
    )
    words_en = models.TextField(blank=True)
    words_fr = models.TextField(blank=True)
    names = models.TextField(blank=True)
    search = models.GeneratedField(
        expression=SearchVector("words_en", config="factcheck_en")
        + SearchVector("words_fr", config="factcheck_fr")
        + SearchVector("words_fr", config="french")
        + SearchVector("names", config="factcheck_simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    targets = models.GeneratedField(
        expression=Func(
            Cast(NullIf(F("payload"), Value("")), JSONField()),
            Value("$.content.relations[*].target"),
            function="jsonb_path_query_array",
            output_field=JSONField(),
        ),
        output_field=JSONField(null=True),
        db_persist=True,
    )

    objects = EditionQuerySet.as_manager()
    statement = InCurrentLanguage()
    summary = InCurrentLanguage()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["sequence"]
        indexes = [
            GinIndex(fields=["search"], name="edition_search"),
            GinIndex(fields=["topics"], name="edition_topics"),
            GinIndex(filed(), name="edition_filed"),
            models.Index(
                fields=["-published_at", "-sequence"],
                name="edition_live_newest",
                condition=Q(superseded_at=None, kind=EditionKind.PUBLICATION),
            ),
            models.Index(
                fields=["document_slug", "position", "sequence"],
                name="edition_live_reading_order",
                condition=Q(superseded_at=None, kind=EditionKind.PUBLICATION),
            ),
            *(
                models.Index(fields=fields, name=f"edition_live_{name}", condition=IS_LIVE)
                for name, fields in LIVE_ORDERS.items()
            ),
            *(
                models.Index(
                    fields=["-published_at", "-sequence"],
                    name=f"edition_live_{name}",
                    condition=IS_LIVE & condition,
                )
                for name, condition in LIVE_FEW.items()
            ),
            *(GistIndex(interval(name), name=f"edition_{name}_days") for name in DATED),
            models.Index(
                F("rating_value").desc(nulls_last=True),
                "sequence",
                name="edition_live_truest",
                condition=IS_LIVE,
            ),
            GinIndex(fields=["targets"], name="edition_targets", opclasses=["jsonb_path_ops"]),
            models.Index(
                fields=["-published_at", "-sequence"],
                name="edition_later_newest",
                condition=Q(number__gt=1),
            ),
            models.Index(
                fields=["claim_slug"],
                name="edition_withdrawal",
                condition=Q(kind=EditionKind.WITHDRAWAL),
            ),
            # For those who look at the record: by date, by what was corrected, by hash.
            models.Index(fields=["published_at"], name="edition_published"),
            models.Index(
                fields=["sequence"],
                name="edition_superseded",
                condition=Q(superseded_at__isnull=False),
            ),
            models.Index(
                fields=["correction_class", "sequence"],
                name="edition_correction",
                condition=~Q(correction_class=""),
            ),
            HashIndex(fields=["payload_sha256"], name="edition_payload_sha256"),
            # Empty as a rule: redactions are counted on every request.
            models.Index(fields=["sequence"], name="edition_redacted", condition=Q(payload="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["claim_slug", "number"], name="edition_claim_number_unique"
            ),
            models.UniqueConstraint(
                fields=["claim_slug"],
                condition=Q(superseded_at=None),
                name="edition_one_current_per_claim",
            ),
            models.UniqueConstraint(fields=["previous_hash"], name="edition_chain_does_not_branch"),
            models.CheckConstraint(
                condition=Q(kind=EditionKind.WITHDRAWAL)
                | (Q(submitted_by__isnull=False) & ~Q(submitted_by=F("approved_by"))),
                name="edition_approver_is_another_person",
                violation_error_message=_(
                    "Someone other than the person who submitted it must approve."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EditionKind.values), name="edition_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(superseded_at=None) | Q(superseded_at__gt=F("published_at")),
                name="edition_superseded_after_publication",
            ),
            models.CheckConstraint(
                condition=Q(payload="")
                | Q(payload_sha256=Func(F("payload"), function="text_sha256")),
                name="edition_payload_matches_its_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_slug} #{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("claims:claim", kwargs={"slug": self.claim_slug})

    @cached_property
    def content(self) -> dict[str, Any]:
        """The payload as a mapping; empty once redacted."""
        return json.loads(self.payload) if self.payload else {}

    @property
    def is_redacted(self) -> bool:
        return not self.payload


class Redaction(models.Model):
    """Why the text of one edition was blanked for good. Append-only."""

    edition = models.OneToOneField(
        Edition, on_delete=models.PROTECT, related_name="redaction", verbose_name=_("edition")
    )
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
        null=True,
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        ordering = ["edition"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="redaction_has_a_reason",
                violation_error_message=_("Say why the text has to go."),
            )
        ]

    def __str__(self) -> str:
        return str(self.edition)
