"""What is kept of ways in, beside Django's accounts: nothing here can be used by its reader."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RecoveryCode(models.Model):
    """One of the codes that stand in for a lost phone. Deleted by its use; only a hash is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class LoginLink(models.Model):
    """An administrator's link with which its owner comes in once. Only a hash is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="login_links"
    )
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id}"


class Happening(models.TextChoices):
    LINK_MADE = "link_made", _("one-time link made")
    LINK_USED = "link_used", _("one-time link used")
    FACTOR_SET_UP = "factor_set_up", _("second factor set up")
    FACTOR_RESET = "factor_reset", _("second factor reset")
    CODES_MADE = "codes_made", _("recovery codes made")
    CODE_USED = "code_used", _("recovery code used")
    DEMONSTRATION = "demonstration", _("account made by the demonstration")


class AccountEvent(models.Model):
    """What happened to an account's ways in. Never changed or deleted: triggers see to it.

    Names and not keys: the record stays when an account goes.
    """

    happening = models.CharField(max_length=20, choices=Happening, verbose_name=_("what"))
    account = models.CharField(max_length=150, verbose_name=_("account"))
    by = models.CharField(
        max_length=150,
        blank=True,
        verbose_name=_("by"),
        help_text=_("Blank: on the command line, by whoever keeps the machine."),
    )
    at = models.DateTimeField(verbose_name=_("at"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("account event")
        verbose_name_plural = _("account events")

    def __str__(self) -> str:
        return f"{self.account}: {self.get_happening_display()}"
