"""Writes rows that come in: new ones together, changed ones each by itself."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import F, Max, Model

from claims.desk.anchoring import ANCHOR_COLUMNS, Text, anchor
from claims.models import Claim, Note, Quote, QuoteState, Transcript

from .arrivals import TOPICS, Arrival

BATCH = 1000
# What a captured text of the desk decides, whatever a file says.
PLACE = {"start", "end", "transcript_sha256", "state"}


class Store:
    """Where the rows of one import go. What the database refuses is noted with the row."""

    def __init__(self, by: Any) -> None:
        self.by = by
        # The captured texts of each claim's document, by language.
        self.texts: dict[int, dict[str, Text]] = {}

    def leave_place_to_texts(self, arrivals: list[Arrival]) -> None:
        """Where the desk has the text, it knows better than a file where a quote stands in it."""
        claims = {number for one in arrivals if (number := one.values.get("claim_id"))}
        documents = dict(Claim.objects.filter(pk__in=claims).values_list("pk", "document_id"))
        texts: dict[int, dict[str, Text]] = defaultdict(dict)
        for one in Transcript.objects.filter(document__in=set(documents.values())):
            texts[one.document_id][one.language] = Text(one.text, one.sha256)
        self.texts = {claim: texts[document] for claim, document in documents.items()}
        for arrival in arrivals:
            claim, language = arrival.values.get("claim_id"), arrival.values.get("language")
            if language in self.texts.get(claim or 0, {}):
                for name in PLACE & set(arrival.values):
                    arrival.place[name] = arrival.values.pop(name)

    def write(self, model: type[Model], arrivals: list[Arrival]) -> None:
        new = [one for one in arrivals if one.pk is None]
        if model is Claim:
            _place_at_the_end(new)
        rows = [self._new_row(model, one) for one in new]
        if not _saved(lambda: model._default_manager.bulk_create(rows, batch_size=BATCH)):
            self._write_one_by_one(new, rows)
        for arrival, row in zip(new, rows, strict=True):
            arrival.pk = row.pk if arrival.is_fine else None
        for arrival in arrivals:
            if arrival.changed:
                self._change(model, arrival)
        if model is Claim:
            self._write_topics([one for one in arrivals if one.is_fine])

    def _new_row(self, model: type[Model], arrival: Arrival) -> Any:
        values = {name: value for name, value in arrival.values.items() if name != TOPICS}
        row = model(**values)
        if isinstance(row, Note) and self.by is not None:
            row.author_id = self.by.pk
        if isinstance(row, Quote):
            self._anchor(row, arrival.place)
        return row

    def _anchor(self, quote: Quote, place: dict[str, Any]) -> None:
        """Look for new words in the desk's text. A place in it was chosen by a person."""
        text = self.texts.get(quote.claim_id, {}).get(quote.language)
        if text is None:
            return
        is_of_text = place.get("transcript_sha256") == text.sha256
        for name in ("start", "end"):
            setattr(quote, name, place.get(name) if is_of_text else None)
        quote.transcript_sha256 = text.sha256 if is_of_text else ""
        quote.state, quote.prefix, quote.suffix = QuoteState.UNLOCATED, "", ""
        anchor(quote, text)

    def _write_one_by_one(self, arrivals: list[Arrival], rows: list[Any]) -> None:
        """One of them cannot be written: find out which, and why."""
        for arrival, row in zip(arrivals, rows, strict=True):
            row.pk, row._state.adding = None, True
            if not _saved(row.save):
                _explain(arrival, row)

    def _change(self, model: type[Model], arrival: Arrival) -> None:
        columns = [name for name in arrival.changed if name != TOPICS]
        if not columns:
            return
        row: Any = model._default_manager.get(pk=arrival.pk)
        for name in columns:
            setattr(row, name, arrival.values[name])
        if isinstance(row, Quote) and {"exact", "language"} & set(columns):
            self._anchor(row, arrival.place)
            columns += ANCHOR_COLUMNS
        # Moments and numbers that the database gives are left to it.
        names = {model._meta.get_field(name).name for name in columns}
        if not _saved(lambda: row.save(update_fields=names)):
            _explain(arrival, row)

    def _write_topics(self, arrivals: list[Arrival]) -> None:
        through: Any = Claim.topics.through
        added = []
        for arrival in arrivals:
            topics, before = arrival.values.get(TOPICS), arrival.before.get(TOPICS, set())
            if topics is None:
                continue
            if gone := before - topics:
                through.objects.filter(claim_id=arrival.pk, topic_id__in=gone).delete()
            added += [
                through(claim_id=arrival.pk, topic_id=topic) for topic in sorted(topics - before)
            ]
        through.objects.bulk_create(added, batch_size=BATCH)


def _place_at_the_end(arrivals: list[Arrival]) -> None:
    """Claims without a place come after those of their document, in the order of the file."""
    last: dict[int, int] = {}
    for arrival in arrivals:
        if "position" in arrival.values:
            continue
        document = arrival.values["document_id"]
        if document not in last:
            claims = Claim.objects.filter(document=document)
            given = [
                one.values["position"]
                for one in arrivals
                if one.values["document_id"] == document and "position" in one.values
            ]
            taken = claims.aggregate(last=Max("position"))["last"] or 0
            last[document] = max([taken, *given])
        last[document] += 1
        arrival.values["position"] = last[document]


def _saved(write: Callable[[], Any]) -> bool:
    """Whether the database takes it; what was done before stays done."""
    try:
        with transaction.atomic():
            write()
    except (DataError, IntegrityError):
        return False
    return True


def _explain(arrival: Arrival, row: Any) -> None:
    """Why the database does not take the row, in our words where there are any."""
    for constraint in row._meta.constraints:
        try:
            constraint.validate(type(row), row)
        except ValidationError as error:
            arrival.refuse(_field_of(constraint, arrival), " ".join(error.messages))
    if arrival.is_fine:
        try:
            with transaction.atomic():
                row.save(force_insert=row._state.adding)
        except (DataError, IntegrityError) as error:
            arrival.refuse(arrival.first, str(error).partition("\n")[0])


def _field_of(constraint: Any, arrival: Arrival) -> str:
    """The field of the row that one looks at first where it breaks the rule."""
    rule = getattr(constraint, "condition", None)
    names = set(getattr(constraint, "fields", ()))
    if rule is not None:
        names |= {str(part.name) for part in rule.flatten() if isinstance(part, F)}  # type: ignore[attr-defined]
        names |= getattr(rule, "referenced_base_fields", set())
    return next((name for name in arrival.located.fields if name in names), arrival.first)
