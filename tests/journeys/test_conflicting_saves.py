"""Five hundred saves that a late form meets: nobody's change is lost.

Several people open the same claim. All but one save, in one of the ways there are. The last,
whose form is late by then, is asked about what differs, and chooses. Afterwards each thing that
somebody changed is as they left it, or as the last one has explicitly chosen; all else is as it
was. One late form makes a pair with each save before it.
"""

import json
import random
from dataclasses import dataclass, field

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client

from claims.admin.conflict_line import MINE, THEIRS
from claims.desk.versions import NOT_CONTENT, snapshot
from claims.models import Claim, Evidence, Figure, Quote
from tests.admin.pages import change_address, list_address, new_row, open_claim
from tests.factories import (
    make_claim,
    make_editor,
    make_evidence,
    make_figure,
    make_quote,
    make_source,
    make_topic,
)

PAIRS = 500
BATCHES = 20
# One late form after so many saves.
CROWD = 5
TEXTS = ["statement_en", "statement_fr", "summary_en", "summary_fr", "explanation_en"]
WORK = ["assigned_to_id", "priority"]
MODELS = {"quotes": Quote, "evidence": Evidence, "figures": Figure}


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    browser.user = user
    return browser


@dataclass
class World:
    """One claim, what it said when both opened it, and the form that both of them see."""

    claim: Claim
    first: Client
    second: Client
    chance: random.Random
    topics: list
    base: dict = field(default_factory=dict)
    form: dict = field(default_factory=dict)

    def cell(self, noun, index, column):
        pk = self.claim.pk if noun == "claim" else sorted(_rows(self.base, noun))[index]
        return noun, pk, column


def make_world(chance):
    claim = make_claim(topics=[make_topic()], explanation_en="Because.")
    evidence = make_evidence(claim=claim, key="court")
    make_evidence(claim=claim, key="police")
    make_quote(claim=claim, key="long")
    make_quote(claim=claim, key="short")
    make_figure(claim=claim, key="dead", evidence=evidence)
    # ``loaddata`` sets the sequences back to the highest id, which a rollback does not undo: so
    # the highest is never among those that are deleted here.
    make_quote(), make_evidence()
    browsers = [browser_of(make_editor()) for _person in range(2)]
    world = World(claim, *browsers, chance, [make_topic() for _number in range(4)])
    world.form = open_claim(world.second, claim)
    world.base = cells(claim)
    return world


def cells(claim):
    """Everything that could be lost: by noun, id and column. Topics are one thing of the claim."""
    rows = snapshot(claim)
    topics = frozenset(row["topic_id"] for row in rows.pop("topics").values())
    found = {("claim", claim.pk, "topics"): topics}
    for noun, parts in rows.items():
        for pk, row in parts.items():
            for column, value in row.items():
                if column not in NOT_CONTENT or column in WORK:
                    found[noun, pk, column] = value
    return found


def _rows(found, noun):
    return {pk for other, pk, _column in found if other == noun}


# What people change: each edit says which cell becomes what, and how a form sends that


@dataclass
class Edit:
    cells: dict = field(default_factory=dict)
    sent: dict = field(default_factory=dict)
    deleted: tuple = ()
    added: list = field(default_factory=list)


def edit_text(world, words):
    column = world.chance.choice(TEXTS)
    return Edit({world.cell("claim", 0, column): words}, {column: words})


def edit_topics(world, _words):
    topics = world.chance.sample(world.topics, 2)
    keys = frozenset(topic.pk for topic in topics)
    return Edit({world.cell("claim", 0, "topics"): keys}, {"topics": sorted(keys)})


def edit_work(world, _words):
    if world.chance.random() < 0.5:
        priority = world.chance.choice([1, 3])
        return Edit({world.cell("claim", 0, "priority"): priority}, {"priority": priority})
    user = world.chance.choice([world.first, world.second]).user.pk
    return Edit({world.cell("claim", 0, "assigned_to_id"): user}, {"assigned_to": user})


def edit_part(world, words):
    noun, column = world.chance.choice(
        [("evidence", "finding_en"), ("evidence", "excerpt"), ("quotes", "exact")]
    )
    cell = world.cell(noun, world.chance.randrange(2), column)
    return Edit({cell: words}, {f"{prefix_of(world, cell)}-{column}": words})


