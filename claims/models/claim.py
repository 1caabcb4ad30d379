"""A claim: one atomic assertion, its verdict, and where the desk's work on it stands."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .choices import ClaimantStance, ClaimKind, Language, Priority, Status
from .claimant import Claimant
from .dates import EDTFField, earliest, latest, valid_date
from .document import Document, Section
from .history import tracked
from .language import InCurrentLanguage
from .letters import letters_index
from .rating import Rating
from .topic import Topic

# Fact-check aggregators ask for statements of less than 75 characters (Google's ClaimReview page).
SHORT = 74
# Bytes. Every reader's page makes HTML of the explanation: what this may cost has a bound.
LONGEST_EXPLANATION = 100_000


def is_too_long(explanation: str) -> bool:
    return len(explanation.encode()) > LONGEST_EXPLANATION


def bounded(explanation: str) -> None:
    """Validates an explanation. Raises ValidationError."""
    if is_too_long(explanation):
        raise ValidationError(
            _("The explanation has %(count)d bytes: shorten it to %(most)d at most."),
            code="too_long",
            params={"count": len(explanation.encode()), "most": LONGEST_EXPLANATION},
        )


class ClaimQuerySet(models.QuerySet["Claim"]):
    def get_by_natural_key(self, slug: str) -> "Claim":
        return self.get(slug=slug)

    def with_content(self) -> "ClaimQuerySet":
        """Claims with all that an edition is composed of, in a fixed number of queries."""
        return self.select_related(
            "document", "section", "claimant", "reported_claimant", "rating"
        ).prefetch_related(
            "topics",
            "quotes",
            "evidence__source__link_check",
            "figures__measure__unit",
            "figures__evidence",
            "notes",
            "replies__claimant",
            "relations__target",
        )


# What the database's triggers keep, from a claim's moves and changes.
KEPT = ["version", "sent_back_to", "is_revision"]
# What the desk's search looks into; what claims quote as well.
SEARCHED = ("statement_en", "statement_fr", "slug")


@tracked(exclude=["event_earliest", "event_latest", "search", *KEPT])
class Claim(models.Model):
    """One assertion of a document. Content is editable in draft only (a trigger holds that)."""

    slug = models.SlugField(
        _("slug"),
        max_length=100,
        unique=True,
        help_text=_("The claim's permanent name in addresses and files; fixed once created."),
    )
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="claims", verbose_name=_("document")
    )
    section = models.ForeignKey(
        Section,
        on_delete=models.PROTECT,
        related_name="claims",
        verbose_name=_("section"),
        null=True,
        blank=True,
    )
    position = models.PositiveIntegerField(
        _("reading order"), help_text=_("The claim's place in the document, from 1.")
    )
    statement_en = models.TextField(
        _("statement (English)"),
        blank=True,
        help_text=_("The assertion in neutral words, one sentence that can be checked by itself."),
    )
    statement_fr = models.TextField(_("statement (French)"), blank=True)
    short_statement_en = models.CharField(
        _("short form (English)"),
        max_length=SHORT,
        blank=True,
        help_text=_(
            "For search engines and other sites, where the statement is longer than this field."
        ),
    )
    short_statement_fr = models.CharField(_("short form (French)"), max_length=SHORT, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ClaimKind)
    claimant = models.ForeignKey(
        Claimant, on_delete=models.PROTECT, related_name="claims", verbose_name=_("claimant")
    )
    reported_claimant = models.ForeignKey(
        Claimant,
        on_delete=models.PROTECT,
        related_name="reported_claims",
        verbose_name=_("reported claimant"),
        null=True,
        blank=True,
        help_text=_("Whose words the claimant passes on, as in “the president said…”."),
    )
    claimant_stance = models.CharField(
        _("the claimant's stance"),
        max_length=20,
        choices=ClaimantStance,
        default=ClaimantStance.ENDORSES,
    )
    topics = models.ManyToManyField(
        Topic, related_name="claims", verbose_name=_("topics"), blank=True
    )
    event_date = EDTFField(_("date of the event"))
    event_earliest = earliest("event_date")
    event_latest = latest("event_date")
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL
    )
    divergence_en = models.TextField(
        _("how the versions differ (English)"),
        blank=True,
        help_text=_("For readers: what one language version says and the other does not."),
    )
    divergence_fr = models.TextField(_("how the versions differ (French)"), blank=True)
    absent_in = models.CharField(
        _("absent in"),
        max_length=2,
        choices=Language,
        blank=True,
        help_text=_("The language version of the document in which nobody says this."),
    )

    rating = models.ForeignKey(
        Rating,
        on_delete=models.PROTECT,
        related_name="claims",
        verbose_name=_("rating"),
        null=True,
        blank=True,
    )
    is_open = models.BooleanField(
        _("open"),
        default=False,
        help_text=_("Can be checked, but what was found does not decide it yet: no rating."),
    )
    is_outdated = models.BooleanField(
        _("outdated"), default=False, help_text=_("Right when it was said, superseded since.")
    )
    rests_on_document = models.BooleanField(
        _("rests on the document"),
        default=False,
        help_text=_("About the text itself: the document is the evidence, no other is needed."),
    )
    summary_en = models.TextField(
        _("summary (English)"), blank=True, help_text=_("The verdict's reason in one sentence.")
    )
    summary_fr = models.TextField(_("summary (French)"), blank=True)
    explanation_en = models.TextField(
        _("explanation (English)"),
        blank=True,
        validators=[bounded],
        help_text=_("Markdown. [^key] cites the evidence with that key."),
    )
    explanation_fr = models.TextField(_("explanation (French)"), blank=True, validators=[bounded])
    single_source_reason = models.TextField(
        _("why one source is enough"),
        blank=True,
        help_text=_("Asked for where the verdict rests on one source that is not primary."),
    )

    status = models.CharField(
        _("status"), max_length=20, choices=Status, default=Status.DRAFT, editable=False
    )
    status_since = models.DateTimeField(_("status since"), db_default=Now(), editable=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="assigned_claims",
        verbose_name=_("assigned to"),
        null=True,
        blank=True,
        db_index=False,
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="submitted_claims",
        verbose_name=_("submitted by"),
        null=True,
        blank=True,
        db_index=False,
        editable=False,
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    # Whose submission was sent back, as long as nobody has moved the claim since.
    sent_back_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("sent back to"),
        null=True,
        blank=True,
        editable=False,
        db_index=False,
    )
    is_revision = models.BooleanField(
        _("live with an open revision"), db_default=False, editable=False
    )
    # Counts every change of the claim and its parts; a trigger does, so that none is missed.
    version = models.PositiveIntegerField(_("version"), db_default=0, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("statement_en", config="factcheck_en")
        + SearchVector("statement_fr", config="factcheck_fr"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ClaimQuerySet.as_manager()
    statement = InCurrentLanguage()
    summary = InCurrentLanguage()
    explanation = InCurrentLanguage()
    divergence = InCurrentLanguage()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["document", "position"]
        indexes = [
            models.Index(fields=["status", "status_since"], name="claim_status_since"),
            models.Index(fields=["section", "position"], name="claim_section_position"),
            GinIndex(fields=["search"], name="claim_search"),
            letters_index(*SEARCHED, name="claim_letters"),
            models.Index(fields=["status_since"], name="claim_since"),
            models.Index(fields=["kind"], name="claim_kind"),
            models.Index(
                fields=["priority"],
                name="claim_priority",
                condition=~models.Q(priority=Priority.NORMAL),
            ),
            # The queues of the desk, each in its order.
            models.Index(fields=["assigned_to", "status", "status_since"], name="claim_assigned"),
            models.Index(
                fields=["submitted_by", "status_since"],
                name="claim_submitted",
                condition=models.Q(submitted_by__isnull=False),
            ),
            models.Index(
                fields=["sent_back_to", "status_since"],
                name="claim_sent_back",
                condition=models.Q(sent_back_to__isnull=False),
            ),
            models.Index(
                fields=["assigned_to", "status_since"],
                name="claim_sent_back_assigned",
                condition=models.Q(sent_back_to__isnull=False),
            ),
            models.Index(
                fields=["status", "status_since"],
                name="claim_revision",
                condition=models.Q(is_revision=True),
            ),
            models.Index(
                fields=["status", "status_since"],
                name="claim_open",
                condition=models.Q(is_open=True),
            ),
            # What is yet to be rated: few of many, found without reading the others.
            models.Index(
                fields=["status_since"],
                name="claim_no_verdict",
                condition=models.Q(is_open=False, rating=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "position"],
                name="claim_document_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=~models.Q(statement_en="", statement_fr=""),
                name="claim_has_a_statement",
                violation_error_message=_("Write the statement in at least one language."),
            ),
            models.CheckConstraint(
                condition=models.Q(rating=None) | models.Q(is_open=False),
                name="claim_open_has_no_rating",
                violation_error_message=_("A claim is either open or rated: clear one of the two."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="claim_status_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.IN_REVIEW) | ~models.Q(submitted_by=None),
                name="claim_in_review_has_a_submitter",
            ),
            models.CheckConstraint(
                condition=models.Q(absent_in__in=["", *Language.values]),
                name="claim_absent_in_a_known_language",
            ),
            valid_date("event_date", "claim_event_date_is_a_date"),
        ]
        permissions = [
            ("submit_claim", _("Can submit claims for review")),
            ("send_back_claim", _("Can send claims back to draft")),
            ("publish_claim", _("Can publish claims")),
            ("revise_claim", _("Can open a revision of a published claim")),
            ("discard_claim", _("Can discard a revision")),
            ("drop_claim", _("Can drop claims that were never published")),
            ("withdraw_claim", _("Can withdraw published claims")),
        ]

    def __str__(self) -> str:
        return str(self.statement) or self.slug

    def get_absolute_url(self) -> str:
        return reverse("claims:claim", kwargs={"slug": self.slug})

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    natural_key.dependencies = [  # type: ignore[attr-defined]
        "claims.document",
        "claims.section",
        "claims.claimant",
        "claims.topic",
        "claims.rating",
    ]


@tracked(obj_field=None)
class ClaimTopic(Claim.topics.through):  # type: ignore[name-defined]
    """One topic of one claim: the pairs of ``Claim.topics``, for the audit trail."""

    class Meta:
        proxy = True
        verbose_name = _("topic of a claim")
        verbose_name_plural = _("topics of claims")
