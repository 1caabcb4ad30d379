"""What a claimant, asked about a claim, had to say: the right of reply."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .choices import Channel
from .claim import Claim
from .claimant import Claimant
from .history import tracked
from .language import InCurrentLanguage


class ReplyQuerySet(models.QuerySet["Reply"]):
    def get_by_natural_key(self, claim: str, key: str) -> "Reply":
        return self.get(claim__slug=claim, key=key)


@tracked()
class Reply(models.Model):
    """One request for an answer, and the answer; without one the claimant is silent since.

    The person's address is not kept: readers are told the channel only.
    """

    claim = models.ForeignKey(
        Claim, on_delete=models.CASCADE, related_name="replies", verbose_name=_("claim")
    )
    key = models.SlugField(_("key"), max_length=60)
    claimant = models.ForeignKey(
        Claimant, on_delete=models.PROTECT, related_name="replies", verbose_name=_("who was asked")
    )
    asked_on = models.DateField(_("asked on"))
    channel = models.CharField(_("channel"), max_length=20, choices=Channel)
    answered_on = models.DateField(
        _("answered on"), null=True, blank=True, help_text=_("Blank as long as there is no answer.")
    )
    answer_en = models.TextField(
        _("answer (English)"),
        blank=True,
        help_text=_("What was answered, for readers: quoted shortly, or in our words."),
    )
    answer_fr = models.TextField(_("answer (French)"), blank=True)

    objects = ReplyQuerySet.as_manager()
    answer = InCurrentLanguage()

    class Meta:
        verbose_name = _("right of reply")
        verbose_name_plural = _("right of reply")
        ordering = ["claim", "asked_on", "key"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "key"], name="reply_claim_key_unique"),
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(answered_on__gte=F("asked_on")),
                name="reply_answered_after_asked",
                violation_error_message=_("The answer cannot be older than the question."),
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None, answer_en="", answer_fr="")
                | (Q(answered_on__isnull=False) & ~Q(answer_en="") & ~Q(answer_fr="")),
                name="reply_answer_has_day_and_words",
                violation_error_message=_(
                    "An answer needs its day and its text in both languages; "
                    "leave all three blank while there is none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="reply_channel_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claimant}, {self.asked_on}"

    def natural_key(self) -> tuple[str, str]:
        return (self.claim.slug, self.key)

    natural_key.dependencies = ["claims.claim", "claims.claimant"]  # type: ignore[attr-defined]
