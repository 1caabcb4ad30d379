"""Rows on their way in: read field by field, found on the desk, and compared with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from claims.models import Claim, Note, Visibility

from .arriving import Located
from .content import cleaned, fields_of, key_paths, model_of, plain_value, reference
from .outcomes import Detail
from .rows import KINDS

TOPICS = "topics"
AUTHOR = "author"

type Key = tuple[Any, ...]


@dataclass
class Arrival:
    """A row on its way in: its values in Python, by column, and what is wrong with it."""

    located: Located
    key: Key = ()
    values: dict[str, Any] = field(default_factory=dict)
    references: dict[str, tuple[str, Key]] = field(default_factory=dict)
    topics: list[Key] | None = None
    author: str | None = None
    # Where a quote stands, as the file says.
    place: dict[str, Any] = field(default_factory=dict)
    invalid: list[Detail] = field(default_factory=list)
    conflicts: list[Detail] = field(default_factory=list)
    # The row of the desk by column, None for a new one, and the columns that differ.
    pk: int | None = None
    before: dict[str, Any] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)

    def refuse(self, field: str, message: str) -> None:
        self.invalid.append(Detail(field, self.located.line_of(field), message))

    def disagree(self, field: str, message: str) -> None:
        self.conflicts.append(Detail(field, self.located.line_of(field), message))

    @property
    def is_fine(self) -> bool:
        return not (self.invalid or self.conflicts)

    @property
    def first(self) -> str:
        """The field to look at where the row as a whole is meant."""
        return KINDS[self.located.model].key[0]

    @property
    def claim_slug(self) -> str:
        """Of the claim, or of the claim that the part belongs to."""
        return str(self.key[0])


def read(label: str, located: Located) -> Arrival:
    """The row's values in Python, each field by itself; what is wrong is noted."""
    arrival = Arrival(located)
    kind, fields = KINDS[label], fields_of(model_of(label))
    for name, value in located.fields.items():
        try:
            if (label, name) == ("claims.note", AUTHOR):
                arrival.author = _author(value)
            elif name not in fields:
                raise ValidationError(_not_content(label))
            elif name == TOPICS:
                arrival.topics = [reference("claims.topic", key) for key in _list(value)]
            elif name in kind.references and value is not None:
                target = kind.references[name]
                arrival.references[name] = target, reference(target, value)
            else:
                column = fields[name].attname
                arrival.values[column] = cleaned(fields[name], value)
        except ValidationError as error:
            arrival.refuse(name[:80], " ".join(error.messages))
    for name in kind.key:
        if name not in located.fields:
            arrival.refuse(name, _("The field “%s” is missing.") % name)
    if not {detail.field for detail in arrival.invalid} & set(kind.key):
        arrival.key = tuple(_flat_key(kind, arrival))
    _check_together(label, arrival)
    return arrival


def _flat_key(kind: Any, arrival: Arrival) -> Iterator[Any]:
    for name in kind.key:
        if name in arrival.references:
            yield from arrival.references[name][1]
        else:
            yield arrival.values[name]


def _author(value: Any) -> str | None:
    if value is None:
        return None
    if not (isinstance(value, list) and len(value) == 1 and isinstance(value[0], str)):
        raise ValidationError(_("This must be a natural key: [%s].") % "…")
    if "\0" in value[0] or not value[0].isprintable():
        raise ValidationError(_("This is no user’s name."))
    return value[0]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValidationError(_("This must be a list."))
    return value


def _not_content(label: str) -> str:
    known = [*fields_of(model_of(label))]
    return _("This field cannot come in. These can: %s.") % ", ".join(sorted(known))


def _check_together(label: str, arrival: Arrival) -> None:
    """What one row refers to belongs to one document, or to one claim."""
    owners = {name: key[0] for name, (_model, key) in arrival.references.items()}
    if label == "claims.claim" and owners.get("section") not in (None, owners.get("document")):
        arrival.refuse("section", _("The section is of another document than the claim."))
    if label == "claims.figure" and owners.get("evidence") not in (
        None,
        owners.get("claim"),
    ):
        arrival.refuse("evidence", _("The evidence is of another claim than the figure."))


