"""A step of the verdict scale."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .history import tracked
from .language import InCurrentLanguage


class RatingQuerySet(models.QuerySet["Rating"]):
    def get_by_natural_key(self, scale: int, slug: str) -> "Rating":
        return self.get(scale=scale, slug=slug)

    def of_current_scale(self) -> "RatingQuerySet":
        """The steps of the newest version of the scale, in reading order."""
        newest = self.order_by("-scale").values("scale")[:1]
        return self.filter(scale__in=newest).order_by("position")


@tracked()
class Rating(models.Model):
    """A step of one version of the verdict scale, with its ClaimReview number if it has one."""

    scale = models.PositiveSmallIntegerField(
        _("scale version"),
        default=1,
        help_text=_("A changed definition is a new version of the whole scale."),
    )
    slug = models.SlugField(_("slug"), max_length=40)
    position = models.PositiveSmallIntegerField(
        _("position"), help_text=_("Order on the method page, from true to not checkable.")
    )
    value = models.PositiveSmallIntegerField(
        _("ClaimReview number"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("5 is true, 1 is false; blank for verdicts that are not a step of the scale."),
    )
    needs_evidence = models.BooleanField(
        _("needs evidence"),
        default=True,
        help_text=_("Whether a claim with this rating must cite evidence to be submitted."),
    )
    label_en = models.CharField(_("label (English)"), max_length=60)
    label_fr = models.CharField(_("label (French)"), max_length=60)
    definition_en = models.TextField(_("definition (English)"))
    definition_fr = models.TextField(_("definition (French)"))

    objects = RatingQuerySet.as_manager()
    label = InCurrentLanguage()
    definition = InCurrentLanguage()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-scale", "position"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "slug"], name="rating_scale_slug_unique"),
            models.UniqueConstraint(
                fields=["scale", "position"], name="rating_scale_position_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(value=None) | models.Q(value__range=(1, 5)),
                name="rating_value_from_1_to_5",
                violation_error_message=_("The ClaimReview number goes from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.label)

    def natural_key(self) -> tuple[Any, ...]:
        return (self.scale, self.slug)
