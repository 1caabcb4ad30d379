"""An edition's content in words: every text with its label, and what differs between two."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from claims.models import (
    Claim,
    Claimant,
    Document,
    Evidence,
    Figure,
    Language,
    Measure,
    Note,
    Quote,
    Rating,
    Relation,
    Reply,
    Section,
    Source,
    Topic,
    Unit,
)

# The model whose fields name what stands under a key of the content.
MODELS: dict[str, type[Model]] = {
    "document": Document,
    "section": Section,
    "claimant": Claimant,
    "reported_claimant": Claimant,
    "topics": Topic,
    "quotes": Quote,
    "verdict": Claim,
    "rating": Rating,
    "evidence": Evidence,
    "source": Source,
    "figures": Figure,
    "measure": Measure,
    "unit": Unit,
    "replies": Reply,
    "relations": Relation,
    "notes": Note,
}
FIRST = ["verdict", "quotes", "evidence", "figures", "notes"]
# Said by the line beside it, or of no use to someone who reads for sense.
NOT_READ = {
    "aliases",
    "created_at",
    "definition_en",
    "definition_fr",
    "end",
    "key",
    "omissions",
    "one_en",
    "one_fr",
    "other_en",
    "other_fr",
    "position",
    "scale",
    "slug",
    "start",
    "transcript_sha256",
    "value",
}


@dataclass(frozen=True)
class Line:
    """One text of an edition: where it stands, the labels on the way there, and its words."""

    path: tuple[str, ...]
    labels: tuple[str, ...]
    text: str
    is_blank: bool

    @property
    def heading(self) -> str:
        return " – ".join(self.labels[:-1])

    @property
    def label(self) -> str:
        return self.labels[-1]

    @property
    def language(self) -> str:
        """``en`` or ``fr`` where the text has its like in the other language."""
        _name, _underscore, code = self.path[-1].rpartition("_")
        return code if code in Language.values else ""

    @property
    def is_read(self) -> bool:
        """Whether a reviewer wants to read it: figures' values count, ratings' numbers do not."""
        is_figure = self.path[0] == "figures" and self.path[-1] == "value"
        return not self.is_blank and (is_figure or self.path[-1] not in NOT_READ)


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


def readable(content: dict[str, Any]) -> list[Line]:
    """What a reviewer reads before publishing: words and verdict first, no technical details."""
    simple = {name: value for name, value in content.items() if not isinstance(value, dict | list)}
    ordered = simple | {name: content[name] for name in FIRST if name in content} | content
    return [line for line in lines(ordered) if line.is_read]


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Every text that is not the same in both, technical details included."""
    old = {line.path: line for line in lines(before)}
    new = {line.path: line for line in lines(after)}
    found = []
    for path in [*new, *(path for path in old if path not in new)]:
        texts = [side[path].text if path in side else "" for side in (old, new)]
        if texts[0] != texts[1]:
            found.append(Change(" – ".join((new.get(path) or old[path]).labels), *texts))
    return found


def lines(
    node: dict[str, Any],
    model: type[Model] = Claim,
    path: tuple[str, ...] = (),
    labels: tuple[str, ...] = (),
) -> Iterator[Line]:
    """Every leaf of the content, in its order."""
    for name, value in node.items():
        here = (*path, name)
        if isinstance(value, dict):
            yield from lines(value, MODELS[name], here, (*labels, _label(model, name)))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for row in value:
                key = row.get("key") or row.get("slug") or f"{row['kind']}/{row['target']}"
                part = f"{capfirst(MODELS[name]._meta.verbose_name)} {key}"
                yield from lines(row, MODELS[name], (*here, key), (*labels, part))
        else:
            text = _text(model, name, value)
            yield Line(here, (*labels, _label(model, name)), text, _is_blank(value))


def _label(model: type[Model], name: str) -> str:
    if name == "verdict":
        return _("Verdict and reasons")
    try:
        return capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    except (FieldDoesNotExist, AttributeError):
        return capfirst(str(MODELS[name]._meta.verbose_name)) if name in MODELS else name


def _text(model: type[Model], name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if _is_blank(value):
        return ""
    field: Any = model._meta.get_field(name)
    choices = dict(getattr(getattr(field, "base_field", field), "flatchoices", []))
    if name == "omissions":
        return ", ".join(f"{start}–{end}" for start, end in value)
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(choices.get(item, item)) for item in values)


def _is_blank(value: Any) -> bool:
    return value is None or value is False or value == "" or value == []
