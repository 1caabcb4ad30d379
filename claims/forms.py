"""Forms beside the rows themselves: what a move of a claim asks an editor for, and readers'."""

from collections.abc import Iterable
from itertools import permutations
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from claims.models import CorrectionClass, Language
from claims.models.report import LONGEST_BODY, LONGEST_CONTACT, LONGEST_LINK
from claims.record.publishing import Correction


class MoveForm(forms.Form):
    """What a move asks for beyond a confirmation: nothing, unless a subclass says so."""

    def arguments(self) -> dict[str, Any]:
        """What ``desk.workflow`` wants to know, once the form is valid."""
        return {}


class SendBackForm(MoveForm):
    note = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What is to be done before it is submitted again. Stays on the desk."),
    )

    def arguments(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"]}


class WithdrawForm(MoveForm):
    reason_en = forms.CharField(
        label=_("Reason (English)"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Readers find this in place of the claim."),
    )
    reason_fr = forms.CharField(
        label=_("Reason (French)"), widget=forms.Textarea(attrs={"rows": 4})
    )

    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("reason_en", "reason_fr")}


class PublishForm(MoveForm):
    """Names the preview that was read; on a new publication, says what is corrected."""

    preview_sha256 = forms.CharField(widget=forms.HiddenInput)
    correction_class = forms.ChoiceField(
        label=_("Kind of correction"),
        required=False,
        choices=[("", _("No correction")), *CorrectionClass.choices],
        help_text=_("Needed when the rating changes; a note to readers goes with it."),
    )
    note_en = forms.CharField(
        label=_("Correction note (English)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was wrong, and what is right."),
    )
    note_fr = forms.CharField(
        label=_("Correction note (French)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, was_published: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not was_published:
            for name in ("correction_class", "note_en", "note_fr"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        notes = [given.get("note_en"), given.get("note_fr")]
        if any(notes) and not given.get("correction_class"):
            self.add_error("correction_class", _("Choose the kind of correction."))
        if given.get("correction_class") and not all(notes):
            self.add_error(None, _("Write the correction note in both languages."))
        return given

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        correction = None
        if given.get("correction_class"):
            correction = Correction(given["correction_class"], given["note_en"], given["note_fr"])
        return {"preview_sha256": given["preview_sha256"], "correction": correction}

    def show_preview(self, sha256: str) -> None:
        """Name the preview that is on the page now, whatever was posted before."""
        self.initial["preview_sha256"] = sha256
        if self.is_bound:
            typed: Any = self.data
            self.data = typed.copy()
            self.data["preview_sha256"] = sha256  # type: ignore[index]


def _listed(languages: Iterable[Language]) -> Any:
    labels = [language.label for language in languages]
    return format_lazy(", ".join(["{}"] * len(labels)), *labels)


class LanguagesField(forms.TypedChoiceField):
    """The languages of a document, the first one first: a choice among the possible orders."""

    def __init__(self, **kwargs: Any) -> None:
        counts = range(1, len(Language) + 1)
        orders = [order for count in counts for order in permutations(Language, count)]
        super().__init__(
            choices=[(",".join(order), _listed(order)) for order in orders],
            coerce=lambda value: value.split(","),
            empty_value=[],  # type: ignore[arg-type]
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return ",".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class TypedText(forms.CharField):
    """A text of several lines, counted as browsers count it: a line end is one character."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if value else value)


class ReportForm(forms.Form):
    """What a reader tells the desk of an error."""

    body = TypedText(
        label=_("What is wrong?"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_(
            "Say which words or which number, and what is right. At most 4,000 characters."
        ),
        error_messages={
            "required": _("Say what is wrong."),
            "max_length": _(
                "This has %(show_value)d characters: shorten it to %(limit_value)d at most."
            ),
        },
    )
    link = forms.CharField(
        label=_("Link to evidence (optional)"),
        required=False,
        max_length=LONGEST_LINK,
        validators=[
            URLValidator(
                schemes=["http", "https"],
                message=_("Write a full address that begins with https:// or http://."),
            )
        ],
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=_("A page or a document that shows it: https://…"),
    )
    contact = forms.CharField(
        label=_("Your name or how to reach you (optional)"),
        required=False,
        max_length=LONGEST_CONTACT,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
        help_text=_(
            "Only our desk sees this, to ask you about your report or to tell you what came of it. "
            "We never publish it, and delete it when you ask."
        ),
    )
