"""Fills a desk with secrets: a token in every text field of every row that readers never see."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

PREFIX = "kanari"
TOKEN = re.compile(rf"{PREFIX}\d{{5}}")
# Keys of rows, which outlive what the rows say.
NAMES = ("slug", "key")
# What readers may see anyway, or what the database makes.
PUBLIC_MODELS = {"Rating", "Edition", "Term"}
NO_WORDS = {"sha256", "transcript_sha256", "language", "url_key"}


@dataclass
class Secrets:
    """The tokens, each with the place it was put in, and the slugs that nobody may know of."""

    places: dict[str, str] = field(default_factory=dict)
    slugs: dict[str, list[str]] = field(default_factory=dict)

    def token(self, place: str) -> str:
        token = f"{PREFIX}{len(self.places):05}"
        self.places[token] = place
        return token

    def texts(self, model: Any, *, keep: Iterable[str] = ()) -> dict[str, Any]:
        """A token for each text field of the model."""
        found = {}
        for column in text_fields(model):
            if column.name not in keep:
                token = self.token(f"{model.__name__}.{column.name}")
                found[column.name] = _worded(column, token)
                if column.name == "slug":
                    self.slugs.setdefault(model.__name__.lower(), []).append(token)
        return found


def text_fields(model: Any) -> list[Any]:
    """The fields in which somebody can write words."""
    from django.contrib.postgres.fields import ArrayField
    from django.db import models

    from claims.models.dates import EDTFField

    found = []
    for column in model._meta.concrete_fields:
        inner = column.base_field if isinstance(column, ArrayField) else column
        is_text = isinstance(inner, models.CharField | models.TextField)
        if is_text and not (
            inner.choices
            or inner.generated
            or isinstance(inner, EDTFField)
            or column.name in NO_WORDS
        ):
            found.append(column)
    return found


def _worded(column: Any, token: str) -> Any:
    from django.contrib.postgres.fields import ArrayField
    from django.db import models

    if isinstance(column, ArrayField):
        return [token]
    if isinstance(column, models.SlugField):
        return token
    if isinstance(column, models.URLField) or column.name == "link":
        return f"https://{token}.example/{token}"
    return token if (column.max_length or 999) < 40 else f"Nobody knows {token}."


def unplanted(secrets: Secrets) -> list[str]:
    """The text fields of the desk that hold no token: a new field must be planted too."""
    from django.apps import apps

    planted = set(secrets.places.values())
    return [
        place
        for model in apps.get_app_config("claims").get_models()
        if model.__name__ not in PUBLIC_MODELS and not hasattr(model, "pgh_tracked_model")
        for column in text_fields(model)
        if (place := f"{model.__name__}.{column.name}") not in planted
    ]


def plant(secrets: Secrets) -> None:
    """A public record, and beside it everything that must not come out."""
    from tests.interview import publish_some

    publish_some(4)
    people = _people(secrets)
    _draft(secrets)
    _in_review(secrets, people)
    _sent_back(secrets, people)
    _dropped(secrets, people)
    _revision(secrets, people)
    _withdrawn(secrets, people)
    _withdrawn(secrets, people, is_redacted=True)
    _withdrawn(secrets, people, is_revised=True)
    _around_a_published_claim(secrets, people)


def _people(secrets: Secrets) -> dict[str, Any]:
    from claims.desk.roles import CHIEF_EDITOR, EDITOR, RESEARCHER
    from tests.factories import make_user

    def person(role: str) -> Any:
        name, first, last, mail = (secrets.token(f"a person's {what}") for what in "nflm")
        return make_user(
            role, username=name, first_name=first, last_name=last, email=f"{mail}@desk.example"
        )

    roles = {"researcher": RESEARCHER, "editor": EDITOR, "chief": CHIEF_EDITOR}
    return {name: person(role) for name, role in roles.items()}


def _claim(secrets: Secrets, **overrides: Any) -> Any:
    """A draft in which everything that can be said is said in tokens."""
    from claims.models import Claim, Claimant, Document, Section, Topic
    from tests.factories import (
        make_claimant,
        make_document,
        make_rated_claim,
        make_section,
        make_topic,
    )

    document = make_document(**secrets.texts(Document))
    claim = make_rated_claim(
        **{
            "document": document,
            "section": make_section(document=document, **secrets.texts(Section)),
            "claimant": make_claimant(**secrets.texts(Claimant)),
            "reported_claimant": make_claimant(**secrets.texts(Claimant)),
            "topics": [make_topic(**secrets.texts(Topic))],
            **secrets.texts(Claim),
            **overrides,
        }
    )
    _parts(secrets, claim)
    return claim


def _parts(secrets: Secrets, claim: Any) -> None:
    from claims.models import (
        Evidence,
        Figure,
        LinkCheck,
        Measure,
        Note,
        Quote,
        Reply,
        Source,
        Unit,
    )  # fmt: skip
    from tests import factories as make

    source = make.make_source(**secrets.texts(Source))
    make.make_link_check(source, "moved", **secrets.texts(LinkCheck))
    evidence = make.make_evidence(claim=claim, source=source, **secrets.texts(Evidence))
    measure = make.make_measure(
        unit=make.make_unit(**secrets.texts(Unit)), **secrets.texts(Measure)
    )
    make.make_figure(claim=claim, evidence=evidence, measure=measure, **secrets.texts(Figure))
    make.make_quote(claim=claim, **secrets.texts(Quote))
    make.make_note(claim=claim, **secrets.texts(Note))
    make.make_note(claim=claim, visibility="public", **secrets.texts(Note))
    make.make_reply(claim=claim, answered_on="2026-11-24", **secrets.texts(Reply))


def _draft(secrets: Secrets) -> None:
    from claims.models import Transcript

    claim = _claim(secrets)
    Transcript.objects.create(
        document=claim.document, language="en", **secrets.texts(Transcript, keep=["sha256"])
    )


def _in_review(secrets: Secrets, people: dict[str, Any]) -> None:
    from tests.factories import submit

    submit(_claim(secrets), by=people["researcher"])


def _sent_back(secrets: Secrets, people: dict[str, Any]) -> None:
    from django.utils import timezone

    from claims.desk import workflow
    from tests.factories import submit

    claim = submit(_claim(secrets), by=people["researcher"])
    note = f"Ask {secrets.token('Move.note')} again."
    workflow.send_back(claim, by=people["editor"], at=timezone.now(), note=note)


def _dropped(secrets: Secrets, people: dict[str, Any]) -> None:
    from django.utils import timezone

    from claims.desk import workflow

    claim = _claim(secrets)
    workflow.drop(claim, by=people["researcher"], at=timezone.now())


def _revision(secrets: Secrets, people: dict[str, Any]) -> None:
    """A claim that is live, whose next edition says something else in every field."""
    from django.utils import timezone

    from claims.desk import workflow
    from tests.factories import (
        make_document,
        make_figure,
        make_quote,
        make_rated_claim,
        make_section,
        make_topic,
        publish_claim,
    )

    document = make_document(slug="revised-document")
    section, topic = make_section(document=document), make_topic(slug="revised-topic")
    claim = make_rated_claim(
        slug="under-revision", document=document, section=section, topics=[topic]
    )
    quote, figure = make_quote(claim=claim), make_figure(claim=claim)
    publish_claim(claim)
    workflow.revise(claim, by=people["researcher"], at=timezone.now())
    evidence = claim.evidence.get()
    rows = [claim, document, section, topic, claim.claimant, quote, figure.measure]
    rows += [figure.measure.unit, evidence, evidence.source]
    for row in rows:
        changes = secrets.texts(type(row), keep=NAMES)
        type(row).objects.filter(pk=row.pk).update(**changes)
    _parts(secrets, claim)


def _withdrawn(
    secrets: Secrets,
    people: dict[str, Any],
    *,
    is_redacted: bool = False,
    is_revised: bool = False,
) -> None:
    """What readers could read once. The address answers with the reason, and nothing else."""
    from django.utils import timezone

    from claims.desk import workflow
    from claims.models import Redaction
    from claims.record.publishing import redact
    from tests.factories import publish, submit, withdraw

    claim = _claim(secrets, slug=f"gone-{is_redacted}-{is_revised}".lower())
    edition = publish(submit(claim, by=people["researcher"]), by=people["editor"])[0]
    withdraw(claim, by=people["chief"])
    if is_redacted:
        reason = secrets.texts(Redaction)["reason"]
        redact(edition, reason=reason, by=None, at=timezone.now())
    if is_revised:
        workflow.revise(claim, by=people["researcher"], at=timezone.now())


def _around_a_published_claim(secrets: Secrets, people: dict[str, Any]) -> None:
    """What hangs on a live claim and is not published with it."""
    from django.contrib.admin.models import CHANGE, LogEntry

    from claims.models import Move, Note, Report, Transcript
    from tests import factories as make

    slugs = {"slug": "with-secrets"}
    reason = f"Only {secrets.token('Claim.single_source_reason')} knows."
    claim = make.make_rated_claim(single_source_reason=reason, **slugs)
    make.make_note(claim=claim, author=people["editor"], **secrets.texts(Note))
    quote = {name: secrets.token(f"Quote.{name}") for name in ("prefix", "suffix")}
    make.make_quote(claim=claim, exact="plain words", **quote)
    source = make.make_source(description=secrets.token("Source.description"))
    make.make_evidence(claim=claim, source=source)
    Transcript.objects.create(document=claim.document, language="fr", **secrets.texts(Transcript))
    make.make_relation(claim=claim, target=make.make_claim(slug=secrets.token("Claim.slug")))
    edition = make.publish(make.submit(claim, by=people["researcher"]), by=people["editor"])[0]
    make.make_report(edition=edition, **secrets.texts(Report))
    LogEntry.objects.create(
        user=people["chief"],
        action_flag=CHANGE,
        object_repr=secrets.token("LogEntry.object_repr"),
        change_message=secrets.token("LogEntry.change_message"),
    )
    Move.objects.create(by=people["editor"], at=edition.published_at, **secrets.texts(Move))
