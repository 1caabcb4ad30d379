"""The right of reply, within its claim: who was asked, when and how, and what came of it."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from claims.models import Claimant, Reply

from .parts import KeyedForm, KeyedFormSet, PartInline


class ReplyForm(KeyedForm):
    """``asked`` is who is proposed in a new row: whoever makes the claim."""

    def __init__(self, *args: Any, asked: Claimant | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asked and self.instance.pk is None:
            self.initial.setdefault("claimant", asked.pk)
            widget: Any = self.fields["claimant"].widget
            getattr(widget, "widget", widget).rows = {str(asked.pk): asked}


class ReplyFormSet(KeyedFormSet):
    stem = "reply"

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        asked = self.instance.claimant if self.instance.claimant_id else None
        return {**super().get_form_kwargs(index), "asked": asked}


class ReplyInline(PartInline, admin.StackedInline):
    model = Reply
    form = ReplyForm
    formset = ReplyFormSet
    follows = 4
    verbose_name = _("request for an answer")
    verbose_name_plural = _("right of reply")
    autocomplete_fields = ["claimant"]
    fields = [
        ("claimant", "asked_on", "channel"),
        ("answered_on", "silence"),
        ("answer_en", "answer_fr"),
        "key",
    ]
    readonly_fields = ["silence"]

    @admin.display(description=_("silent"))
    def silence(self, reply: Reply) -> str:
        if reply.pk is None or reply.answered_on:
            return "–"
        days = max((timezone.localdate() - reply.asked_on).days, 0)
        told = ngettext("since %(day)s (%(count)d day)", "since %(day)s (%(count)d days)", days)
        return told % {"day": date_format(reply.asked_on, "DATE_FORMAT"), "count": days}
