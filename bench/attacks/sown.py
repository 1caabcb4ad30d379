"""A record and a desk in which every text that somebody can write is a payload."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from bench.attacks.planted import text_fields

# So many come in within an hour that the database takes them.
MOST_REPORTS = 90


class Rotation:
    """Gives each field other payloads each time: up to ``packed`` where it has room for them."""

    def __init__(self, given: list[str], packed: int) -> None:
        self.given, self.packed = given, packed
        self.rings: dict[str, Iterator[str]] = {}
        self.placed: dict[str, set[str]] = defaultdict(set)

    def text(self, place: str, longest: int | None = None, between: str = " ") -> str:
        room = longest or 100_000
        packed = self._next(place, room)
        for _number in range(self.packed - 1):
            text = self._next(place, room)
            if len(packed) + len(between) + len(text) > room:
                break
            packed += between + text
        return packed

    def _next(self, place: str, longest: int) -> str:
        if place not in self.rings:
            fitting = [text for text in self.given if len(text) <= longest]
            begin = len(self.rings) * 7 % len(fitting)
            self.rings[place] = cycle(fitting[begin:] + fitting[:begin])
        text = next(self.rings[place])
        self.placed[place].add(text)
        return text

    def texts(self, model: Any, *but: str) -> dict[str, Any]:
        """A payload for each text field of the model."""
        from django.contrib.postgres.fields import ArrayField
        from django.db import models

        found: dict[str, Any] = {}
        for column in text_fields(model):
            place = f"{model.__name__}.{column.name}"
            if column.name in but or isinstance(column, models.SlugField):
                continue  # A name in an address: whoever gives a file tries those.
            if isinstance(column, models.URLField) or column.name == "link":
                found[column.name] = self.address(place)
            elif isinstance(column, ArrayField):
                found[column.name] = [self.text(place, column.base_field.max_length)]
            else:
                between = "\n\n" if isinstance(column, models.TextField) else " "
                found[column.name] = self.text(place, column.max_length, between)
        return found

    def address(self, place: str) -> str:
        """What passes for an address of the web."""
        words = "".join(self.text(place, 900).split())
        return f"https://{len(self.placed[place])}.example/?{words}"


@dataclass
class World:
    """What stands in the database."""

    claims: list[Any] = field(default_factory=list)
    drafts: list[Any] = field(default_factory=list)
    person: Any = None


def sow(given: list[str], *, packed: int, drafts: int) -> tuple[World, Rotation]:
    """A record and a desk in which everything that can be said is a payload."""
    from claims.models import Claim, Claimant, Document, Section, Topic
    from tests import factories as make

    rotation, world = Rotation(given, packed), World()
    names = rotation.texts(_user())
    names = {name: names[name] for name in ("first_name", "last_name")}
    world.person = make.make_user(None, username="person", is_superuser=True, **names)
    for number in range(len(given) // packed):
        document = make.make_document(**rotation.texts(Document))
        claim = make.make_rated_claim(
            ["false", "true", "half_true"][number % 3],
            document=document,
            section=make.make_section(document=document, **rotation.texts(Section)),
            claimant=make.make_claimant(**rotation.texts(Claimant)),
            reported_claimant=make.make_claimant(**rotation.texts(Claimant)),
            topics=[make.make_topic(**rotation.texts(Topic)) for _number in range(packed)],
            **rotation.texts(Claim),
        )
        _parts(rotation, claim)
        if world.claims:
            make.make_relation(claim=claim, target=world.claims[-1])
        world.claims.append(claim)
    _draft_some(rotation, world, drafts)
    _publish(rotation, world)
    return world, rotation


def _user() -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model()


def _parts(rotation: Rotation, claim: Any) -> None:
    from claims import models as nouns
    from tests import factories as make

    source = make.make_source(**rotation.texts(nouns.Source))
    make.make_link_check(source, "moved", **rotation.texts(nouns.LinkCheck))
    evidence = make.make_evidence(claim=claim, source=source, **rotation.texts(nouns.Evidence))
    for _number in range(rotation.packed):
        unit = make.make_unit(**rotation.texts(nouns.Unit))
        measure = make.make_measure(unit=unit, **rotation.texts(nouns.Measure))
        make.make_figure(claim=claim, evidence=evidence, measure=measure)
    make.make_quote(claim=claim, **rotation.texts(nouns.Quote))
    make.make_quote(claim=claim, language="fr", **rotation.texts(nouns.Quote))
    make.make_note(claim=claim, **rotation.texts(nouns.Note))
    make.make_note(claim=claim, visibility="public", **rotation.texts(nouns.Note))
    make.make_reply(claim=claim, answered_on="2026-11-24", **rotation.texts(nouns.Reply))


def _draft_some(rotation: Rotation, world: World, count: int) -> None:
    """What readers never see: drafts, one that was sent back, and a captured text."""
    from django.utils import timezone

    from claims.desk import workflow
    from claims.models import Claim, Transcript
    from tests import factories as make

    for claim in world.claims[:count]:
        draft = make.make_rated_claim(document=claim.document, **rotation.texts(Claim))
        _parts(rotation, draft)
        world.drafts.append(draft)
    make.submit(world.drafts[0])
    make.submit(world.drafts[1])
    note = rotation.text("Move.note")
    workflow.send_back(world.drafts[1], by=world.person, at=timezone.now(), note=note)
    for draft in world.drafts:
        quote = draft.quotes.first()
        text = "\n\n".join([*rotation.given, quote.exact])
        Transcript.objects.create(document=draft.document, language="en", text=text)


def _publish(rotation: Rotation, world: World) -> None:
    from django.utils import timezone

    from claims.desk import workflow
    from claims.models import Claim, Report
    from claims.record.publishing import Correction
    from tests import factories as make

    for begin in range(0, len(world.claims), 40):
        claims = world.claims[begin : begin + 40]
        for claim in claims:
            make.submit(claim)
        for edition in make.publish(*claims):
            if edition.sequence <= MOST_REPORTS:
                make.make_report(edition=edition, **rotation.texts(Report))
    for claim in world.claims[::3]:
        workflow.revise(claim, by=make.make_user(), at=timezone.now())
        Claim.objects.filter(pk=claim.pk).update(**rotation.texts(Claim), rating=None, is_open=True)
        claim.refresh_from_db()
        notes = [rotation.text(f"Correction.note_{language}") for language in ("en", "fr")]
        correction = Correction("changed_verdict", *notes)
        make.publish(make.submit(claim), correction=correction)
    for claim in world.claims[1::9]:
        reasons = [rotation.text(f"Withdrawal.reason_{language}") for language in ("en", "fr")]
        workflow.withdraw(
            claim,
            by=make.make_chief_editor(),
            at=timezone.now(),
            reason_en=reasons[0],
            reason_fr=reasons[1],
        )
