"""Claims like the one that is being written: shown beside its statement, linked when ticked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms.widgets import Media, Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from claims.desk.similar import key_from, link_repeats, similar
from claims.models import Claim, Language, Status

from .parts import is_open

FIELDS = {code.value: f"statement_{code}" for code in Language}
REPEATS = "repeats"  # the boxes that are ticked
MOST_TICKED = 20


@dataclass(frozen=True)
class Line:
    """A claim as the list shows it."""

    claim: Claim
    is_linked: bool = False
    is_ticked: bool = False


class SimilarClaims(admin.ModelAdmin):
    """Suggests; links nothing by itself. Without script the list is as of the page's opening."""

    @property
    def media(self) -> Media:
        script: Any = Script("claims/similar.js", type="module")
        return super().media + Media(js=[script])

    def get_urls(self) -> list[URLPattern]:
        similar_claims = path(
            "similar/",
            self.admin_site.admin_view(require_safe(self.similar_view)),
            name="claims_claim_similar",
        )
        return [similar_claims, *super().get_urls()]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        for language, name in FIELDS.items():
            if name in form.base_fields:
                attributes = {"data-similar-source": "", "lang": language}
                form.base_fields[name].widget.attrs |= attributes
        return form

    def similar_view(self, request: HttpRequest) -> HttpResponse:
        """The list for statements that are being typed: each with its language, if it is known."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        texts, languages = request.GET.getlist("statement"), request.GET.getlist("language")
        languages += [""] * (len(texts) - len(languages))
        statements = {
            language if language in FIELDS else "": text
            for text, language in zip(texts, languages, strict=False)
        }
        key = key_from(request.GET.get("claim", "")) or None
        context = {
            "similar": lines(statements, key, request.GET.getlist(REPEATS)),
            "can_link": self.can_link(request),
        }
        return render(request, "admin/claims/claim/_similar.html#list", context)

    def can_link(self, request: HttpRequest, claim: Claim | None = None) -> bool:
        return (
            request.user.has_perm("claims.add_relation")
            and is_open(request, claim)
            and (claim is None or self.has_change_permission(request, claim))
        )

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        form = context["adminform"].form
        statements = {
            language: str(form[name].value() or "") if name in form.fields else getattr(obj, name)
            for language, name in FIELDS.items()
            if name in form.fields or obj
        }
        context |= {
            "similar": lines(statements, obj and obj.pk, request.POST.getlist(REPEATS)),
            "can_link": self.can_link(request, obj),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        claim, ticked = form.instance, request.POST.getlist(REPEATS)
        if ticked and claim.status == Status.DRAFT and self.can_link(request, claim):
            missing = link_repeats(claim, ticked[:MOST_TICKED])
            if missing:
                text = ngettext(
                    "%d claim that you ticked does not exist any more: it is not linked.",
                    "%d claims that you ticked do not exist any more: they are not linked.",
                    missing,
                )
                messages.warning(request, text % missing)


def lines(statements: Mapping[str, str], key: int | None, ticked: Iterable[str]) -> list[Line]:
    """The claims that are ticked and no longer like the statement, then those that are like it."""
    found = similar(statements, exclude=key)
    keys = set(map(key_from, ticked)) - {key}
    others = sorted(keys - {one.claim.pk for one in found})[:MOST_TICKED]
    kept = Claim.objects.select_related("document", "rating").in_bulk(others) if others else {}
    return [
        *(Line(claim, is_ticked=True) for claim in kept.values()),
        *(Line(one.claim, one.is_linked, one.claim.pk in keys) for one in found),
    ]