def numbers(label: str, keys: Iterable[Key]) -> dict[Key, int]:
    """The primary keys of rows by their natural keys."""
    return {key: row["pk"] for key, row in _rows(label, keys, [])}


def on_desk(label: str, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
    """The rows of the desk with these natural keys, by column; claims with their topics."""
    model = model_of(label)
    columns = [field.attname for field in fields_of(model).values() if not field.many_to_many]
    if model is Note:
        columns.append("author_id")
    found = dict(_rows(label, keys, columns))
    if model is Claim:
        by_number = {row["pk"]: row for row in found.values()}
        for row in found.values():
            row[TOPICS] = set()
        pairs = Claim.topics.through.objects.filter(claim_id__in=by_number)
        for claim, topic in pairs.values_list("claim_id", "topic_id"):
            by_number[claim][TOPICS].add(topic)
    return found


def _rows(
    label: str, keys: Iterable[Key], columns: list[str]
) -> Iterator[tuple[Key, dict[str, Any]]]:
    """Rows by their natural keys, with these columns and their number.

    Table by table, without a join: after a rehearsal was rolled back PostgreSQL may take tables
    for empty that are being filled, and then joins them every row with every row.
    """
    wanted, kind, fields = set(keys), KINDS[label], fields_of(model_of(label))
    attributes, referred, at = [], [], 0
    for name in kind.key:
        attributes.append(fields[name].attname)
        width, others = 1, None
        if target := kind.references.get(name):
            width = len(key_paths(target))
            named = {key[at : at + width] for key in wanted}
            others = {number: key for key, number in numbers(target, named).items()}
        referred.append(others)
        at += width
    first = {key[0] for key in wanted} if referred[0] is None else set(referred[0])
    rows = model_of(label)._default_manager.filter(**{f"{attributes[0]}__in": first}).order_by()
    for row in rows.values("pk", *attributes, *columns):
        # What is referred to by no key that is wanted makes none.
        parts = [
            (row[attribute],) if others is None else others.get(row[attribute], ())
            for attribute, others in zip(attributes, referred, strict=True)
        ]
        if (key := tuple(chain.from_iterable(parts))) in wanted:
            yield key, {name: row[name] for name in ("pk", *columns)}


def refuse_missing(model: type[Model], arrival: Arrival) -> None:
    """A new row needs every field that has no value of its own."""
    for name, column in fields_of(model).items():
        is_given = column.attname in arrival.values or name in arrival.located.fields
        is_free = column.many_to_many or column.blank or column.null or column.has_default()
        is_next = (model, name) == (Claim, "position")
        if not (is_given or is_free or is_next):
            arrival.refuse(name, _("The field “%s” is missing.") % name)


def keep_note(arrival: Arrival) -> None:
    """Notes are added; what readers see of them is all that changes."""
    if arrival.before.get("author_id") is None and "author_id" in arrival.changed:
        return
    for name in arrival.changed:
        if name != "visibility":
            arrival.disagree(
                name.removesuffix("_id"),
                _("A note stays as it was written: give yours a key of its own."),
            )


def is_content(model: type[Model], arrival: Arrival) -> bool:
    """Whether readers see it, so that it changes in draft only."""
    if model is Note:
        shown = (arrival.before.get("visibility"), arrival.values.get("visibility"))
        return Visibility.PUBLIC in shown and (
            arrival.pk is None or "visibility" in arrival.changed
        )
    return not (model is Claim and arrival.pk and set(arrival.changed) <= {"priority"})


def differences(label: str, arrival: Arrival) -> list[Detail]:
    model = model_of(label)
    fields = {column.attname: column for column in fields_of(model).values()}
    found = []
    for column in arrival.changed:
        name = fields[column].name if column in fields else column.removesuffix("_id")
        before, after = arrival.before.get(column), arrival.located.fields.get(name)
        if column in fields and (fields[column].is_relation):
            before = _key_of_number(fields[column], before)
        found.append(
            Detail(name, arrival.located.line_of(name), before=plain_value(before), after=after)
        )
    return found


def _key_of_number(column: Any, before: Any) -> Any:
    rows = column.related_model._default_manager
    if isinstance(before, set):
        return sorted(list(row.natural_key()) for row in rows.filter(pk__in=before))
    return before and list(rows.get(pk=before).natural_key())
