"""Accounts in the admin: the way back for a lost phone, and what happened to ways in."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_totp.models import TOTPDevice

from factcheck.accounts import factor
from factcheck.accounts.models import AccountEvent

# Its page would show the keys.
admin.site.unregister(TOTPDevice)
admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(UserAdmin):
    actions = ("reset_second_factor",)

    @admin.action(description=_("Reset the second factor"), permissions=["reset"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            factor.reset(user, by=request.user.get_username(), at=timezone.now())
        count = len(queryset)
        told = ngettext(
            "%(count)d person sets up a new second factor at the next login.",
            "%(count)d people set up a new second factor at the next login.",
            count,
        )
        self.message_user(request, told % {"count": count}, messages.SUCCESS)

    def has_reset_permission(self, request: HttpRequest) -> bool:
        """Whoever may change any account takes nothing by it; others could take over superusers."""
        return request.user.is_active and request.user.is_superuser


@admin.register(AccountEvent)
class AccountEventAdmin(admin.ModelAdmin):
    list_display = ("at", "happening", "account", "by")
    list_filter = ("happening",)
    search_fields = ("account", "by")
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
