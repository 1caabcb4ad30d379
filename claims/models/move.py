"""The desk's log of moves: who took a claim from one status to another, when and why."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .letters import letters_index


class MoveQuerySet(models.QuerySet["Move"]):
    def of_claim(self, slug: str) -> "MoveQuerySet":
        return self.filter(claim_slug=slug).order_by("pk")


class Move(models.Model):
    """One move of one claim. Append-only; outlives a claim that was dropped."""

    claim_slug = models.SlugField(_("claim"), max_length=100)
    name = models.CharField(_("move"), max_length=20)
    from_status = models.CharField(_("from"), max_length=20)
    to_status = models.CharField(_("to"), max_length=20, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    note = models.TextField(_("note"), blank=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["claim_slug", "id"], name="move_claim"),
            models.Index(fields=["name", "id"], name="move_name"),
            models.Index(fields=["at"], name="move_at"),
            letters_index("note", name="move_note_letters", condition=~models.Q(note="")),
        ]

    def __str__(self) -> str:
        return f"{self.claim_slug}: {self.name}"
