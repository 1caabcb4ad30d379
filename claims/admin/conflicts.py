"""Two saves of one claim that meet: what was opened, what stands now, what was typed, who decides.

The editor's form says which moment it was opened at. Where others have changed the claim since,
each field is compared three ways; what only one side has changed is proposed, what both have
changed must be chosen. What is kept of theirs is not read from the form at all.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms.models import (
    BaseInlineFormSet,
    model_to_dict,
)
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from claims.desk.bringing_back import put_back, taken_ids
from claims.desk.life import changed_since
from claims.desk.marking import next_key
from claims.desk.versions import (
    CONTENT,
    NOT_CONTENT,
    Bounds,
    Row,
    State,
    columns,
    compare,
    state,
)
from claims.models import Claim

from .conflict_line import MINE, THEIRS, Line, put_in_words
from .typed import Told, filled, is_deleted, names_asked, number_in, typed_in, value_typed
from .wording import field_of

# Where the work stands: a change of it is no reason to ask about the texts, nor the reverse.
WORK = {"assigned_to", "priority"}


class Meeting:
    """What a form that comes late meets."""

    def __init__(
        self,
        claim: Claim,
        form: forms.ModelForm,
        formsets: Mapping[str, BaseInlineFormSet],
        data: Mapping[str, Any],
    ) -> None:
        self.claim, self.form, self.data = claim, form, data
        self.opened = Bounds.read(data.get("base", "").partition(":")[2])
        self.base: State = state(claim.pk, self.opened)
        self.formsets = {noun: given for noun, given in formsets.items() if noun in CONTENT}
        self.renamed: dict[str, str] = {}
        self.notices: list[str] = []
        self.left_out: dict[str, set[str]] = {}
        self.let_go: set[str] = set()
        self.lines = [*self._claim_lines()]
        for noun, formset in self.formsets.items():
            self.lines += self._part_lines(noun, formset)
            self._rename(noun, formset)
        put_in_words(self.lines)
        self._decide()

    # What differs

    def _claim_lines(self) -> Iterator[Line]:
        row = self.base["claim"].get(self.claim.pk)
        opened = self._initial("claim", self.claim.pk, row, self.form)
        if opened is not None:
            opened["topics"] = [pair["topic_id"] for pair in self.base["topics"].values()]
        yield from self._field_lines("claim", self.claim.pk, {}, self.form, opened)

    def _part_lines(self, noun: str, formset: BaseInlineFormSet) -> Iterator[Line]:
        posted = set()
        for form in formset.initial_forms:
            pk = number_in(form.data.get(form.add_prefix("id")))
            if pk is None:
                continue
            posted.add(pk)
            opened = self.base[noun].get(pk)
            if form.instance.pk is None:
                yield from self._gone_lines(noun, pk, opened, form)
            elif is_deleted(form):
                yield self._deleted_line(noun, pk, opened, form)
            else:
                row = _row(form.instance)
                initial = self._initial(noun, pk, opened, form)
                yield from self._field_lines(noun, pk, row, form, initial)
        for instance in formset.get_queryset():
            if instance.pk not in posted and instance.pk not in self.base[noun]:
                yield self._line(noun, _row(instance), ("–", _whole(noun, _row(instance)), "–"))
        for form in formset.extra_forms:
            if form.has_changed() and not is_deleted(form):
                yield from self._new_lines(noun, formset, form)

    def _field_lines(
        self, noun: str, pk: int, row: Row, form: forms.ModelForm, opened: Row | None
    ) -> Iterator[Line]:
        for name in names_asked(form):
            asked = form.fields[name]
            typed, theirs = form[name].data, form.get_initial_for_field(asked, name)
            if not asked.has_changed(theirs, typed):
                continue
            before = theirs if opened is None else opened.get(name, theirs)
            column, values = field_of(noun, name), (before, theirs, value_typed(asked, typed))
            yield self._line(
                noun,
                row,
                tuple([("", column, value)] for value in values),
                name=f"{noun}-{pk}-{name}",
                label=capfirst(str(asked.label)),
                by_them=opened is None or _differ(asked, before, theirs),
                by_me=opened is None or asked.has_changed(before, typed),
                left_out=(form.prefix or "", frozenset([name])),
                is_work=noun == "claim" and name in WORK,
            )

    def _gone_lines(
        self, noun: str, pk: int, opened: Row | None, form: forms.ModelForm
    ) -> Iterator[Line]:
        """They have deleted the row."""
        if opened is None:
            return
        self.let_go.add(str(form.prefix))
        if is_deleted(form):
            return
        before = self._initial(noun, pk, opened, form) or {}
        changed = [
            (capfirst(str(form.fields[name].label)), field_of(noun, name), typed_in(form, name))
            for name in names_asked(form)
            if name != "key" and form.fields[name].has_changed(before.get(name), form[name].data)
        ]
        yield self._line(
            noun,
            opened,
            (_whole(noun, opened), _("deleted"), changed or _("as it was opened")),
            name=f"{noun}-{pk}",
            by_me=bool(changed),
            restored=pk,
        )

    def _deleted_line(self, noun: str, pk: int, opened: Row | None, form: forms.ModelForm) -> Line:
        """I have deleted the row."""
        row = _row(form.instance)
        found = compare(noun, pk, opened, row)
        return self._line(
            noun,
            row,
            (_whole(noun, opened or {}), _whole(noun, row), _("deleted")),
            name=f"{noun}-{pk}",
            by_them=found.is_content,
            by_me=True,
            left_out=(str(form.prefix), frozenset(form.fields)),
        )

    def _new_lines(
        self, noun: str, formset: BaseInlineFormSet, form: forms.ModelForm
    ) -> Iterator[Line]:
        """I have added a row. They may have added the same relation: then once is enough."""
        pair = [number_in(form[name].data) or form[name].data for name in names_asked(form)]
        if noun == "relations" and pair in [
            [getattr(row, column_of(row, name)) for name in names_asked(form)]
            for row in formset.get_queryset()
            if row.pk not in self.base[noun]
        ]:
            self.let_go.add(str(form.prefix))
            return
        row = {"key": form.data.get(form.add_prefix("key"), "")}
        if noun == "relations":
            row["target_id"] = form["target"].data
        yield self._line(noun, row, ("–", "–", filled(noun, form)), by_them=False, by_me=True)

    def _line(self, noun: str, row: Row, told: Any, **given: Any) -> Line:
        defaults: dict[str, Any] = {"name": "", "label": "", "by_them": True, "by_me": False}
        return Line(noun=noun, row=row, told=told, **(defaults | given))

    def _initial(self, noun: str, pk: int, row: Row | None, form: forms.ModelForm) -> Row | None:
        """What the form showed when it was opened; None where that is not known."""
        if row is None:
            return None
        instance = CONTENT[noun](pk=pk, **row)
        plain = [f.name for f in instance._meta.concrete_fields if f.name in form.fields]
        return model_to_dict(instance, plain)

    # Keys

    def _rename(self, noun: str, formset: Any) -> None:
        """Where both have added a row with the same key, mine gets the next one, and it is said."""
        stem = getattr(formset, "stem", None)
        if stem is None:
            return
        before = {row["key"] for row in self.base[noun].values()}
        now = {row.key for row in formset.get_queryset()} | before
        theirs = now - before
        for form in formset.extra_forms:
            if not form.has_changed() or is_deleted(form):
                continue
            name = form.add_prefix("key")
            typed = form.data.get(name, "")
            wanted = typed or next_key(stem, before)
            before.add(wanted)
            key = wanted
            if wanted in theirs:
                key = next_key(stem, now)
                self._say_renamed(noun, wanted, key, is_typed=bool(typed))
            if typed and key != typed:
                self.renamed[name] = key
            now.add(key)

    def _say_renamed(self, noun: str, wanted: str, key: str, *, is_typed: bool) -> None:
        texts = [self.data.get(f"explanation_{language}", "") for language in ("en", "fr")]
        is_cited = noun == "evidence" and any(f"[^{wanted}]" in text for text in texts)
        if is_typed or is_cited:
            self.notices.append(
                _("Your new row becomes “%(key)s”: someone else has taken “%(taken)s” meanwhile.")
                % {"key": key, "taken": wanted}
            )
        if is_cited:
            self.notices.append(
                _(
                    "The explanation cites [^%(taken)s], which is now their evidence. "
                    "If you mean yours, write [^%(key)s]."
                )
                % {"key": key, "taken": wanted}
            )

    # Who decides

    def _decide(self) -> None:
        is_shown = self.data.get("version_seen") == str(self.claim.version)
        for line in self.lines:
            line.choose(self.data.get(f"keep-{line.name}", "") if is_shown else "")
        self.is_contested = self._is_contested()
        choices = [line for line in self.lines if line.is_choice]
        self.unsettled = [line for line in choices if not line.choice] if is_shown else []
        self.is_refused = self.is_contested and (
            not is_shown or any(not line.choice for line in choices)
        )
        for line in choices:
            if line.choice == THEIRS and line.left_out:
                prefix, names = line.left_out
                self.left_out.setdefault(prefix, set()).update(names)

    def _is_contested(self) -> bool:
        """Both have changed the content, or the same thing: an editor decides."""
        theirs = [line for line in self.lines if line.by_them]
        mine = [line for line in self.lines if line.by_me]
        return any(line.by_them for line in mine) or (
            any(not line.is_work for line in theirs) and any(not line.is_work for line in mine)
        )

    def restore(self) -> bool:
        """Put back deleted rows whose own version goes on; all of them where the page is shown.

        They get their old ids, so that the form finds them, and what refers to them as well.
        The caller takes that back unless the form is saved.
        """
        restored = False
        for line in self.lines:
            if line.restored and (self.is_refused or line.choice == MINE):
                restored |= self._restore(line, line.restored)
        return restored

    def _restore(self, line: Line, pk: int) -> bool:
        row = self._with_free_key(line.noun, self.base[line.noun][pk])
        if row is None:
            return False
        if taken_ids(line.noun, [pk]):
            self.is_refused = True
            self.notices.append(
                _("“%(row)s” cannot be put back: keep theirs, and add yours as a new row.")
                % {"row": line.label}
            )
            return False
        put_back(self.claim, line.noun, pk, row)
        self.let_go.discard(self._prefix_of(line.noun, pk))
        return True

    def _with_free_key(self, noun: str, row: Row) -> Row | None:
        present = self.formsets[noun].get_queryset()
        if noun == "relations":
            pairs = {(part.kind, part.target_id) for part in present}
            return None if (row["kind"], row["target_id"]) in pairs else row
        keys = {part.key for part in present}
        if row["key"] not in keys:
            return row
        key = next_key(getattr(self.formsets[noun], "stem", noun), keys)
        self._say_renamed(noun, row["key"], key, is_typed=True)
        return {**row, "key": key}

    def _prefix_of(self, noun: str, pk: int) -> str:
        for form in self.formsets[noun].initial_forms:
            if number_in(form.data.get(form.add_prefix("id"))) == pk:
                return str(form.prefix)
        return ""

    @property
    def others(self) -> list[tuple[Any, Any]]:
        """Who has changed the claim since it was opened, and when."""
        return changed_since(self.claim.pk, self.opened)

    @property
    def refusal(self) -> str:
        if self.unsettled:
            return _("Nothing was saved yet: choose which to keep for %(fields)s.") % {
                "fields": ", ".join(f"“{line.label}”" for line in self.unsettled)
            }
        return _(
            "Nothing was saved yet: someone else has changed this claim since you opened it. "
            "Choose below what to keep, then save again. What you typed is still in the form."
        )


def moment_of(claim: Claim) -> str:
    """The version that a form shows, and the events it came of."""
    seen = getattr(claim, "bounds", None)
    return f"{claim.version}:{Bounds(tuple(seen))}" if seen else ""


def comes_late(claim: Claim, data: Mapping[str, Any]) -> bool:
    """Whether the form was opened at another version than the claim has now."""
    version, _colon, _events = data.get("base", "").partition(":")
    return version != str(claim.version)


def _differ(asked: forms.Field, one: Any, other: Any) -> bool:
    def normal(value: Any) -> Any:
        value = asked.prepare_value(value)
        if isinstance(value, list | tuple):
            return sorted(map(str, value))
        return "" if value is None else value

    return bool(normal(one) != normal(other))


def column_of(row: Any, name: str) -> str:
    return row._meta.get_field(name).attname


def _row(instance: Any) -> Row:
    return {name: getattr(instance, name) for name in columns(type(instance))}


def _whole(noun: str, row: Row) -> Told:
    """All that a row says."""
    return [
        (capfirst(str(field_of(noun, name).verbose_name)), field_of(noun, name), value)
        for name, value in row.items()
        if name not in NOT_CONTENT and name not in ("key", "position")
    ]
