"""The page on which an editor captures a document's text: given, shown what it does, confirmed.

Between the two steps the text waits in the form. What is confirmed is what was shown, or it is
shown again.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from claims.desk.anchoring import LOST, Anchored, states
from claims.desk.recognising import Part, UnreadableText, decoded, recognise
from claims.desk.transcripts import (
    CaptureChanged,
    CaptureReport,
    SectionRights,
    capture_parts,
    rehearse,
)
from claims.models import Document, Language, QuoteState, Transcript

from .packing import Lost, TooLarge, pack, unpack
from .shared import PlainTextarea

# Packed, this still fits into what Django takes of a form without a file (2.5 MB).
LARGEST_TEXT = 2_000_000
LOST_SHOWN = 100


class CaptureForm(forms.Form):
    """A text pasted, or uploaded, or as it was given before. ``parts`` is what it was read as."""

    text = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        strip=False,
        widget=PlainTextarea({"rows": 16, "class": "vLargeTextField", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Pasted: every letter and blank is kept, and each line ends with LF, whatever the "
            "browser makes of it. Parts in two languages are separated by a line of hyphens."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy(
            "A text file in UTF-8, 2 MB at most. It is kept byte for byte, with its own line ends."
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("Recognise it")), *Language.choices],
        help_text=gettext_lazy("For a text in one language that is not recognised."),
    )
    packed = forms.CharField(required=False, widget=forms.HiddenInput)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    words = ""
    parts: Sequence[Part] = ()

    def __init__(self, *args: Any, document: Document, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document, self.user = document, user

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            try:
                self.words = self._words(given)
                self.parts = recognise(self.words, given["language"])
            except UnreadableText as error:
                self.add_error(None, str(error))
            self._check_rights()
        return given

    def is_kept(self) -> bool:
        """Whether a text that came in a file waits in the form, to be used again."""
        return bool(self.words) and not self.data.get("text")

    def keep(self, shown: str = "") -> None:
        """Pack the text into the form, with the name of what is shown of it."""
        self.data = {
            "language": self.data.get("language", ""),
            "text": self.data.get("text", "") if not shown else "",
            "packed": pack(self.words.encode()) if shown or self.is_kept() else "",
            "shown": shown,
        }

    def _words(self, given: dict[str, Any]) -> str:
        if given.get("file") and given["text"]:
            raise UnreadableText(_("Paste a text or choose a file, not both."))
        if given.get("file"):
            if given["file"].size > LARGEST_TEXT:
                raise UnreadableText(_too_long())
            return decoded(given["file"].read())
        words = given["text"] or unpacked(given["packed"])
        if len(words.encode()) > LARGEST_TEXT:
            raise UnreadableText(_too_long())
        return words

    def _check_rights(self) -> None:
        present = set(self.document.transcripts.values_list("language", flat=True))
        for part in self.parts:
            verb = "change" if part.language in present else "add"
            if not self.user.has_perm(f"claims.{verb}_transcript"):
                message = {
                    "add": _("You may not add a text in this language: %(language)s."),
                    "change": _(
                        "The desk has a text in this language already, and you may not replace "
                        "it: %(language)s."
                    ),
                }[verb]
                self.add_error(None, message % {"language": Language(part.language).label})


def unpacked(packed: str) -> str:
    """The text as it was packed. Raises UnreadableText for what is no such thing."""
    if not packed:
        return ""
    try:
        return decoded(unpack(packed, LARGEST_TEXT))
    except TooLarge as error:
        raise UnreadableText(_too_long()) from error
    except Lost as error:
        raise UnreadableText(_("The text was lost on its way: give it once more.")) from error


def _too_long() -> str:
    return _("The text is longer than %(count)d bytes: give its parts one by one.") % {
        "count": LARGEST_TEXT
    }


@require_http_methods(["GET", "HEAD", "POST"])
def capture_view(request: HttpRequest, document_id: int, document_admin: Any) -> HttpResponse:
    """GET asks for the text; POST shows what it would do; POST again, confirmed, does it."""
    document = get_object_or_404(Document, pk=document_id)
    may_capture = any(
        request.user.has_perm(f"claims.{verb}_transcript") for verb in ("add", "change")
    )
    if not (may_capture and document_admin.has_view_permission(request, document)):
        raise PermissionDenied
    given: dict[str, Any] = {"document": document, "user": request.user}
    if request.method != "POST":
        return _page(document_admin, request, document, CaptureForm(**given))
    form = CaptureForm(request.POST, request.FILES, **given)
    if not form.is_valid():
        form.keep()
        return _page(document_admin, request, document, form)
    if "edit" in request.POST:
        language = form.cleaned_data["language"]
        initial = {"text": form.words, "language": language}
        return _page(document_admin, request, document, CaptureForm(initial=initial, **given))
    rights = _section_rights(request.user)
    shown = form.cleaned_data["shown"]
    if not shown:
        return _confirmation(document_admin, request, document, form, rights)
    try:
        report = capture_parts(document, form.parts, rights=rights, confirmed=shown)
    except CaptureChanged:
        form.add_error(
            None,
            _(
                "Nothing was written: the desk has changed since this was shown. "
                "This is what would happen now."
            ),
        )
        return _confirmation(document_admin, request, document, form, rights, status=409)
    _tell(document_admin, request, document, report)
    return HttpResponseRedirect(reverse("admin:claims_document_change", args=[document.pk]))


def _section_rights(user: Any) -> SectionRights:
    return SectionRights(
        may_add=user.has_perm("claims.add_section"),
        may_change=user.has_perm("claims.change_section"),
    )


def _confirmation(
    document_admin: Any,
    request: HttpRequest,
    document: Document,
    form: CaptureForm,
    rights: SectionRights,
    status: int = 200,
) -> TemplateResponse:
    """What the text would do, with a button to do it."""
    report = rehearse(document, form.parts, rights=rights)
    form.keep(report.sha256)
    rows = [_part_row(part, report) for part in form.parts]
    return _page(document_admin, request, document, form, status, rows=rows)


def _part_row(part: Part, report: CaptureReport) -> dict[str, Any]:
    """What is shown of one language."""
    text = next(text for text in report.texts if text.language == part.language)
    quotes = report.quotes[part.language]
    lost = [row for row in quotes if row.state in LOST]
    return {
        "part": part,
        "label": Language(part.language).label,
        "characters": len(part.words),
        "is_new": not text.was_sha256,
        "is_unchanged": text.was_sha256 == text.sha256,
        "sections": [section for section in report.sections if section.language == part.language],
        "counts": _counts(quotes),
        "lost": [
            (row, QuoteState(row.was).label, QuoteState(row.state).label)
            for row in lost[:LOST_SHOWN]
        ],
        "lost_more": len(lost[LOST_SHOWN:]),
    }


def _counts(quotes: Sequence[Anchored]) -> list[tuple[Any, int]]:
    counts = states(quotes)
    return [(label, counts[state]) for state, label in QuoteState.choices if counts[state]]


def _tell(
    document_admin: Any, request: HttpRequest, document: Document, report: CaptureReport
) -> None:
    """Say what was done, here and in the document's history."""
    changes = []
    has_lost = False
    for text in report.texts:
        quotes = report.quotes[text.language]
        has_lost = has_lost or any(row.state in LOST for row in quotes)
        label = Language(text.language).label
        counts = ", ".join(f"{state}: {count}" for state, count in _counts(quotes))
        messages.success(
            request,
            _("The text is kept: %(language)s. Quotes in it: %(counts)s.")
            % {"language": label, "counts": counts or pgettext("quotes", "none")},
        )
        verb = "changed" if text.was_sha256 else "added"
        name = str(Transcript._meta.verbose_name)
        changes.append({verb: {"name": name, "object": str(label), "fields": ["text"]}})
    if has_lost:
        messages.warning(
            request, _("Quotes were lost: their claims cannot be submitted until they are found.")
        )
    document_admin.log_change(request, document, changes)


def _page(
    document_admin: Any,
    request: HttpRequest,
    document: Document,
    form: CaptureForm,
    status: int = 200,
    rows: Sequence[dict[str, Any]] = (),
) -> TemplateResponse:
    context = {
        **document_admin.admin_site.each_context(request),
        "title": _("Capture a text"),
        "subtitle": str(document),
        "opts": document_admin.opts,
        "original": document,
        "form": form,
        "rows": rows,
        "media": document_admin.media,
    }
    request.current_app = document_admin.admin_site.name
    name = "capture_confirm" if rows else "capture"
    return TemplateResponse(request, f"admin/claims/document/{name}.html", context, status=status)
