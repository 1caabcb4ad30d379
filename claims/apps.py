"""The claims application, and what it sets up after each migration."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = _("Fact-check desk")

    def ready(self) -> None:
        from claims import checks  # noqa: F401 – registers them

        pre_migrate.connect(refuse_without_roles, sender=self)
        post_migrate.connect(set_up_roles, sender=self)


def refuse_without_roles(sender: AppConfig, using: str, plan: Any = (), **_options: Any) -> None:
    """Before anything is done: a migration that stops half way helps nobody."""
    from claims.record.roles import missing_roles, remedy

    is_ours = any(
        migration.app_label == sender.label and not is_backward
        for migration, is_backward in plan or ()
    )
    if is_ours and using == DEFAULT_DB_ALIAS and (missing := missing_roles()):
        raise CommandError(remedy(missing))


def set_up_roles(
    sender: AppConfig, using: str, plan: Any = (), apps: Any = None, **_options: Any
) -> None:
    """Bring the roles up to date, once the tables of their permissions exist."""
    from claims.desk.roles import create_roles  # models are not loaded when this file is

    if any(is_backward for _migration, is_backward in plan or ()):
        return
    # The app stands before django.contrib.auth in the list, so its permissions may be missing.
    create_permissions(sender, using=using, verbosity=0)
    create_roles()
