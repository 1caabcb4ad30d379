"""The page on which a fixture or a table of claims comes in: given, shown what it does, confirmed.

What is confirmed is what was shown, or it is shown again.
"""

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from claims.interchange.arriving import (
    UnreadableFile,
    UnsupportedFormat,
    is_table,
    json_rows,
    opened,
)
from claims.interchange.content import fields_of, model_of
from claims.interchange.importer import (
    OutcomeChanged,
    Refused,
    import_files,
    may_import,
    rehearse,
)
from claims.interchange.outcomes import Detail, Outcome, Report, RowReport
from claims.interchange.spreadsheet import READ, TableReader
from claims.interchange.tables import blank_table

from .packing import Lost, TooLarge, pack, unpack

LARGEST = 10_000_000  # Bytes, unpacked.
# What Django takes of a form without a file is 2.5 MB.
LARGEST_PACKED = 2_300_000
UNSUPPORTED_MEDIA_TYPE = 415


class ImportForm(forms.Form):
    """A file, or the one that was given before. ``given`` holds its bytes, ``name`` its name."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy(
            "A fixture (JSON, as exported here) or a table of claims (CSV), also packed with gzip; "
            "10 MB at most."
        ),
    )
    packed = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    given = b""
    is_unsupported = False
    not_read: list[str]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            if file := cleaned.get("file"):
                self.filename = file.name
                self.given = opened(file, file.name, LARGEST).read()
            elif cleaned.get("packed"):
                self.filename = cleaned.get("name") or "fixture.json"
                self.given = unpack(cleaned["packed"], LARGEST)
            elif not self.errors:
                self.add_error("file", _("Choose a file."))
            if len(pack(self.given)) > LARGEST_PACKED:
                raise TooLarge
        except UnreadableFile as error:
            self.refuse(error)
        except Lost:
            self.add_error("file", _("The file was lost on its way: choose it once more."))
        except TooLarge:
            self.add_error(
                "file", _("The file is too large for this page: use manage.py importfixture.")
            )
        return cleaned

    def rows(self) -> Any:
        """Of the file, to be read once. ``not_read`` are columns that nobody reads."""
        stream, self.not_read = io.BytesIO(self.given), []
        if not is_table(self.filename):
            return json_rows(stream)
        table = TableReader(stream)
        self.not_read = table.not_read
        return iter(table)

    def refuse(self, error: UnreadableFile) -> None:
        self.is_unsupported = isinstance(error, UnsupportedFormat)
        self.add_error("file", str(error))

    def keep(self, shown: str) -> None:
        """Pack the file into the form, with the name of what is shown of it."""
        self.data = {"packed": pack(self.given), "name": self.filename, "shown": shown}


@require_http_methods(["GET", "HEAD", "POST"])
def import_view(request: HttpRequest, claim_admin: Any) -> HttpResponse:
    """GET asks for the file; POST shows what it would do; POST again, confirmed, does it."""
    if not may_import(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _page(claim_admin, request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _asked_again(claim_admin, request, form)
    given: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    shown = form.cleaned_data["shown"]
    try:
        if not shown:
            report = rehearse([(form.filename, form.rows())], **given)
            return _confirmation(claim_admin, request, form, report)
        report = import_files([(form.filename, form.rows())], confirmed=shown, **given)
    except UnreadableFile as error:
        form.refuse(error)
        return _asked_again(claim_admin, request, form)
    except (Refused, OutcomeChanged) as error:
        return _confirmation(claim_admin, request, form, error.report, status=409)
    _tell(request, report)
    return HttpResponseRedirect(reverse("admin:claims_claim_changelist"))


@require_safe
def blank_table_view(request: HttpRequest) -> HttpResponse:
    """A table with the names of the columns, as a spreadsheet of the reader's language opens it."""
    if not may_import(request.user):
        raise PermissionDenied
    delimiter = ";" if get_language() == "fr" else ","
    response = HttpResponse(blank_table(READ, delimiter=delimiter), "text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="claims.csv"'
    return response


def _asked_again(claim_admin: Any, request: HttpRequest, form: ImportForm) -> TemplateResponse:
    status = UNSUPPORTED_MEDIA_TYPE if form.is_unsupported else 200
    return _page(claim_admin, request, form, status=status)


def _confirmation(
    claim_admin: Any, request: HttpRequest, form: ImportForm, report: Report, status: int = 200
) -> TemplateResponse:
    """What the file would do, with a button to do it where it can be done."""
    form.keep(report.sha256)
    models = dict.fromkeys(model for model, _outcome in report.counts)
    outcomes = [outcome for outcome in Outcome if report.of(outcome)]
    rows = [
        (
            model_of(model)._meta.verbose_name_plural,
            [report.counts[model, outcome] for outcome in outcomes],
        )
        for model in models
    ]
    context = {
        "report": report,
        "outcomes": outcomes,
        "rows": rows,
        "problems": _labelled(report.problems),
        "changes": _labelled(report.changes),
        "more": report.of(Outcome.CHANGED) - len(report.changes),
    }
    return _page(claim_admin, request, form, status, **context)


def _labelled(rows: list[RowReport]) -> list[tuple[RowReport, list[tuple[str, Detail]]]]:
    """Each row with what is said of its fields, and the name that people give each field."""
    return [
        (row, [(_label(row.model, detail.field), detail) for detail in row.details]) for row in rows
    ]


def _label(model: str, name: str) -> str:
    """Blank for what is no field that can come in."""
    field = fields_of(model_of(model)).get(name)
    return str(field.verbose_name) if field else ""


def _tell(request: HttpRequest, report: Report) -> None:
    new, changed = report.of(Outcome.NEW), report.of(Outcome.CHANGED)
    parts = [
        ngettext("%d row is new.", "%d rows are new.", new) % new,
        ngettext("%d row is changed.", "%d rows are changed.", changed) % changed,
    ]
    if report.revised:
        count = len(report.revised)
        parts.append(ngettext("%d revision is open.", "%d revisions are open.", count) % count)
    messages.success(request, " ".join(parts))


def _page(
    claim_admin: Any, request: HttpRequest, form: ImportForm, status: int = 200, **context: Any
) -> TemplateResponse:
    context |= {
        **claim_admin.admin_site.each_context(request),
        "title": _("Import claims"),
        "opts": claim_admin.opts,
        "form": form,
        "columns": list(READ),
        "media": claim_admin.media,
    }
    request.current_app = claim_admin.admin_site.name
    name = "import_confirm" if "report" in context else "import"
    return TemplateResponse(request, f"admin/claims/claim/{name}.html", context, status=status)
