"""Filters of the list of claims that a column alone does not give."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from claims.desk.queues import queues_of
from claims.models import Claim, Document, Rating, Section

Lookups = list[tuple[str, Any]]


def number(value: str) -> int:
    """The key in an address; the list says that the address is wrong where it is none."""
    if not value.isdecimal():
        raise IncorrectLookupParameters
    return int(value)


class QueueFilter(admin.SimpleListFilter):
    """The queues of the desk, by the names that stand in their addresses."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [(queue.name, queue.label) for queue in queues_of(request.user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        if self.value() is None:
            return queryset
        named = [queue for queue in queues_of(request.user) if queue.name == self.value()]
        if not named:
            raise IncorrectLookupParameters
        return queryset.filter(named[0].condition_in_all(request.user))

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Without counts, which the desk shows: some queues are not had by counting rows."""
        for value, label in [(None, _("All")), *self.lookup_choices]:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def get_facet_counts(self, pk_attname: str, filtered_qs: Any) -> dict[str, Any]:
        return {}


class RatingFilter(admin.SimpleListFilter):
    """The steps of the scale, open claims, and claims without a verdict."""

    title = _("rating")
    parameter_name = "rating"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        ratings = [(str(rating.pk), rating.label) for rating in Rating.objects.all()]
        return [*ratings, ("open", _("Open")), ("none", _("No verdict yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        value = self.value()
        if value == "open":
            return queryset.filter(is_open=True)
        if value == "none":
            return queryset.filter(is_open=False, rating=None)
        return queryset.filter(rating=number(value)) if value else queryset


class SectionFilter(admin.SimpleListFilter):
    """The sections of the document that is chosen, or of the only one there is."""

    title = _("section")
    parameter_name = "section"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        document = request.GET.get("document__id__exact", "")
        chosen = request.GET.get(self.parameter_name, "")
        if document.isdecimal():
            offered = Q(document=int(document))
        else:
            offered = Q(~Exists(Document.objects.exclude(pk=OuterRef("document"))))
        if chosen.isdecimal():
            offered |= Q(pk=int(chosen))
        sections = Section.objects.filter(offered)
        return [(str(section.pk), section) for section in sections.order_by("number")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        value = self.value()
        return queryset.filter(section=number(value)) if value else queryset


class AssignedFilter(admin.SimpleListFilter):
    title = _("assignee")
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("me", _("Me")), ("nobody", _("Nobody")), ("someone", _("Someone"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        if self.value() == "me":
            return queryset.filter(assigned_to=request.user.pk)
        if self.value() in ("nobody", "someone"):
            return queryset.filter(assigned_to__isnull=self.value() == "nobody")
        return queryset


class SubmittedFilter(admin.SimpleListFilter):
    """Who submitted what is in review: nobody approves their own."""

    title = _("submitter")
    parameter_name = "submitted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("me", _("Me")), ("others", _("Others"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        if self.value() == "me":
            return queryset.filter(submitted_by=request.user.pk)
        if self.value() == "others":
            return queryset.filter(submitted_by__isnull=False).exclude(submitted_by=request.user.pk)
        return queryset
