"""What was found when a source's address was last asked for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .choices import LinkReason, LinkState
from .source import Source

REACHED = [LinkState.OK, LinkState.MOVED]


class LinkCheck(models.Model):
    """The newest check of one source's address; a changed address has none (a trigger sees to it).

    It says how the web is, not what anybody wrote: so it is no content, and not in the history.
    """

    source = models.OneToOneField(
        Source,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="link_check",
        verbose_name=_("source"),
    )
    state = models.CharField(_("state of the link"), max_length=20, choices=LinkState)
    reason = models.CharField(_("reason"), max_length=20, choices=LinkReason, blank=True)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    moved_to = models.URLField(_("moved to"), max_length=2000, blank=True)
    checked_at = models.DateTimeField(_("checked"))
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)

    class Meta:
        verbose_name = _("check of a link")
        verbose_name_plural = _("checks of links")
        indexes = [
            models.Index(
                fields=["source"], name="link_check_broken", condition=Q(state=LinkState.BROKEN)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LinkState.values), name="link_check_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["", *LinkReason.values]),
                name="link_check_reason_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state=LinkState.OK, reason="")
                | (~Q(state=LinkState.OK) & ~Q(reason="")),
                name="link_check_says_what_is_wrong",
            ),
            models.CheckConstraint(
                condition=Q(state=LinkState.MOVED, moved_to__regex=r"^https?://")
                | (~Q(state=LinkState.MOVED) & Q(moved_to="")),
                name="link_check_moved_says_where",
            ),
            models.CheckConstraint(
                condition=Q(state__in=REACHED, failing_since=None)
                | (~Q(state__in=REACHED) & Q(failing_since__isnull=False)),
                name="link_check_failing_since_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_state_display()}"
