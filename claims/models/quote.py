"""The exact words in which a claim was made."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .choices import Language, QuoteState
from .claim import Claim
from .history import tracked


class QuoteQuerySet(models.QuerySet["Quote"]):
    def get_by_natural_key(self, claim: str, key: str) -> "Quote":
        return self.get(claim__slug=claim, key=key)


@tracked()
class Quote(models.Model):
    """A span of a document in one language, as W3C Web Annotation selectors.

    ``exact``, ``prefix`` and ``suffix`` are a TextQuoteSelector; ``start`` and ``end`` a
    TextPositionSelector, in Unicode code points of the transcript with ``transcript_sha256``.
    """

    claim = models.ForeignKey(
        Claim, on_delete=models.CASCADE, related_name="quotes", verbose_name=_("claim")
    )
    key = models.SlugField(_("key"), max_length=60)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    exact = models.TextField(_("exact words"), help_text=_("Letter for letter, nothing changed."))
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
        constraints = [
            models.UniqueConstraint(fields=["claim", "key"], name="quote_claim_key_unique"),
            models.CheckConstraint(
                condition=~Q(exact=""),
                name="quote_has_words",
                violation_error_message=_("A quote needs the exact words."),
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
        return self.exact

    def natural_key(self) -> tuple[str, str]:
        return (self.claim.slug, self.key)

    natural_key.dependencies = ["claims.claim"]  # type: ignore[attr-defined]
