"""The log of moves. Looked at, never edited."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from claims.desk.workflow import MOVES
from claims.models import Claim, Move, Status
from claims.models.claim import SEARCHED

from .searching import SearchesLetters, having, keys_of
from .shared import ReadOnlyAdmin


class NameFilter(admin.SimpleListFilter):
    title = _("move")
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, rule.label) for name, rule in MOVES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Move]) -> QuerySet[Move]:
        return queryset.filter(name=self.value()) if self.value() in MOVES else queryset


@admin.register(Move)
class MoveAdmin(SearchesLetters, ReadOnlyAdmin):
    list_display = ["at", "claim_slug", "move", "before", "after", "by", "note"]
    list_filter = [NameFilter]
    list_select_related = ["by"]
    search_fields = ["claim_slug", "note"]
    search_help_text = _("Letters of a claim's statements or slug, or of a note.")
    date_hierarchy = "at"
    ordering = ["-pk"]
    indexed_orderings = ("pk", "at")
    fields = ["claim_slug", "move", "before", "after", "by", "at", "note"]

    def places(self, rows: QuerySet[Any], words: Sequence[str]) -> Iterator[QuerySet[Any]]:
        """By the claims there are; of one that was dropped, by the beginning of its slug."""
        claims = having(Claim.objects.order_by(), SEARCHED, words)
        yield rows.filter(claim_slug__in=keys_of(claims, "slug"))
        yield having(rows.exclude(note=""), ("note",), words)
        if len(words) == 1:
            yield rows.filter(claim_slug__startswith=words[0])

    @admin.display(description=_("move"), ordering="name")
    def move(self, move: Move) -> str:
        return label_of(move)

    @admin.display(description=_("from"), ordering="from_status")
    def before(self, move: Move) -> str:
        return _status(move.from_status)

    @admin.display(description=_("to"), ordering="to_status")
    def after(self, move: Move) -> str:
        return _status(move.to_status)


def label_of(move: Move) -> str:
    """The move in words; its name where the desk no longer knows it."""
    rule = MOVES.get(move.name)
    return str(rule.label) if rule else move.name


def _status(value: str) -> str:
    return str(Status(value).label) if value in Status.values else value
