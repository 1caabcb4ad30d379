"""Filters of the list of claims that a column alone does not give."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Count, Exists, Q, QuerySet
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from claims.desk.queues import queues_of
from claims.models import Claim, Document, Rating, Section, Topic

from .autocomplete import SelectAtHand

# What each choice of a filter would leave is counted in lists of at most so many rows.
MOST_BY_CHOICE = 1_000
NOT_COUNTED = "–"

Lookups = list[tuple[str, Any]]


def number(value: str) -> int:
    """The key in an address; the list says that the address is wrong where it is none."""
    if not value.isdecimal():
        raise IncorrectLookupParameters
    return int(value)


class Counted(admin.filters.FacetsMixin):
    """Counts by choice where few rows are to be counted; says that it did not where they are many.

    One more than the limit is read, and nothing beyond it.
    """

    request: HttpRequest
    expected_parameters: Any

    def get_facet_queryset(self, changelist: Any) -> dict[str, Any]:
        asked = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
        keys = asked.order_by().values("pk")[: MOST_BY_CHOICE + 1]
        rows = changelist.model._default_manager.filter(pk__in=keys)
        counts = self.get_facet_counts(changelist.pk_attname, rows)
        found = rows.aggregate(of_all=Count("pk"), **counts)
        if found.pop("of_all") > MOST_BY_CHOICE:
            return dict.fromkeys(found, NOT_COUNTED)
        return found


class CountedChoices(Counted, admin.ChoicesFieldListFilter):
    pass


@dataclass(frozen=True)
class Typed:
    """A field as it is written on a page."""

    label: str
    id_for_label: str
    html: SafeString


def field_to_type(
    relation: Any, site: AdminSite, name: str, title: str, value: Any = None
) -> Typed:
    field = forms.ModelChoiceField(
        relation.related_model._default_manager.all(),
        widget=SelectAtHand(relation, site),
        required=False,
        label=title,
    )
    form = type("ChoiceForm", (forms.Form,), {name: field})(
        initial={name: value}, auto_id="filter_%s"
    )
    bound = form[name]
    return Typed(title, bound.id_for_label, bound.as_widget())


@cache
def blank_field(
    relation: Any, site: AdminSite, name: str, title: str, _language: str, _prefix: str
) -> Typed:
    """Where nothing is chosen, as nearly always: the same for all in one language."""
    return field_to_type(relation, site, name, title)


class ByTyping:
    """A filter that offers what is chosen, and a field to choose something else by typing.

    To offer all there is, thousands of rows would be read for each list.
    """

    template = "admin/chosen_filter.html"
    others: list[tuple[str, str]]

    def has_output(self) -> bool:
        return True

    def field_to_type_in(self, changelist: Any, relation: Any, name: str, value: Any) -> None:
        """For the template: the field, and what of the address stays as it is."""
        related = relation.related_model
        title = str(self.title)  # type: ignore[attr-defined]
        asked = relation, changelist.model_admin.admin_site, name, title
        if value:
            self.typed = field_to_type(*asked, value)
        else:
            self.typed = blank_field(*asked, get_language(), get_script_prefix())
        self.all_rows = reverse(
            f"admin:{related._meta.app_label}_{related._meta.model_name}_changelist"
        )
        self.others = [
            (key, given)
            for key, values in changelist.filter_params.items()
            for given in values
            if key not in self.expected_parameters()  # type: ignore[attr-defined]
        ]


class ChosenFilter(ByTyping, admin.RelatedFieldListFilter):
    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        chosen = [key for key in self.lookup_val or [] if key.isdecimal()]
        rows = field.related_model._default_manager.filter(pk__in=chosen) if chosen else []
        return [(row.pk, str(row)) for row in rows]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Without counts: there is but one choice."""
        value = next((key for key, _label in self.lookup_choices), None)
        self.field_to_type_in(changelist, self.field, self.lookup_kwarg, value)
        for key, label in [(None, _("All")), *self.lookup_choices]:
            yield {
                "selected": key == value,
                "query_string": changelist.get_query_string({self.lookup_kwarg: key}),
                "display": label,
            }


class TopicFilter(ByTyping, admin.SimpleListFilter):
    """By the pairs of claims and topics: joined to them, a list would have to be made distinct."""

    title = _("topic")
    parameter_name = "topics__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        chosen = request.GET.get(self.parameter_name, "")
        topics = Topic.objects.filter(pk=int(chosen)) if chosen.isdecimal() else []
        return [(str(topic.pk), topic) for topic in topics]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        value = self.value()
        pairs = Claim.topics.through.objects
        return (
            queryset.filter(pk__in=pairs.filter(topic=number(value)).values("claim"))
            if value
            else queryset
        )

    def choices(self, changelist: Any) -> Iterator[Any]:
        relation = Claim._meta.get_field("topics")
        self.field_to_type_in(changelist, relation, self.parameter_name, self.value())
        for value, label in [(None, _("All")), *self.lookup_choices]:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }


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


class RatingFilter(Counted, admin.SimpleListFilter):
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


class SectionFilter(Counted, admin.SimpleListFilter):
    """The sections of the document that is chosen, or of the only one there is."""

    title = _("section")
    parameter_name = "section"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        document = request.GET.get("document__id__exact", "")
        chosen = request.GET.get(self.parameter_name, "")
        if document.isdecimal():
            offered = Q(document=int(document))
        else:
            documents = Document.objects.order_by("pk")
            second = documents.values("pk")[1:2]
            offered = Q(~Exists(second), document=documents.values("pk")[:1])
        if chosen.isdecimal():
            offered |= Q(pk=int(chosen))
        sections = Section.objects.filter(offered)
        return [(str(section.pk), section) for section in sections.order_by("number")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        value = self.value()
        return queryset.filter(section=number(value)) if value else queryset


class AssignedFilter(Counted, admin.SimpleListFilter):
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


class SubmittedFilter(Counted, admin.SimpleListFilter):
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
