"""What live editions are filed under, as the record knows it."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from .choices import TermKind
from .language import InCurrentLanguage


class Term(models.Model):
    """A document, section, topic or claimant with live editions, labelled as published.

    Written by ``record.publishing`` alone. A term without live editions is deleted, so that
    nothing unpublished has a name here.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=TermKind)
    slug = models.CharField(
        _("slug"), max_length=120, help_text=_("For a section: document slug, slash, number.")
    )
    label_en = models.TextField(_("label (English)"), blank=True)
    label_fr = models.TextField(_("label (French)"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    details = models.JSONField(
        _("details"), default=dict, help_text=_("The payload's own description of the term.")
    )
    live_count = models.PositiveIntegerField(_("live editions"), default=0)

    label = InCurrentLanguage()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["kind", "position", "slug"]
        indexes = [
            models.Index(fields=["kind", "-live_count", "slug"], name="term_busiest"),
            # The sections of a document.
            models.Index(
                "kind", OpClass(F("slug"), name="varchar_pattern_ops"), name="term_beginning"
            ),
            models.Index(
                KeyTextTransform("published", "details").desc(),
                "slug",
                name="term_newest_documents",
                condition=models.Q(kind=TermKind.DOCUMENT),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="term_kind_slug_unique"),
        ]

    def __str__(self) -> str:
        return str(self.label) or self.slug
