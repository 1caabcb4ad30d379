"""The one grammar for asking for claims, shared by pages, feeds, API and exports."""

import datetime
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, F, Func, Q
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from claims.models import ClaimKind, Edition, Rating, Term, TermKind
from claims.models.edition import EditionQuerySet
from claims.models.language import current_language, in_language
from claims.record.paging import (
    DEFAULT_ORDERING,
    InvalidCursor,
    Page,
    count,
    page,
    read_cursor,
)
from claims.record.search import headline, search_query
from claims.record.vocabulary import Vocabulary, read_busiest

# How many of each kind are offered, beside what is asked for.
OFFERED: dict[str, int] = {TermKind.DOCUMENT: 100, TermKind.TOPIC: 300, TermKind.CLAIMANT: 100}
# Beyond so many claims, counting what each choice would leave takes longer than the page.
MOST_COUNTED = 2_000
LONGEST_QUERY = 200
OPEN = "open"
UNKNOWN = "unknown"

ORDERING_LABELS = [
    ("newest", _("Newest first")),
    ("oldest", _("Oldest first")),
    ("reading", _("As in the document")),
    ("event", _("By date of the event")),
    ("truest", _("Truest first")),
    ("falsest", _("Least true first")),
]

DateFilter = partial(
    django_filters.DateFilter,
    input_formats=["%Y-%m-%d"],
    widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    error_messages={"invalid": _("Write a day that exists as year-month-day: 2022-01-05.")},
)
UnknownDateFilter = partial(
    django_filters.ChoiceFilter,
    method="is_date_unknown",
    choices=[(UNKNOWN, _("Only where it is unknown"))],
    empty_label=_("Any"),
)


class SeveralChoices(django_filters.fields.MultipleChoiceField):
    def to_python(self, value: Any) -> list[str]:
        """Blank values ask for nothing, as with a single choice."""
        return [text for text in super().to_python(value) if text]


class SeveralFilter(django_filters.MultipleChoiceFilter):
    """Several values of one parameter: any of them will do."""

    field_class = SeveralChoices

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, distinct=False, **options)


