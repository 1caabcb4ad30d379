"""Several claims at once: the page that asks what to do with them, and what is said afterwards."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims.desk.selection import Outcome, Refusal, assignable
from claims.models import Claim, Topic

# A page sends two fields for each claim, and Django reads a thousand at most.
MOST_AT_ONCE = 400
# Refusals that are said one by one; more than these stand in one message, as a list.
FEW_REFUSALS = 10
VERSION_FIELD = "version-"
NOBODY = "nobody"

FromForm = Mapping[str, Any]


class AssignForm(forms.Form):
    to = forms.ChoiceField(label=gettext_lazy("Assign to"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.people = {str(person.pk): person for person in assignable()}
        people = [(key, person.get_full_name() or person) for key, person in self.people.items()]
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", "---------"),
            *people,
            (NOBODY, _("Nobody")),
        ]

    def clean_to(self) -> Any:
        return self.people.get(self.cleaned_data["to"])


class TopicsForm(forms.Form):
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(), label=gettext_lazy("topics"), widget=forms.CheckboxSelectMultiple
    )


@dataclass(frozen=True)
class Change:
    """A change of several claims: its action, its words, what it asks, and what carries it out."""

    action: str
    label: Any
    question: Any
    carry_out: Callable[[dict[int, int], FromForm], Outcome]
    done: Callable[[int], str]
    form: type[forms.Form] = forms.Form


def change_selected(
    claim_admin: Any, request: HttpRequest, queryset: Any, change: Change
) -> TemplateResponse | None:
    """Do it at once where all that is needed came with the list; otherwise ask on a page.

    What has changed since it was seen is not touched: a page shows how it stands now, and
    offers to do it again.
    """
    claims = chosen(request, queryset)
    if claims is None:
        return None
    seen = versions_seen(request)
    is_confirmed = "confirmed" in request.POST
    form = change.form(request.POST if is_confirmed else None)
    knows_all = all(claim.pk in seen for claim in claims)
    has_answer = (is_confirmed and form.is_valid()) or not form.fields
    if not (knows_all and has_answer):
        changed = {
            claim.pk for claim in claims if seen.get(claim.pk, claim.version) != claim.version
        }
        return _page(claim_admin, request, change, form, claims, changed)
    given = form.cleaned_data if form.is_bound else {}
    found = {claim.pk: seen[claim.pk] for claim in claims}
    # What is gone was ticked all the same: it is counted.
    outcome = change.carry_out(
        found | {key: seen[key] for key in _ticked(request) & seen.keys()}, given
    )
    report(request, change, outcome)
    if outcome.stale:
        now = _for_page(Claim.objects.filter(pk__in=[claim.pk for claim in outcome.stale]))
        return _page(claim_admin, request, change, form, now, set(), is_too_late=True)
    return None


def chosen(request: HttpRequest, queryset: Any) -> list[Claim] | None:
    """The claims that were ticked, also those that have left the list meanwhile.

    None, and a message, where they are more than can be done at once.
    """
    if request.POST.get("select_across", "0") == "0":
        queryset = Claim.objects.filter(pk__in=_ticked(request))
    claims = _for_page(queryset[: MOST_AT_ONCE + 1])
    if len(claims) > MOST_AT_ONCE:
        messages.warning(
            request,
            _("Nothing was done: at most %(most)d claims can be changed at once. Filter the list.")
            % {"most": MOST_AT_ONCE},
        )
        return None
    return claims


def versions_seen(request: HttpRequest) -> dict[int, int]:
    """The version of each claim as the page showed it, by the claim's key."""
    given = {
        name.removeprefix(VERSION_FIELD): value
        for name, value in request.POST.dict().items()
        if name.startswith(VERSION_FIELD)
    }
    return {
        int(key): int(value)
        for key, value in given.items()
        if key.isdecimal() and value.isdecimal()
    }


def report(request: HttpRequest, change: Change, outcome: Outcome) -> None:
    """One message for all that was done; refusals one by one, or as a list where they are many."""
    if outcome.done:
        messages.success(request, change.done(len(outcome.done)))
    if len(outcome.refused) > FEW_REFUSALS:
        messages.warning(request, _listed(outcome.refused))
    else:
        for refusal in outcome.refused:
            messages.warning(request, _said(refusal))
    if outcome.gone:
        gone = ngettext("%d claim is gone.", "%d claims are gone.", outcome.gone)
        messages.warning(request, gone % outcome.gone)


def _ticked(request: HttpRequest) -> set[int]:
    keys = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
    return {int(key) for key in keys if key.isdecimal()}


def _said(refusal: Refusal) -> str:
    return _("“%(claim)s”: %(reasons)s") % {
        "claim": refusal.claim,
        "reasons": " ".join(refusal.reasons),
    }


def _listed(refused: list[Refusal]) -> str:
    count = ngettext("%d claim is refused:", "%d claims are refused:", len(refused))
    items = format_html_join(
        "",
        '<li><a href="{}">{}</a> {}</li>',
        (
            (
                reverse("admin:claims_claim_change", args=[refusal.claim.pk]),
                Truncator(str(refusal.claim)).chars(80),
                " ".join(refusal.reasons),
            )
            for refusal in refused
        ),
    )
    return format_html('{}<ul class="refusals">{}</ul>', count % len(refused), items)


def _for_page(claims: Any) -> list[Claim]:
    return list(claims.select_related("assigned_to", "rating").prefetch_related("topics"))


def _page(
    claim_admin: Any,
    request: HttpRequest,
    change: Change,
    form: forms.Form,
    claims: Iterable[Claim],
    changed: set[int],
    *,
    is_too_late: bool = False,
) -> TemplateResponse:
    context = {
        **claim_admin.admin_site.each_context(request),
        "title": change.label,
        "question": change.question,
        "opts": claim_admin.opts,
        "action": change.action,
        "form": form,
        "claims": claims,
        "changed": changed,
        "is_too_late": is_too_late,
        "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        "version_field": VERSION_FIELD,
    }
    request.current_app = claim_admin.admin_site.name
    return TemplateResponse(
        request,
        "admin/claims/claim/change_selected.html",
        context,
        status=409 if is_too_late else 200,
    )
