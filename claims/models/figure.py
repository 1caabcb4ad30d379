"""Numbers: what was claimed and what was reported, in one measure."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .claim import Claim
from .dates import EDTFField, earliest, latest, valid_date
from .evidence import Evidence
from .history import tracked
from .language import InCurrentLanguage, current_language


class UnitQuerySet(models.QuerySet["Unit"]):
    def get_by_natural_key(self, slug: str) -> "Unit":
        return self.get(slug=slug)


@tracked()
class Unit(models.Model):
    """What is counted, in the singular and the plural of each language."""

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    one_en = models.CharField(_("singular (English)"), max_length=60)
    other_en = models.CharField(_("plural (English)"), max_length=60)
    one_fr = models.CharField(_("singular (French)"), max_length=60)
    other_fr = models.CharField(_("plural (French)"), max_length=60)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(getattr(self, f"other_{current_language()}"))

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class MeasureQuerySet(models.QuerySet["Measure"]):
    def get_by_natural_key(self, slug: str) -> "Measure":
        return self.get(slug=slug)


@tracked()
class Measure(models.Model):
    """What a number measures, so that claimed and reported numbers can be compared."""

    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    label_en = models.CharField(_("label (English)"), max_length=200)
    label_fr = models.CharField(_("label (French)"), max_length=200)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="measures", verbose_name=_("unit")
    )
    whole_en = models.CharField(
        _("part of (English)"),
        max_length=120,
        blank=True,
        help_text=_(
            "For percentages that together make up a whole: the whole, in the same words for "
            "each. Leave it blank where the parts overlap."
        ),
    )
    whole_fr = models.CharField(_("part of (French)"), max_length=120, blank=True)

    objects = MeasureQuerySet.as_manager()
    label = InCurrentLanguage()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.label)

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    natural_key.dependencies = ["claims.unit"]  # type: ignore[attr-defined]


class FigureQuerySet(models.QuerySet["Figure"]):
    def get_by_natural_key(self, claim: str, key: str) -> "Figure":
        return self.get(claim__slug=claim, key=key)


@tracked(exclude=["as_of_earliest", "as_of_latest"])
class Figure(models.Model):
    """A number given by the claim, or by a piece of its evidence: exact, or a range."""

    claim = models.ForeignKey(
        Claim, on_delete=models.CASCADE, related_name="figures", verbose_name=_("claim")
    )
    key = models.SlugField(_("key"), max_length=60)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    evidence = models.ForeignKey(
        Evidence,
        on_delete=models.CASCADE,
        related_name="figures",
        verbose_name=_("given by"),
        null=True,
        blank=True,
        help_text=_("The evidence that gives the number; blank where the claim itself does."),
    )
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="figures", verbose_name=_("measure")
    )
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=6, null=True, blank=True)
    low = models.DecimalField(_("at least"), max_digits=20, decimal_places=6, null=True, blank=True)
    high = models.DecimalField(_("at most"), max_digits=20, decimal_places=6, null=True, blank=True)
    as_of = EDTFField(_("as of"))
    as_of_earliest = earliest("as_of")
    as_of_latest = latest("as_of")

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["claim", "position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "key"], name="figure_claim_key_unique"),
            models.CheckConstraint(
                condition=Q(value__isnull=False, low=None, high=None)
                | (Q(value=None) & (Q(low__isnull=False) | Q(high__isnull=False))),
                name="figure_is_a_value_or_a_range",
                violation_error_message=_("Give one exact value, or the ends of a range."),
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(low__lte=F("high")),
                name="figure_low_is_not_above_high",
                violation_error_message=_("The range must start at its lower end."),
            ),
            valid_date("as_of", "figure_as_of_is_a_date"),
        ]

    def __str__(self) -> str:
        if self.value is not None:
            return plain(self.value)
        return f"{plain(self.low)}–{plain(self.high)}"

    def natural_key(self) -> tuple[str, str]:
        return (self.claim.slug, self.key)

    natural_key.dependencies = [  # type: ignore[attr-defined]
        "claims.claim",
        "claims.evidence",
        "claims.measure",
    ]


def plain(number: Decimal | None) -> str:
    """A decimal without needless zeros or an exponent: ``20.7``, ``40000``; ``…`` for none."""
    if number is None:
        return "…"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
