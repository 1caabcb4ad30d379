"""The application of people's accounts, and the admin that asks for a second factor."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "factcheck.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from factcheck.accounts import checks, middleware  # noqa: F401 – they register what they have


class DeskAdminConfig(AdminConfig):
    default_site = "factcheck.accounts.site.DeskSite"
