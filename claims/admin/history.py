"""The history of a claim: its whole life in words, and earlier versions to bring back."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from claims.desk.bringing_back import VersionError, bring_back, hindrances
from claims.desk.life import TOLD, Change, life
from claims.desk.versions import Bounds, Difference, differences, snapshot, state
from claims.models import Claim, Status
from claims.views.comparing import Piece, compared

from .move import label_of
from .shared import explain
from .wording import Labels, field_of, part_name

CHANGES_PER_PAGE = 50


@dataclass(frozen=True)
class WordedValue:
    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class WordedRow:
    """What happened to one row. ``name`` is blank for the claim itself."""

    name: str
    event: str
    values: list[WordedValue]


class ClaimHistory(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        back = path(
            "<int:claim_id>/bring-back/<str:moment>/",
            self.admin_site.admin_view(self.bring_back_view),
            name="claims_claim_bring_back",
        )
        return [back, *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        key = int(object_id) if _is_key(object_id) else 0
        claim = Claim.objects.filter(pk=key).first()
        if not self.has_view_or_change_permission(request, claim):
            raise PermissionDenied
        changes = life(key)
        if claim is None and not changes:
            return super().history_view(request, object_id, extra_context)
        latest = next((change for change in reversed(changes) if change.is_content), None)
        is_oldest_first = request.GET.get("order") == "oldest"
        ordered = changes if is_oldest_first else changes[::-1]
        page = Paginator(ordered, CHANGES_PER_PAGE).get_page(request.GET.get("p", 1))
        name = str(claim) if claim else _last_slug(changes)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(claim)s") % {"claim": name},
            "subtitle": None,
            "module_name": capfirst(str(self.opts.verbose_name_plural)),
            "object": claim,
            "opts": self.opts,
            "changes": told(page.object_list),
            "page_obj": page,
            "is_oldest_first": is_oldest_first,
            "can_bring_back": claim is not None and self._may_bring_back(request, claim),
            "latest": latest,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/claims/claim/object_history.html", context)

    def bring_back_view(self, request: HttpRequest, claim_id: int, moment: str) -> HttpResponse:
        """Say on GET what would change; on POST change it, or say why not."""
        claim = get_object_or_404(Claim, pk=claim_id)
        if not self.has_change_permission(request, claim):
            raise PermissionDenied
        at = Bounds.read(moment)
        if request.method != "POST":
            return self._bring_back_page(request, claim, at)
        try:
            seen = request.POST.get("version_seen", "")
            bring_back(claim, at, by=request.user, version_seen=int(seen) if _is_key(seen) else -1)
        except VersionError as refusal:
            return self._bring_back_page(request, claim, at, errors=refusal.messages)
        except IntegrityError as error:
            return self._bring_back_page(request, claim, at, errors=[explain(error)])
        self.log_change(request, claim, _("Brought an earlier version back."))
        messages.success(request, _("The earlier version is back in the draft."))
        return HttpResponseRedirect(reverse("admin:claims_claim_change", args=[claim_id]))

    def _may_bring_back(self, request: HttpRequest, claim: Claim) -> bool:
        return claim.status == Status.DRAFT and self.has_change_permission(request, claim)

    def _bring_back_page(
        self, request: HttpRequest, claim: Claim, at: Bounds, errors: Any = ()
    ) -> TemplateResponse:
        claim = get_object_or_404(Claim, pk=claim.pk)
        wanted = state(claim.pk, at)
        reasons = hindrances(claim, wanted)
        found = [] if reasons else differences(snapshot(claim), wanted)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Bring an earlier version back"),
            "original": claim,
            "opts": self.opts,
            "errors": [error for error in errors if error not in reasons],
            "hindrances": reasons,
            "rows": told_rows(found, labels_of(found)),
        }
        status = 409 if errors or reasons else 200
        return TemplateResponse(
            request, "admin/claims/claim/bring_back.html", context, status=status
        )


def told(changes: Any) -> list[dict[str, Any]]:
    """A page of changes in words, with one query for each noun that they refer to."""
    labels = labels_of([found for change in changes for found in change.differences])
    return [
        {
            "change": change,
            "move": label_of(change.move) if change.move else "",
            "rows": told_rows(change.differences, labels),
        }
        for change in changes
    ]


def labels_of(found: list[Difference]) -> Labels:
    return Labels(
        (field_of(one.noun, name), row[name])
        for one in found
        for row in (one.before, one.after)
        if row
        for name in {*one.columns, "target_id"} & row.keys()
    )


def told_rows(found: list[Difference], labels: Labels) -> list[WordedRow]:
    """The claim itself first, then its parts in the order of the form."""
    order = list(TOLD)
    return [_told_row(one, labels) for one in sorted(found, key=lambda one: order.index(one.noun))]


def _told_row(one: Difference, labels: Labels) -> WordedRow:
    event = _("added") if one.before is None else _("deleted") if one.after is None else ""
    if one.noun == "claim":
        event = _("created") if one.before is None else _("dropped") if one.after is None else ""
    values = [_told_value(one, name, labels) for name in one.columns if name != "key"]
    return WordedRow(part_name(one.noun, one.row, labels), event, values)


def _told_value(one: Difference, name: str, labels: Labels) -> WordedValue:
    field = field_of(one.noun, name)
    before, after = (labels.of(field, row[name]) if row else "" for row in (one.before, one.after))
    if one.before is None:
        pieces = [Piece("", after)]
    elif one.after is None:
        pieces = [Piece("", before)]
    else:
        pieces = compared(before, after)
    return WordedValue(capfirst(str(field.verbose_name)), pieces)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) < 2**63


def _last_slug(changes: list[Change]) -> str:
    rows = (one.row for change in changes for one in change.differences if one.noun == "claim")
    return next((row["slug"] for row in rows if row.get("slug")), "")