def edit_figure(world, _words):
    cell = world.cell("figures", 0, "value")
    value = world.chance.randrange(1000, 9000)
    return Edit({cell: value}, {f"{prefix_of(world, cell)}-value": value})


def delete_part(world, _words):
    noun = world.chance.choice(["evidence", "quotes"])
    pk = world.cell(noun, 1, "key")[1]
    return Edit(sent={f"{prefix_of(world, (noun, pk))}-DELETE": "on"}, deleted=((noun, pk),))


def add_part(world, words):
    if world.chance.random() < 0.5:
        row = {"exact": words, "language": "en", "key": ""}
        return Edit(sent=new_row("quotes", 2, **row), added=[("quotes", "exact", words)])
    row = {"source": make_source().pk, "stance": "supports", "finding_en": words}
    row |= {"key": "evidence-1", "position": 0}
    return Edit(sent=new_row("evidence", 2, **row), added=[("evidence", "finding_en", words)])


EDITS = [edit_text, edit_text, edit_topics, edit_work, edit_part, edit_part, edit_figure]
EDITS += [delete_part, add_part]


def prefix_of(world, cell):
    noun, pk = cell[:2]
    numbers = range(int(world.form[f"{noun}-TOTAL_FORMS"]))
    return next(
        f"{noun}-{number}" for number in numbers if world.form[f"{noun}-{number}-id"] == str(pk)
    )


def together(edits):
    """What is done one after the other; nobody changes a row that is deleted."""
    all_of_it = Edit(deleted=tuple(sorted({pair for edit in edits for pair in edit.deleted})))
    for edit in edits:
        all_of_it.sent |= edit.sent
        all_of_it.added += edit.added
        all_of_it.cells |= {
            cell: value for cell, value in edit.cells.items() if cell[:2] not in all_of_it.deleted
        }
    return all_of_it


# How the others save


def by_form(world, edit, _folder):
    response = world.first.post(change_address(world.claim), world.form | edit.sent)
    assert response.status_code == 302, response.context_data["errors"]


def by_update(world, edit, _folder):
    for (noun, pk, column), value in edit.cells.items():
        if column == "topics":
            world.claim.topics.set(value)
        else:
            MODELS.get(noun, Claim).objects.filter(pk=pk).update(**{column: value})
    for noun, pk in edit.deleted:
        MODELS[noun].objects.filter(pk=pk).delete()
    for noun, _column, words in edit.added:
        if noun == "quotes":
            make_quote(claim=world.claim, exact=words)
        else:
            make_evidence(claim=world.claim, key="evidence-1", finding_en=words)


def by_fixture(world, edit, folder):
    """The changed row is loaded from a file."""
    ((noun, pk, column), words) = next(iter(edit.cells.items()))
    row = MODELS.get(noun, Claim).objects.get(pk=pk)
    setattr(row, column, words)
    rows = json.loads(
        serializers.serialize(
            "json", [row], use_natural_primary_keys=True, use_natural_foreign_keys=True
        )
    )
    for name in ("status_since", "created_at", "version", "status"):
        rows[0]["fields"].pop(name, None)
    file = folder / "changed.json"
    file.write_text(json.dumps(rows))
    call_command("loaddata", str(file), verbosity=0)


def by_bulk_action(world, _edit, _folder):
    version = Claim.objects.values_list("version", flat=True).get(pk=world.claim.pk)
    data = {
        "action": "assign_to_me",
        "_selected_action": world.claim.pk,
        f"version-{world.claim.pk}": version,
    }
    assert world.first.post(list_address(Claim), data).status_code == 302


def assign_to_first(world, _words):
    return Edit({world.cell("claim", 0, "assigned_to_id"): world.first.user.pk})


# Each way with what can be done by it.
WAYS = [
    (by_form, EDITS),
    (by_update, EDITS),
    (by_fixture, [edit_text, edit_part]),
    (by_bulk_action, [assign_to_first]),
]


def save(world, words, folder, ways, deleted):
    """One save, of something that is still there."""
    way, edits = world.chance.choice(ways)
    while True:
        edit = world.chance.choice(edits)(world, words)
        rows = {cell[:2] for cell in edit.cells} | set(edit.deleted)
        if not rows & set(deleted):
            way(world, edit, folder)
            return edit


# How the second one saves: what was chosen, by the name of the choice


