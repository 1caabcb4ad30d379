"""Who makes a claim, or is reported to have made it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .choices import ClaimantKind
from .history import tracked
from .language import InCurrentLanguage
from .web import web_address


class ClaimantQuerySet(models.QuerySet["Claimant"]):
    def get_by_natural_key(self, slug: str) -> "Claimant":
        return self.get(slug=slug)


@tracked()
class Claimant(models.Model):
    """A person, organisation, group or publication that speaks in a document."""

    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ClaimantKind)
    name_en = models.CharField(_("name (English)"), max_length=200)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    aliases = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("other names"),
        default=list,
        blank=True,
        help_text=_("Other spellings that a search should find, separated by commas."),
    )
    same_as = models.URLField(
        _("same as"),
        max_length=2000,
        validators=[web_address],
        blank=True,
        help_text=_("A page that identifies them, for example on Wikidata."),
    )

    objects = ClaimantQuerySet.as_manager()
    name = InCurrentLanguage()

    class Meta:
        verbose_name = _("claimant")
        verbose_name_plural = _("claimants")
        ordering = ["name_en", "slug"]

    def __str__(self) -> str:
        return str(self.name)

    def natural_key(self) -> tuple[str]:
        return (self.slug,)
