"""Evidence, edited within its claim: its source chosen, or named by an address that is pasted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminRadioSelect
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from claims.desk.sourcing import AddressError, find_or_start, recognise, web_address
from claims.models import Evidence, EvidenceStance, Source, SourceKind

from .parts import KeyedForm, KeyedFormSet, PartInline

KEYS = {
    EvidenceStance.SUPPORTS: pgettext_lazy("key for the stance “supports”", "S"),
    EvidenceStance.CONTRADICTS: pgettext_lazy("key for the stance “contradicts”", "C"),
    EvidenceStance.CONTEXT: pgettext_lazy("key for the stance “context”", "X"),
}
# The fields of a new source, and the columns they fill.
COLUMNS = {
    "new_publisher": "publisher",
    "new_title": "title",
    "new_kind": "kind",
    "new_language": "language",
    "new_published": "published",
}
KINDS = [
    ("", SourceKind.OTHER.label),
    *(choice for choice in SourceKind.choices if choice[0] != SourceKind.OTHER),
]


class StanceRadios(AdminRadioSelect):
    """Each stance with the key that chooses it while the focus is in the group."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> Any:
        key = KEYS.get(value)
        if key:
            label = format_html("{} <kbd>{}</kbd>", label, key)
        option = super().create_option(name, value, label, *args, **kwargs)
        if key:
            option["attrs"]["aria-keyshortcuts"] = str(key)
        return option


def _text(label: Any, column: str, **options: Any) -> forms.CharField:
    """A field of a new source, as long as the column."""
    length = getattr(Source._meta.get_field(column), "max_length", None)
    return forms.CharField(label=label, required=False, max_length=length, **options)


class EvidenceForm(KeyedForm):
    """The source is chosen, or recognised by its address, or started from what stands beside it."""

    address = forms.CharField(
        label=_("Or its address"),
        required=False,
        help_text=_("Paste it: a source that the desk knows is found in every spelling."),
        widget=forms.URLInput(
            attrs={
                "class": "vURLField",
                "autocomplete": "off",
                "data-recognise": reverse_lazy("admin:claims_source_at"),
            }
        ),
    )
    new_publisher = _text(
        capfirst(_("publisher")),
        "publisher",
        help_text=_("Left blank: the host name of the address."),
    )
    new_title = _text(capfirst(_("title")), "title", help_text=_("As printed; blank if unknown."))
    new_kind = forms.ChoiceField(label=capfirst(_("kind")), required=False, choices=KINDS)
    new_language = _text(
        capfirst(_("language")), "language", help_text=_("en, ru, kk. Left blank: en.")
    )
    new_published = _text(
        capfirst(_("date")), "published", help_text=_("2022, 2022-01, 2022-01-05.")
    )

    class Meta:
        widgets = {"stance": StanceRadios(attrs={"class": "radiolist inline stances"})}

    may_add_sources = True
    starts_source = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        source.required = False
        # So that it can be cleared where an address takes its place.
        widget: Any = source.widget
        getattr(widget, "widget", widget).is_required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("source")
        if cleaned.get("address"):
            self._find_source(cleaned, chosen)
        elif not chosen and not {"source", "address"} & self.errors.keys():
            self.add_error("source", _("Choose the source, or paste its address."))
        return cleaned

    def _find_source(self, cleaned: dict[str, Any], chosen: Source | None) -> None:
        try:
            address = cleaned["address"] = web_address(cleaned["address"])
        except AddressError as error:
            self.add_error("address", str(error))
            return
        known = recognise(address)
        if chosen and chosen != known:
            self.add_error(
                "address",
                _(
                    "This is not the address of the source that is chosen beside it: "
                    "clear one of the two."
                ),
            )
        elif known:
            cleaned["source"] = known
        elif not self.may_add_sources:
            self.add_error("address", _("The desk has no source there, and you may not add one."))
        else:
            self._check_new_source(Source(url=address, **self.columns()))
            self.starts_source = not self.errors

    def columns(self) -> dict[str, str]:
        """What was typed of a new source."""
        typed = {column: self.cleaned_data.get(name) for name, column in COLUMNS.items()}
        return {column: value for column, value in typed.items() if value}

    def _check_new_source(self, source: Source) -> None:
        not_typed = {field.name for field in Source._meta.fields} - self.columns().keys()
        try:
            source.full_clean(exclude=not_typed, validate_unique=False)
        except ValidationError as error:
            # Only the date has a constraint of its own, which names no field.
            self.add_error("new_published", error.messages)

    def start_source(self) -> None:
        """Two rows with the same new address, or two people, end with one source."""
        self.instance.source, _is_new = find_or_start(
            self.cleaned_data["address"], **self.columns()
        )


class EvidenceFormSet(KeyedFormSet):
    stem = "evidence"

    def save(self, commit: bool = True) -> Any:
        forms: list[Any] = list(self.forms)
        starting = [form for form in forms if form.starts_source and form not in self.deleted_forms]
        # In one order for everybody: nobody waits for whoever waits for them.
        for form in sorted(starting, key=lambda form: form.cleaned_data["address"]):
            form.start_source()
        return super().save(commit)


class EvidenceInline(PartInline, admin.StackedInline):
    model = Evidence
    form = EvidenceForm
    formset = EvidenceFormSet
    follows = 4
    autocomplete_fields = ["source"]
    radio_fields = {"stance": admin.HORIZONTAL}
    fieldsets = [
        (None, {"fields": [("source", "address")]}),
        (
            _("New source"),
            {
                "classes": ["collapse", "new-source"],
                "fields": [
                    ("new_publisher", "new_title"),
                    ("new_kind", "new_language", "new_published"),
                ],
            },
        ),
        (
            None,
            {
                "fields": [
                    "stance",
                    ("finding_en", "finding_fr"),
                    "excerpt",
                    ("key", "position"),
                ]
            },
        ),
    ]

    class Media:
        js = [Script("claims/evidence.js", type="module")]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        first, new_source, last = super().get_fieldsets(request, obj)
        if self.has_add_permission(request, obj) or self.has_change_permission(request, obj):
            return [first, new_source, last]
        return [(None, {"fields": ["source"]}), last]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.may_add_sources = request.user.has_perm("claims.add_source")
        return formset
