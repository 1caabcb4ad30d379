"""The exact words in which a claim was made."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from .choices import Language, QuoteState
from .claim import Claim
from .history import tracked
from .letters import letters_index

ELLIPSIS = "[…]"


class QuoteQuerySet(models.QuerySet["Quote"]):
    def get_by_natural_key(self, claim: str, key: str) -> "Quote":
        return self.get(claim__slug=claim, key=key)


@tracked()
class Quote(models.Model):
    """A span of a document in one language, as W3C Web Annotation selectors.

    ``exact``, ``prefix`` and ``suffix`` are a TextQuoteSelector; ``start`` and ``end`` a
    TextPositionSelector, in Unicode code points of the transcript with ``transcript_sha256``.
    Where only parts of the span are the claim's words, ``omissions`` says which are not: pairs
    of start and end in code points of ``exact``, in order. Readers see an ellipsis there.
    """

    claim = models.ForeignKey(
        Claim, on_delete=models.CASCADE, related_name="quotes", verbose_name=_("claim")
    )
    key = models.SlugField(_("key"), max_length=60)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    exact = models.TextField(_("exact words"), help_text=_("Letter for letter, nothing changed."))
    omissions = ArrayField(
        ArrayField(models.PositiveIntegerField(), size=2),
        verbose_name=_("omissions"),
        default=list,
        blank=True,
    )
    start = models.PositiveIntegerField(_("start"), null=True, blank=True)
    end = models.PositiveIntegerField(_("end"), null=True, blank=True)
    transcript_sha256 = models.CharField(_("SHA-256 of the text"), max_length=64, blank=True)
    prefix = models.TextField(_("words before"), blank=True)
    suffix = models.TextField(_("words after"), blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=QuoteState, default=QuoteState.UNLOCATED
    )

    objects = QuoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["claim", "language", "start", "key"]
        indexes = [
            letters_index("exact", name="quote_letters"),
            # Few as a rule: those of which the desk asks where they have gone.
            models.Index(
                fields=["claim"],
                name="quote_lost",
                condition=Q(state__in=[QuoteState.AMBIGUOUS, QuoteState.BROKEN]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["claim", "key"], name="quote_claim_key_unique"),
            models.CheckConstraint(
                condition=~Q(exact=""),
                name="quote_has_words",
                violation_error_message=_("A quote needs the exact words."),
            ),
            models.CheckConstraint(
                condition=Func(
                    F("omissions"),
                    F("exact"),
                    function="omissions_are_valid",
                    output_field=models.BooleanField(),
                ),
                name="quote_omissions_are_within_its_words",
                violation_error_message=_(
                    "What is omitted must lie within the quote, in order, with words kept "
                    "before and after it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(start=None, end=None) | Q(end__gt=F("start")),
                name="quote_start_before_end",
                violation_error_message=_("The quote must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=QuoteState.values)
                & (
                    ~Q(state__in=[QuoteState.EXACT, QuoteState.MOVED])
                    | (Q(end__isnull=False) & ~Q(transcript_sha256=""))
                ),
                name="quote_located_says_where",
                violation_error_message=_("A located quote needs start, end and the text's hash."),
            ),
        ]

    def __str__(self) -> str:
        return shown_words(self.exact, self.omissions)

    def natural_key(self) -> tuple[str, str]:
        return (self.claim.slug, self.key)

    natural_key.dependencies = ["claims.claim"]  # type: ignore[attr-defined]


def shown_words(exact: str, omissions: list[list[int]]) -> str:
    """The words of a quote as readers see them: each omission is an ellipsis in brackets."""
    shown, position = [], 0
    for start, end in omissions:
        shown += [exact[position:start].rstrip(), ELLIPSIS]
        position = end
    return " ".join([*shown, exact[position:].lstrip() if omissions else exact])
