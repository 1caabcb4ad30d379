"""A reviewer's note on a claim."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .choices import Visibility
from .claim import Claim
from .history import tracked
from .language import InCurrentLanguage


class NoteQuerySet(models.QuerySet["Note"]):
    def get_by_natural_key(self, claim: str, key: str) -> "Note":
        return self.get(claim__slug=claim, key=key)


@tracked()
class Note(models.Model):
    """What a reviewer has to say on a claim: to the desk, or to readers as well."""

    claim = models.ForeignKey(
        Claim, on_delete=models.CASCADE, related_name="notes", verbose_name=_("claim")
    )
    key = models.SlugField(_("key"), max_length=60)
    visibility = models.CharField(
        _("visibility"), max_length=20, choices=Visibility, default=Visibility.INTERNAL
    )
    text_en = models.TextField(_("text (English)"), blank=True)
    text_fr = models.TextField(_("text (French)"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="claim_notes",
        verbose_name=_("author"),
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = NoteQuerySet.as_manager()
    text = InCurrentLanguage()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["claim", "created_at", "key"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "key"], name="note_claim_key_unique"),
            models.CheckConstraint(
                condition=~models.Q(text_en="", text_fr=""),
                name="note_has_a_text",
                violation_error_message=_("Write the note in at least one language."),
            ),
            models.CheckConstraint(
                condition=~models.Q(visibility=Visibility.PUBLIC)
                | (~models.Q(text_en="") & ~models.Q(text_fr="")),
                name="note_public_is_in_both_languages",
                violation_error_message=_("A public note needs its text in both languages."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.text)

    def natural_key(self) -> tuple[str, str]:
        return (self.claim.slug, self.key)

    natural_key.dependencies = ["claims.claim"]  # type: ignore[attr-defined]
