"""The form of a claim: what it proposes, and when it has come too late."""

from typing import Any

from django import forms
from django.db.models import Max, Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, Rating

from .shared import DeskForm

SLUG_LENGTH = 60


class ClaimForm(DeskForm):
    """Content of a claim. ``status_seen`` is where the work stood when the form was opened."""

    status_seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status_seen"].initial = self.instance.status
        if self.instance.pk is None:
            self._leave_proposals_blank()
        for name in ("explanation_en", "explanation_fr"):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = 8
        if "rating" in self.fields:
            self._offer_ratings(self.fields["rating"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.is_refused and self.instance.pk:
            self._refuse_late_changes(cleaned.get("status_seen"))
        document, section = cleaned.get("document"), cleaned.get("section")
        if document and section and section.document_id != document.pk:
            self.add_error("section", _("This section belongs to another document."))
        if self.instance.pk is None:
            self._propose(cleaned)
        return cleaned

    def _refuse_late_changes(self, seen: str | None) -> None:
        if seen and seen != self.instance.status:
            self.refuse(
                _(
                    "Nothing was saved: while you were writing, the claim was moved to "
                    "“%(status)s”. Copy what you typed, then open the claim again."
                )
                % {"status": self.instance.get_status_display()}
            )

    def _leave_proposals_blank(self) -> None:
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "position" in self.fields:
            self.fields["position"].required = False
            self.fields["position"].help_text = _(
                "The claim's place in the document, from 1. Left blank: after the last one."
            )

    def _offer_ratings(self, field: Any) -> None:
        newest = Rating.objects.order_by("-scale").values("scale")[:1]
        field.queryset = Rating.objects.filter(
            Q(scale__in=newest) | Q(pk=self.instance.rating_id)
        ).order_by("-scale", "position")

    def _propose(self, cleaned: dict[str, Any]) -> None:
        document = cleaned.get("document")
        if document and "position" in cleaned and cleaned["position"] is None:
            cleaned["position"] = next_position(document.pk)
        if "slug" in cleaned and not cleaned["slug"]:
            statement = cleaned.get("statement_en") or cleaned.get("statement_fr") or ""
            cleaned["slug"] = free_slug(statement)


def next_position(document: int) -> int:
    last = Claim.objects.filter(document=document).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def free_slug(statement: str) -> str:
    """A slug of whole words from the statement, numbered where another claim has it."""
    words = slugify(statement)
    if len(words) > SLUG_LENGTH:
        words = words[: SLUG_LENGTH + 1].rpartition("-")[0] or words[:SLUG_LENGTH]
    stem = words or "claim"
    taken = set(Claim.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, count = stem, 2
    while slug in taken:
        slug, count = f"{stem}-{count}", count + 1
    return slug
