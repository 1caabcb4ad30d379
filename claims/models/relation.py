"""How one claim stands to another."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .choices import RelationKind
from .claim import Claim
from .history import tracked


class RelationQuerySet(models.QuerySet["Relation"]):
    def get_by_natural_key(self, claim: str, target: str, kind: str) -> "Relation":
        return self.get(claim__slug=claim, target__slug=target, kind=kind)


@tracked()
class Relation(models.Model):
    """The target repeats, refines, contradicts or reports the claim."""

    claim = models.ForeignKey(
        Claim, on_delete=models.CASCADE, related_name="relations", verbose_name=_("claim")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=RelationKind)
    target = models.ForeignKey(
        Claim,
        on_delete=models.CASCADE,
        related_name="relations_to",
        verbose_name=_("related claim"),
    )

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        ordering = ["claim", "kind", "target"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "target", "kind"], name="relation_claim_target_kind_unique"
            ),
            models.CheckConstraint(
                condition=~models.Q(claim=models.F("target")),
                name="relation_is_to_another_claim",
                violation_error_message=_("A claim cannot be related to itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.target}"

    def natural_key(self) -> tuple[str, str, str]:
        return (self.claim.slug, self.target.slug, self.kind)

    natural_key.dependencies = ["claims.claim"]  # type: ignore[attr-defined]
