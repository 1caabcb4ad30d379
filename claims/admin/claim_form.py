"""The form of a claim: what it proposes, and when it has come too late."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.desk.marking import free_slug, next_position
from claims.models import Rating

from .conflicts import moment_of
from .shared import DeskForm
from .typed import leaving_out


class Seen(forms.CharField):
    """What the page showed: nothing that a person types."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class ClaimForm(DeskForm):
    """Content of a claim.

    ``status_seen`` is where the work stood when the form was opened, ``base`` the moment it was
    opened at, ``version_seen`` the version that the page shows.
    """

    status_seen = Seen(required=False)
    version_seen = Seen(required=False)
    base = Seen(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status_seen"].initial = self.instance.status
        self.fields["version_seen"].initial = self.instance.version
        self.fields["base"].initial = moment_of(self.instance)
        if self.instance.pk is None:
            self._leave_proposals_blank()
        for name in ("explanation_en", "explanation_fr"):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = 8
        if "rating" in self.fields:
            self._offer_ratings(self.fields["rating"])

    def full_clean(self) -> None:
        meeting = getattr(self.instance, "meeting", None)
        if meeting is None:
            super().full_clean()
            return
        data: Any = self.data
        self.data = data.copy()
        self.data["version_seen"] = str(self.instance.version)  # type: ignore[index]
        with leaving_out(self, meeting.left_out.get("", ())):
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.is_refused and self.instance.pk:
            self._refuse_late_changes(cleaned.get("status_seen"))
            self._refuse_unsettled()
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

    def _refuse_unsettled(self) -> None:
        meeting = getattr(self.instance, "meeting", None)
        if meeting and meeting.is_refused:
            self.refuse(meeting.refusal)

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