def second_by_form(world, edit):
    address, form = change_address(world.claim), world.form | edit.sent
    response = world.second.post(address, form)
    if response.status_code == 302:
        return {}
    assert response.status_code == 409
    meeting = response.context_data["meeting"]
    chosen = {}
    for line in meeting.lines:
        if line.is_choice:
            is_asked = not line.choice or world.chance.random() < 0.3
            side = world.chance.choice([MINE, THEIRS]) if is_asked else line.choice
            chosen[line.name] = side
            form[f"keep-{line.name}"] = f"{side}:{line.mine_sha256}"
    form |= {"version_seen": meeting.claim.version} | meeting.renamed
    again = world.second.post(address, form)
    assert again.status_code == 302, again.context_data["errors"]
    return chosen


SECOND = [second_by_form]


# What must have come of it


def side_of(chosen, cell):
    noun, pk, column = cell
    name = f"{noun}-{pk}-{column.removesuffix('_id')}"
    return chosen.get(name)


def expected(world, first, second, chosen):
    """Each cell of the base as one of them left it, or as was chosen."""
    found = {}
    for cell, base in world.base.items():
        row = cell[:2]
        theirs, mine = first.cells.get(cell, base), second.cells.get(cell, base)
        is_deleted = (row in first.deleted, row in second.deleted)
        side = chosen.get(f"{row[0]}-{row[1]}")
        if all(is_deleted):
            continue
        if any(is_deleted):
            deleter = THEIRS if is_deleted[0] else MINE
            if (side or deleter) == deleter:
                assert side or not (is_deleted[0] and changes(second, row)), "deleted unasked"
                assert side or not (is_deleted[1] and changes(first, row)), "deleted unasked"
                continue
            found[cell] = mine if is_deleted[0] else theirs
        elif theirs == mine:
            found[cell] = mine
        else:
            picked = side_of(chosen, cell)
            assert picked or base in (theirs, mine), f"{cell} was decided by nobody"
            found[cell] = {THEIRS: theirs, MINE: mine}.get(
                picked, mine if theirs == base else theirs
            )
    return found


def changes(edit, row):
    return any(cell[:2] == row for cell in edit.cells)


def check(world, first, second, chosen):
    final = cells(world.claim)
    lost = {
        cell: (final.get(cell, "gone"), value)
        for cell, value in expected(world, first, second, chosen).items()
        if final.get(cell, "gone") != value
    }
    assert lost == {}
    for edit in (first, second):
        for noun, column, words in edit.added:
            kept = [value for cell, value in final.items() if cell[::2] == (noun, column)]
            assert kept.count(words) == 1, f"{words} was added"
    rows = len(_rows(final, "quotes") | _rows(final, "evidence"))
    assert rows <= 4 + len(first.added) + len(second.added)


def play(world, number, folder):
    """One late form. Half of the time it changes what others have changed."""
    chance, saved = world.chance, []
    for turn in range(CROWD):
        # A second form would be late itself.
        ways = WAYS if turn == 0 else WAYS[1:]
        deleted = together(saved).deleted
        added = any(edit.added for edit in saved)
        if added:
            ways = [(way, [edit for edit in edits if edit is not add_part]) for way, edits in ways]
        saved.append(save(world, f"Theirs {number}-{turn}.", folder, ways, deleted))
    theirs = together(saved)
    edits = [chance.choice(EDITS)(world, f"Mine {number}.")]
    if chance.random() < 0.5:
        edits += [
            Edit({cell: f"Mine {number}, too."}, {name: f"Mine {number}, too."})
            for cell in theirs.cells
            if (name := text_field(world, cell))
        ]
    mine = together(edits)
    chosen = chance.choice(SECOND)(world, mine)
    check(world, theirs, mine, chosen)
    return bool(chosen)


def text_field(world, cell):
    """The name under which a form sends a text; blank for what is not a text."""
    noun, _pk, column = cell
    if noun == "claim":
        return column if column in TEXTS else ""
    return f"{prefix_of(world, cell)}-{column}" if column != "value" else ""


@pytest.mark.django_db
@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_change_is_lost_when_two_save_at_once(batch, tmp_path, monkeypatch):
    chance = random.Random(f"conflicting saves {batch}")
    world = make_world(chance)
    # What the page looks like is tested elsewhere; here its context is read.
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    asked = 0
    for number in range(PAIRS // BATCHES // CROWD):
        with transaction.atomic():
            asked += play(world, number, tmp_path)
            transaction.set_rollback(True)  # Everybody opens the claim as it was.
    assert asked > 0
