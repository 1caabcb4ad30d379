"""One source used for one claim."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .choices import EvidenceStance
from .claim import Claim
from .history import tracked
from .language import InCurrentLanguage
from .source import Source


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def get_by_natural_key(self, claim: str, key: str) -> "Evidence":
        return self.get(claim__slug=claim, key=key)


@tracked()
class Evidence(models.Model):
    """What one source says on one claim. A source may be used twice, for two points."""

    claim = models.ForeignKey(
        Claim, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("claim")
    )
    key = models.SlugField(
        _("key"), max_length=60, help_text=_("Cited in the explanation as [^key].")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("source")
    )
    stance = models.CharField(
        _("stance"),
        max_length=20,
        choices=EvidenceStance,
        help_text=_("What it does to this claim's statement."),
    )
    finding_en = models.TextField(
        _("finding (English)"), blank=True, help_text=_("What the source shows, in our words.")
    )
    finding_fr = models.TextField(_("finding (French)"), blank=True)
    excerpt = models.TextField(
        _("excerpt"), blank=True, help_text=_("At most 30 words, letter for letter.")
    )

    objects = EvidenceQuerySet.as_manager()
    finding = InCurrentLanguage()

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        ordering = ["claim", "position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "key"], name="evidence_claim_key_unique"),
            models.CheckConstraint(
                condition=~models.Q(finding_en="", finding_fr=""),
                name="evidence_has_a_finding",
                violation_error_message=_("Say in at least one language what the source shows."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.finding}"

    def natural_key(self) -> tuple[str, str]:
        return (self.claim.slug, self.key)

    natural_key.dependencies = ["claims.claim", "claims.source"]  # type: ignore[attr-defined]
