"""What the desk does with errors that readers report, and the only code that answers them."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from claims.models import Claim, Edition, Note, Report, ReportStatus, Status, Visibility

from . import workflow
from .marking import next_key

PERMISSION = "claims.change_report"
ANSWER_COLUMNS = ["status", "answer", "handled_by", "handled_at", "note", "corrected_in"]


class ReportError(Exception):
    """An answer that is refused: the message says why and what to do."""


@transaction.atomic
def answer(
    report: Report,
    *,
    by: Any,
    at: datetime.datetime,
    seen: str,
    text: str = "",
    note_en: str = "",
    note_fr: str = "",
    corrected_in: Edition | None = None,
) -> None:
    """Say what was done about it. A note for readers opens a revision of the claim.

    ``seen`` is the report's ``state`` as the person saw it.
    """
    locked = _locked(report, by=by, seen=seen)
    if note_en.strip() or note_fr.strip():
        locked.note = _public_note(locked, by=by, at=at, text_en=note_en, text_fr=note_fr)
    if not (text.strip() or locked.note or corrected_in):
        raise ReportError(
            _("Write an answer or a public note, or name the edition that mends the error.")
        )
    locked.corrected_in = corrected_in
    _close(locked, ReportStatus.ANSWERED, text, by=by, at=at)


@transaction.atomic
def dismiss(report: Report, *, by: Any, at: datetime.datetime, seen: str, reason: str) -> None:
    """Nothing is to be done, for a reason that stays on the desk."""
    locked = _locked(report, by=by, seen=seen)
    if not reason.strip():
        raise ReportError(_("Say why the report is dismissed."))
    locked.corrected_in = None
    _close(locked, ReportStatus.DISMISSED, reason, by=by, at=at)


def forget_contacts(reports: Iterable[Report], *, by: Any) -> int:
    """Blank how the readers can be reached, for good; how many there were."""
    _check_permission(by)
    keys = [report.pk for report in reports]
    return Report.objects.filter(pk__in=keys).exclude(contact="").update(contact="")


def state(report: Report) -> str:
    """Changes with every answer: what a form saw is compared with what is there."""
    return report.handled_at.isoformat() if report.handled_at else ReportStatus.NEW


def mending_editions(report: Report) -> Any:
    """The editions that may have mended the error: those after the one that was read."""
    read = report.edition
    later = Edition.objects.filter(claim_slug=read.claim_slug, number__gt=read.number)
    return later.for_listing().order_by("number")


def _locked(report: Report, *, by: Any, seen: str) -> Report:
    _check_permission(by)
    reports = Report.objects.select_for_update(of=("self",)).select_related("edition__claim")
    locked = reports.get(pk=report.pk)
    if state(locked) != seen:
        raise ReportError(
            _(
                "%(person)s has answered this report meanwhile: open it again to see how, "
                "then change the answer if it needs that."
            )
            % {"person": locked.handled_by or _("Somebody")}
        )
    return locked


def _check_permission(by: Any) -> None:
    if not by.has_perm(PERMISSION):
        raise ReportError(_("You may not answer readers’ reports: that asks for another role."))


def _public_note(
    report: Report, *, by: Any, at: datetime.datetime, text_en: str, text_fr: str
) -> Note:
    """A note in the claim's draft, which readers see once the claim is published again."""
    if not (text_en.strip() and text_fr.strip()):
        raise ReportError(_("A public note needs its text in both languages."))
    claim = Claim.objects.select_for_update(of=("self",)).get(pk=report.edition.claim_id)
    if claim.status == Status.PUBLISHED:
        workflow.revise(claim, by=by, at=at)
    elif claim.status != Status.DRAFT:
        raise ReportError(
            _(
                "The claim is “%(status)s”, so no note can be added for readers: have it sent "
                "back, or answer without a note."
            )
            % {"status": claim.get_status_display()}
        )
    taken = set(claim.notes.values_list("key", flat=True))
    return Note.objects.create(
        claim=claim,
        key=next_key("note", taken),
        visibility=Visibility.PUBLIC,
        text_en=text_en.strip(),
        text_fr=text_fr.strip(),
        author=by,
    )


def _close(report: Report, status: str, text: str, *, by: Any, at: datetime.datetime) -> None:
    report.status, report.answer = status, text.strip()
    report.handled_by, report.handled_at = by, at
    report.save(update_fields=ANSWER_COLUMNS)
