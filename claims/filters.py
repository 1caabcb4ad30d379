"""The one grammar for asking for claims, shared by pages, feeds, API and exports."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import django_filters
from django import forms
from django.core.validators import EMPTY_VALUES
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from claims.models import ClaimKind, Edition, Rating, Term, TermKind
from claims.models.edition import DATED, EditionQuerySet, interval
from claims.models.language import current_language, in_language
from claims.record.facets import CHOSEN, columns_of, counted
from claims.record.filing import OPEN
from claims.record.paging import (
    DEFAULT_ORDERING,
    Count,
    InvalidCursor,
    Page,
    Searched,
    count,
    found_by_index,
    page,
    read_cursor,
)
from claims.record.search import headline, parts_of, ranked, search_query
from claims.record.vocabulary import Vocabulary, read_busiest

# How many of each kind are offered, beside what is asked for.
OFFERED: dict[str, int] = {TermKind.DOCUMENT: 100, TermKind.TOPIC: 300, TermKind.CLAIMANT: 100}
# Beyond so many claims, counting what each choice would leave takes longer than the page.
MOST_COUNTED = 2_000
LONGEST_QUERY = 200
# The index is gone through for each.
MOST_UNWANTED = 10
# What editions are filed under, all in one index; and with it what narrows a list as well.
FILED = {"rating", "topic", "claimant", "document", "kind"}
NARROWING = {*FILED, "q"}
# Of these so many claims have each value that an index is no help to a search.
FREQUENT = {"rating": "rating", "kind": "claim_kind"}
# Of these PostgreSQL cannot tell how many claims they find.
SEARCHING = ["q", "made_on_after", "made_on_before", "event_on_after", "event_on_before"]
UNKNOWN = "unknown"

RELEVANCE = "relevance"
ORDERING_LABELS = [
    ("newest", _("Newest first")),
    (RELEVANCE, _("Best match first")),
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
        wanted, unwanted = parts_of(cleaned.get("q", ""))
        if len(unwanted) > MOST_UNWANTED:
            refusal = _("A search can leave out %(most)d words: put a minus before fewer of them.")
            self.add_error("q", refusal % {"most": MOST_UNWANTED})
        if cleaned.get("ordering") == RELEVANCE and not wanted:
            cleaned["ordering"] = DEFAULT_ORDERING
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
    made_on_after = DateFilter(method="overlaps", label=_("Said on or after"))
    made_on_before = DateFilter(method="overlaps", label=_("Said on or before"))
    made_on = UnknownDateFilter(label=_("Date it was said"))
    event_on_after = DateFilter(method="overlaps", label=_("Happened on or after"))
    event_on_before = DateFilter(method="overlaps", label=_("Happened on or before"))
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

        Each row of a search for words has ``statement_found`` and ``summary_found``, with the
        matches marked.
        """
        cleaned = self.form.cleaned_data
        ordering = cleaned["ordering"] or DEFAULT_ORDERING
        words, editions = cleaned["q"], self.qs
        if ordering == RELEVANCE:
            with self._searching():
                found = marked(ranked(editions, words), words).for_listing()
                return page(found, ordering, cleaned["after"])
        if parts_of(words)[0]:
            editions = marked(editions, words)
        is_counted = self._is_search or len(self._given() & NARROWING) > 1
        searched = Searched(self.count, self.queryset) if is_counted else None
        return page(editions.for_listing(), ordering, cleaned["after"], searched=searched)

    @cached_property
    def count(self) -> Count:
        """How many claims are found, to the limit. For valid input."""
        with self._searching():
            return count(self.qs)

    @property
    def _is_search(self) -> bool:
        return any(self.form.cleaned_data[name] for name in SEARCHING)

    def _searching(self) -> AbstractContextManager[None]:
        return found_by_index(self.queryset) if self._is_search else nullcontext()

    @property
    def ranks_the_newest(self) -> bool:
        """Whether only the newest of what was found are in the order asked for."""
        return self.form.cleaned_data["ordering"] == RELEVANCE and not self.count.is_exact

    def count_choices(self) -> dict[str, dict[str, int]]:
        """How many claims each choice would give beside the other filters. For valid input.

        Nothing is said of a filter beside which the others leave too many to be counted. The
        counts also go into the labels of the choices that are offered in a list.
        """
        counts: dict[str, dict[str, int]] = {}
        if self.count.number <= MOST_COUNTED:
            with self._searching():
                counts = self._counts_of_choices()
        for name in {"claimant", "document", "kind"} & counts.keys():
            field = self.form.fields[name]
            field.choices = [
                (value, f"{label} ({counts[name].get(value, 0)})" if value else label)
                for value, label in field.choices
            ]
        return counts

    def _counts_of_choices(self) -> dict[str, dict[str, int]]:
        found, counts = columns_of(self.qs), {}
        for name in CHOSEN:
            beside = found
            if self.form.cleaned_data[name] not in EMPTY_VALUES:
                others = self._narrowed(self.queryset, without=name)
                if not count(others, MOST_COUNTED).is_exact:
                    continue
                beside = columns_of(others)
            counts[name] = counted(name, beside)
        return counts

    def without(self, query: str) -> EditionQuerySet:
        """What another query string, made of this one, would find."""
        fewer = ClaimFilterSet(QueryDict(query), queryset=self.queryset, vocabulary=self.vocabulary)
        return fewer.qs if fewer.is_valid() else self.queryset.none()

    def filter_queryset(self, queryset: EditionQuerySet) -> EditionQuerySet:
        return self._narrowed(queryset)

    def _given(self) -> set[str]:
        cleaned = self.form.cleaned_data
        return {name for name, value in cleaned.items() if value not in EMPTY_VALUES}

    def _narrowed(self, editions: EditionQuerySet, without: str = "") -> EditionQuerySet:
        """What all filters let through, or all but one."""
        given = self._given() - {without}
        are_several = len(given & NARROWING) > 1
        for name, value in self.form.cleaned_data.items():
            if name not in given:
                continue
            if not are_several or name not in FILED:
                editions = self.filters[name].filter(editions, value)
                continue
            slugs = value if isinstance(value, list) else [value]
            names = _as_filed(slugs) if name == "rating" else slugs
            if "q" in given and name in FREQUENT:
                editions = editions.of(FREQUENT[name], names)
            else:
                editions = editions.filed_under(name, names)
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
        return editions.filter(rating__in=_as_filed(slugs))

    def is_about(self, editions: EditionQuerySet, _name: str, slugs: list[str]) -> EditionQuerySet:
        return editions.filter(topics__overlap=slugs)

    def is_said_by(self, editions: EditionQuerySet, _name: str, slug: str) -> EditionQuerySet:
        return editions.filter(Q(claimant_slug=slug) | Q(reported_claimant_slug=slug))

    def overlaps(self, editions: EditionQuerySet, name: str, _day: Any) -> EditionQuerySet:
        """One condition for both ends, of which PostgreSQL knows how many editions meet it."""
        kind = name.partition("_on")[0]
        first, last = f"{kind}_on_after", f"{kind}_on_before"
        cleaned = self.form.cleaned_data
        if name == last and cleaned[first]:
            return editions
        days = DateRange(cleaned[first], cleaned[last], bounds="[]")
        name = f"{kind}_days"
        return editions.alias(**{name: interval(kind)}).filter(**{f"{name}__overlap": days})

    def is_date_unknown(self, editions: EditionQuerySet, name: str, _value: str) -> EditionQuerySet:
        return editions.filter(**{DATED[name.removesuffix("_on")]: ""})

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


def marked(editions: EditionQuerySet, words: str) -> EditionQuerySet:
    """With what ``words`` match in statement and summary, in the language of the page."""
    language = current_language()
    return editions.annotate(
        statement_found=headline("statement", language, words),
        summary_found=headline("summary", language, words),
    )


def _as_filed(slugs: list[str]) -> list[str]:
    """An open claim has no rating."""
    return ["" if slug == OPEN else slug for slug in slugs]


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
