"""From one claim of a list to the next, as the list stood when the claim was opened from it."""

import copy
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from claims.models import Claim

from .listing import bounded

# In an order of its own, a list is searched for the claim so far and no further.
SEARCHED = 1_000


class Unread:
    """A change list that knows its rows and their order, but reads no page of them."""

    def get_results(self, request: HttpRequest) -> None:
        pass


class ClaimNext(admin.ModelAdmin):
    """The button that saves and goes on, and the link that only goes on.

    The list is the one whose address came along in ``_changelist_filters``.
    """

    def get_urls(self) -> list[URLPattern]:
        following = path(
            "<int:claim_id>/next/",
            self.admin_site.admin_view(self.next_view),
            name="claims_claim_next",
        )
        return [following, *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        changelist = super().get_changelist(request, **kwargs)
        if not getattr(request, "is_order_only", False):
            return changelist
        return type("UnreadChangeList", (Unread, changelist), {})

    def next_view(self, request: HttpRequest, claim_id: int) -> HttpResponse:
        claim = get_object_or_404(Claim.objects.select_related("document"), pk=claim_id)
        if not self.has_view_permission(request, claim):
            raise PermissionDenied
        return self._go_to(request, self.following(request, claim))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if "_next" in request.POST and object_id and object_id.isdecimal():
            # Before anything is saved: afterwards the claim may have left the list.
            claim = Claim.objects.select_related("document").filter(pk=object_id).first()
            request.following = claim and self.following(request, claim)  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def response_post_save_change(self, request: HttpRequest, obj: Claim) -> HttpResponseRedirect:
        if "_next" in request.POST:
            return self._go_to(request, getattr(request, "following", None))
        return super().response_post_save_change(request, obj)

    def following(self, request: HttpRequest, claim: Claim) -> int | None:
        """The key of the claim that stands after this one in its list; None at the end.

        A claim that is no longer in a list with an order of its own is followed by the first.
        """
        listing = copy.copy(request)
        listing.method = "GET"
        listing.GET = QueryDict(request.GET.get("_changelist_filters", ""))
        listing.is_order_only = True  # type: ignore[attr-defined]
        try:
            claims = bounded(self.get_changelist_instance(listing).queryset)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup, ValidationError):
            return None
        if listing.GET.get(ORDER_VAR) or self.get_ordering(listing) != self.ordering:
            return _after(claim.pk, list(claims.values_list("pk", flat=True)[:SEARCHED]))
        return _after_in_reading_order(claim, claims)

    def _go_to(self, request: HttpRequest, key: int | None) -> HttpResponseRedirect:
        if key is None:
            messages.info(request, _("That was the last claim of the list."))
            address = reverse("admin:claims_claim_changelist")
        else:
            address = reverse("admin:claims_claim_change", args=[key])
        context: Any = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return HttpResponseRedirect(add_preserved_filters(context, address))


def _after(key: int, keys: list[int]) -> int | None:
    """The one after ``key``; the first where that is not in the list."""
    place = keys.index(key) + 1 if key in keys else 0
    return keys[place] if place < len(keys) else None


def _after_in_reading_order(claim: Claim, claims: QuerySet[Claim]) -> int | None:
    """By document and position, which an index has: however long the list is."""
    later = [
        claims.filter(document=claim.document_id, position__gt=claim.position).order_by("position"),
        claims.filter(document__slug__gt=claim.document.slug).order_by(
            "document__slug", "position"
        ),
    ]
    keys = (found.values_list("pk", flat=True).first() for found in later)
    return next((key for key in keys if key is not None), None)