class ClaimFilterForm(forms.Form):
    """What must hold between two parameters.

    ``cleaned_data["after"]`` is a ``Cursor``, or None for the first page.
    """

    @property
    def has_date_input(self) -> bool:
        """Whether the folded date fields hold something that the reader should see."""
        return any(self.data.get(name) for name in self.fields if "_on" in name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("made_on", "event_on"):
            self._check_order(cleaned, f"{name}_after", f"{name}_before")
        if not {"ordering", "after"} & self.errors.keys():
            self._read_cursor(cleaned)
        return cleaned

    def _check_order(self, cleaned: dict[str, Any], after: str, before: str) -> None:
        first, last = cleaned.get(after), cleaned.get(before)
        if first and last and first > last:
            self.add_error(before, _("This day comes before the first one."))

    def _read_cursor(self, cleaned: dict[str, Any]) -> None:
        text = cleaned["after"]
        try:
            ordering = cleaned["ordering"] or DEFAULT_ORDERING
            cleaned["after"] = read_cursor(text, ordering) if text else None
        except InvalidCursor:
            self.add_error(
                "after",
                _("This link to a later page no longer works: start again from the first page."),
            )


@dataclass(frozen=True)
class ActiveFilter:
    """One value that narrows the list, and the query string of the list without it."""

    name: Any
    value: Any
    query_without: str


class ClaimFilterSet(django_filters.FilterSet):
    """Filters live editions. Ask ``is_valid()`` first: ``qs`` of invalid input is everything.

    A date filter keeps every claim whose interval overlaps what is asked for.
    """

    q = django_filters.CharFilter(
        method="search", label=_("Search"), max_length=LONGEST_QUERY, strip=True
    )
    rating = SeveralFilter(method="is_rated", label=_("Verdict"))
    topic = SeveralFilter(method="is_about", label=_("Topic"))
    claimant = django_filters.ChoiceFilter(
        method="is_said_by", label=_("Who says it"), empty_label=_("Anyone")
    )
    document = django_filters.ChoiceFilter(
        field_name="document_slug", label=_("Document"), empty_label=_("Any")
    )
    kind = django_filters.ChoiceFilter(
        field_name="claim_kind",
        label=_("Kind of claim"),
        choices=ClaimKind.choices,
        empty_label=_("Any"),
    )
    made_on_after = DateFilter(method="ends_after", label=_("Said on or after"))
    made_on_before = DateFilter(method="begins_before", label=_("Said on or before"))
    made_on = UnknownDateFilter(label=_("Date it was said"))
    event_on_after = DateFilter(method="ends_after", label=_("Happened on or after"))
    event_on_before = DateFilter(method="begins_before", label=_("Happened on or before"))
    event_on = UnknownDateFilter(label=_("Date of the event"))
    outdated = django_filters.TypedChoiceFilter(
        field_name="is_outdated",
        label=_("Outdated"),
        choices=[("", _("Any")), ("true", _("Yes")), ("false", _("No"))],
        coerce=lambda value: value == "true",
        empty_value=None,
    )
    ordering = django_filters.ChoiceFilter(
        method="leave", label=_("Order"), choices=ORDERING_LABELS, empty_label=None
    )
    after = django_filters.CharFilter(method="leave", label=_("Page"), max_length=2000)

    class Meta:
        model = Edition
        fields: list[str] = []
        form = ClaimFilterForm

    def __init__(self, *args: Any, vocabulary: Vocabulary | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.vocabulary = vocabulary or read_busiest(OFFERED, self._asked())
        for name, choices in self._choices().items():
            self.filters[name].extra["choices"] = choices

    def _asked(self) -> set[str]:
        given = (self.data.getlist(str(kind)) for kind in OFFERED) if self.data else ()
        slugs = (slug.strip() for several in given for slug in several)
        return {slug for slug in slugs if slug and "\0" not in slug}

    def page(self) -> Page:
        """The page that is asked for. Only for valid input.

        Each row of a search has ``statement_found`` and ``summary_found``, with the matches marked.
        """
        cleaned = self.form.cleaned_data
        ordering = cleaned["ordering"] or DEFAULT_ORDERING
        editions = self.qs.for_listing()
        if words := cleaned["q"]:
            language = current_language()
            editions = editions.annotate(
                statement_found=headline("statement", language, words),
                summary_found=headline("summary", language, words),
            )
        return page(editions, ordering, cleaned["after"])

    def count_choices(self) -> dict[str, dict[str, int]]:
        """How many claims each choice would give beside the other filters. For valid input.

        Nothing is said of a filter beside which the others leave too many to be counted. The
        counts also go into the labels of the choices that are offered in a list.
        """
        topic = Func(F("topics"), function="unnest")
        counting: dict[str, Callable[[EditionQuerySet], dict[str, int]]] = {
            "rating": lambda found: {slug or OPEN: n for slug, n in _grouped(found, "rating")},
            "topic": lambda found: dict(_grouped(found, topic)),
            "claimant": _claimants,
            "document": lambda found: dict(_grouped(found, "document_slug")),
            "kind": lambda found: dict(_grouped(found, "claim_kind")),
        }
        are_few = count(self.qs, MOST_COUNTED).is_exact
        counts = {}
        for name, counted in counting.items():
            beside = self._beside(name)
            is_narrowed = self.form.cleaned_data[name] not in ("", [], None)
            if count(beside, MOST_COUNTED).is_exact if is_narrowed else are_few:
                counts[name] = counted(beside)
        for name in {"claimant", "document", "kind"} & counts.keys():
            field = self.form.fields[name]
            field.choices = [
                (value, f"{label} ({counts[name].get(value, 0)})" if value else label)
                for value, label in field.choices
            ]
        return counts

    def without(self, query: str) -> EditionQuerySet:
        """What another query string, made of this one, would find."""
        fewer = ClaimFilterSet(QueryDict(query), queryset=self.queryset, vocabulary=self.vocabulary)
        return fewer.qs if fewer.is_valid() else self.queryset.none()

    def _beside(self, name: str) -> EditionQuerySet:
        """The claims that all filters but one let through."""
        editions = self.queryset.order_by()
        for other, value in self.form.cleaned_data.items():
            if other != name:
                editions = self.filters[other].filter(editions, value)
        return editions

    def canonical_query(self) -> str:
        """The query string with what we understand only, each parameter in its place."""
        query = self.data.copy()
        query.clear()
        for name in self.filters:
            if values := [value for value in self.data.getlist(name) if value.strip()]:
                query.setlist(name, sorted(values))
        return query.urlencode()

    def active(self) -> Iterator[ActiveFilter]:
        """Each value that narrows the list. Only for valid input."""
        for name, value in self.form.cleaned_data.items():
            if name in ("ordering", "after"):
                continue
            for given in value if isinstance(value, list) else [value]:
                if given not in (None, ""):
                    yield self._active(name, given)

    def search(self, editions: EditionQuerySet, _name: str, words: str) -> EditionQuerySet:
        return editions.filter(search=search_query(words))

    def is_rated(self, editions: EditionQuerySet, _name: str, slugs: list[str]) -> EditionQuerySet:
        return editions.filter(rating__in=["" if slug == OPEN else slug for slug in slugs])

    def is_about(self, editions: EditionQuerySet, _name: str, slugs: list[str]) -> EditionQuerySet:
        return editions.filter(topics__overlap=slugs)

    def is_said_by(self, editions: EditionQuerySet, _name: str, slug: str) -> EditionQuerySet:
        return editions.filter(Q(claimant_slug=slug) | Q(reported_claimant_slug=slug))

    def ends_after(
        self, editions: EditionQuerySet, name: str, day: datetime.date
    ) -> EditionQuerySet:
        text, column = _columns(name)
        is_late_enough = Q(**{f"{column}_latest__gte": day}) | Q(**{f"{column}_latest": None})
        return editions.filter(is_late_enough).exclude(**{text: ""})

    def begins_before(
        self, editions: EditionQuerySet, name: str, day: datetime.date
    ) -> EditionQuerySet:
        text, column = _columns(name)
        is_early_enough = Q(**{f"{column}_earliest__lte": day}) | Q(**{f"{column}_earliest": None})
        return editions.filter(is_early_enough).exclude(**{text: ""})

    def is_date_unknown(self, editions: EditionQuerySet, name: str, _value: str) -> EditionQuerySet:
        text, _column = _columns(name)
        return editions.filter(**{text: ""})

    def leave(self, editions: EditionQuerySet, _name: str, _value: Any) -> EditionQuerySet:
        """For parameters that choose a page of the result, not what is in it."""
        return editions

    def _choices(self) -> dict[str, list[tuple[str, Any]]]:
        ratings = [(rating.slug, rating.label) for rating in self.vocabulary.scale()]
        return {
            "rating": [*ratings, (OPEN, pgettext_lazy("verdict", "Open"))],
            "topic": _by_label(self.vocabulary.of_kind(TermKind.TOPIC)),
            "claimant": _by_label(self.vocabulary.of_kind(TermKind.CLAIMANT)),
            "document": _by_label(self.vocabulary.of_kind(TermKind.DOCUMENT)),
        }

    def _active(self, name: str, given: Any) -> ActiveFilter:
        text = str(given).lower() if isinstance(given, bool) else str(given)
        labels = dict(self.filters[name].extra.get("choices", ()))
        query = self.data.copy()
        query.setlist(name, [other for other in query.getlist(name) if other.strip() != text])
        query.pop("after", None)
        return ActiveFilter(self.filters[name].label, labels.get(text, given), query.urlencode())


def _grouped(editions: EditionQuerySet, column: Any) -> list[tuple[str, int]]:
    grouped = editions.annotate(choice=F(column) if isinstance(column, str) else column)
    return list(grouped.values_list("choice").annotate(Count("sequence")))


def _claimants(editions: EditionQuerySet) -> dict[str, int]:
    """Speakers and those who are reported to have spoken; a claim counts once for either."""
    pairs = editions.values_list("claimant_slug", "reported_claimant_slug")
    found: Counter[str] = Counter()
    for speaker, reported, number in pairs.annotate(Count("sequence")):
        for slug in {speaker, reported} - {""}:
            found[slug] += number
    return dict(found)


def _columns(name: str) -> tuple[str, str]:
    """The text column, and the beginning of the bounds' names, for a filter on dates."""
    return ("made", "made") if name.startswith("made_on") else ("event_date", "event")


def _by_label(terms: Iterable[Term | Rating]) -> list[tuple[str, str]]:
    labelled = [(term.slug, in_language(term, "label") or term.slug) for term in terms]
    return sorted(labelled, key=lambda choice: _sortable(choice[1]))


def _sortable(label: str) -> str:
    """Accented letters stand beside their plain ones, as in a dictionary."""
    decomposed = unicodedata.normalize("NFKD", label)
    return "".join(part for part in decomposed if not unicodedata.combining(part)).casefold()


def understood(
    query: Any, queryset: EditionQuerySet, besides: Collection[str] = ()
) -> tuple[ClaimFilterSet, dict[str, list[str]]]:
    """What finds the editions that a query asks for, and what is wrong with each parameter.

    A parameter that there is not is an error, unless it is one of ``besides``.
    """
    found = ClaimFilterSet(query, queryset=queryset)
    unknown = sorted(query.keys() - found.filters.keys() - set(besides))
    errors = {name: [gettext("There is no such parameter.")] for name in unknown}
    if not found.is_valid():
        errors |= {name: [str(text) for text in texts] for name, texts in found.errors.items()}
    return found, errors
