"""A topic that claims are filed under."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .history import tracked
from .language import InCurrentLanguage


class TopicQuerySet(models.QuerySet["Topic"]):
    def get_by_natural_key(self, slug: str) -> "Topic":
        return self.get(slug=slug)


@tracked()
class Topic(models.Model):
    """A tag with a label in each language."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    label_en = models.CharField(_("label (English)"), max_length=120)
    label_fr = models.CharField(_("label (French)"), max_length=120)
    aliases = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("other names"),
        default=list,
        blank=True,
        help_text=_("Other spellings that a search should find, separated by commas."),
    )

    objects = TopicQuerySet.as_manager()
    label = InCurrentLanguage()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.label)

    def natural_key(self) -> tuple[str]:
        return (self.slug,)
