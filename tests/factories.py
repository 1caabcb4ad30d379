"""Plain makers of rows: each gives a valid one, and takes overrides."""

import datetime
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from claims.desk import workflow
from claims.desk.roles import CHIEF_EDITOR, EDITOR, RESEARCHER
from claims.models import (
    Claim,
    Claimant,
    ClaimKind,
    CorrectionClass,
    Document,
    Edition,
    Evidence,
    EvidenceStance,
    Figure,
    LinkCheck,
    Measure,
    Note,
    Quote,
    Rating,
    Relation,
    RelationKind,
    Reply,
    Report,
    Section,
    Source,
    SourceKind,
    Topic,
    Unit,
)
from claims.record.composing import content_sha256
from claims.record.publishing import Correction

_numbers = count(1)
# One more than the largest place that the database's small integers hold: a long run of the
# tests makes more rows than that.
PLACES = 1 << 15


def make_user(role: str | None = RESEARCHER, **overrides: Any) -> User:
    """A user in the group ``role``; without one where it is None."""
    number = next(_numbers)
    user = User.objects.create_user(
        **{"username": f"user-{number}", "password": "secret", "is_staff": True} | overrides
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_editor(**overrides: Any) -> User:
    return make_user(EDITOR, **overrides)


def make_chief_editor(**overrides: Any) -> User:
    return make_user(CHIEF_EDITOR, **overrides)


def make_rating(slug: str = "false", **overrides: Any) -> Rating:
    """The rating of scale 1 with this slug, made when it is missing."""
    steps = {"true": 5, "mostly_true": 4, "half_true": 3, "mostly_false": 2, "false": 1}
    position = [*steps, "unproven", "not_checkable"].index(slug) + 1
    defaults = {
        "position": position,
        "value": steps.get(slug),
        "needs_evidence": slug != "not_checkable",
        "label_en": slug.replace("_", " ").capitalize(),
        "label_fr": f"{slug} (fr)",
        "definition_en": f"What {slug} means.",
        "definition_fr": f"Ce que {slug} veut dire.",
    }
    rating, _is_new = Rating.objects.get_or_create(
        scale=1, slug=slug, defaults=defaults | overrides
    )
    return rating


def make_document(**overrides: Any) -> Document:
    number = next(_numbers)
    return Document.objects.create(
        **{
            "slug": f"document-{number}",
            "kind": "interview",
            "title_en": f"Interview {number}",
            "title_fr": f"Entretien {number}",
            "published": "2022-01-10~",
            "languages": ["fr", "en"],
        }
        | overrides
    )


def make_section(**overrides: Any) -> Section:
    document = overrides.pop("document", None) or make_document()
    number = overrides.pop("number", document.sections.count())
    return Section.objects.create(
        **{
            "document": document,
            "number": number,
            "heading_en": f"Question {number}?",
            "heading_fr": f"Question {number} ?",
        }
        | overrides
    )


def make_claimant(**overrides: Any) -> Claimant:
    number = next(_numbers)
    return Claimant.objects.create(
        **{
            "slug": f"claimant-{number}",
            "kind": "person",
            "name_en": f"Speaker {number}",
            "name_fr": f"Orateur {number}",
        }
        | overrides
    )


def make_topic(**overrides: Any) -> Topic:
    number = next(_numbers)
    return Topic.objects.create(
        **{
            "slug": f"topic-{number}",
            "label_en": f"Topic {number}",
            "label_fr": f"Sujet {number}",
        }
        | overrides
    )


def make_claim(**overrides: Any) -> Claim:
    """A draft that could be submitted: both languages, open, without evidence."""
    number = next(_numbers)
    topics = overrides.pop("topics", [])
    columns = {
        "slug": f"claim-{number}",
        "position": number,
        "statement_en": f"Statement {number}.",
        "statement_fr": f"Énoncé {number}.",
        "summary_en": f"Summary {number}.",
        "summary_fr": f"Résumé {number}.",
        "kind": ClaimKind.EVENT,
        "is_open": "rating" not in overrides,
    } | overrides
    if "document" not in columns:
        section = columns.get("section")
        columns["document"] = section.document if section else make_document()
    if "claimant" not in columns:
        columns["claimant"] = make_claimant()
    claim = Claim.objects.create(**columns)
    claim.topics.set(topics)
    return claim


def make_rated_claim(slug: str = "false", /, **overrides: Any) -> Claim:
    """A draft with a rating and the evidence that the rating needs."""
    claim = make_claim(rating=make_rating(slug), **overrides)
    make_evidence(claim=claim)
    return claim


def make_source(**overrides: Any) -> Source:
    number = next(_numbers)
    return Source.objects.create(
        **{
            "url": f"https://news.example/{number}",
            "kind": SourceKind.OFFICIAL,
            "publisher": f"Agency {number}",
            "title": f"Report {number}",
            "language": "en",
            "published": "2022-01-10",
            "retrieved_on": datetime.date(2026, 11, 23),
        }
        | overrides
    )


def make_link_check(source: Source, state: str = "broken", **overrides: Any) -> LinkCheck:
    """What was found at the source's address a moment ago."""
    now = timezone.now()
    found: dict[str, Any] = {
        "ok": {"status": 200},
        "moved": {"reason": "permanent", "status": 200, "moved_to": "https://new.example/"},
        "broken": {"reason": "not_found", "status": 404, "failing_since": now},
        "unreachable": {"reason": "no_connection", "failing_since": now},
        "refused": {"reason": "not_public", "failing_since": now},
    }[state]
    return LinkCheck.objects.create(
        source=source, state=state, **{"checked_at": now} | found | overrides
    )


def make_evidence(**overrides: Any) -> Evidence:
    number = next(_numbers)
    claim = overrides.pop("claim", None) or make_claim()
    source = overrides.pop("source", None) or make_source()
    return Evidence.objects.create(
        **{
            "claim": claim,
            "key": f"events-{number}",
            "position": number % PLACES,
            "source": source,
            "stance": EvidenceStance.CONTRADICTS,
            "finding_en": f"Finding {number}.",
            "finding_fr": f"Constat {number}.",
            "excerpt": "A short excerpt.",
        }
        | overrides
    )


def make_quote(**overrides: Any) -> Quote:
    number = next(_numbers)
    claim = overrides.pop("claim", None) or make_claim()
    return Quote.objects.create(
        **{"claim": claim, "key": f"quote-{number}", "language": "en", "exact": f"words {number}"}
        | overrides
    )


def make_unit(**overrides: Any) -> Unit:
    number = next(_numbers)
    return Unit.objects.create(
        **{
            "slug": f"unit-{number}",
            "one_en": "person",
            "other_en": "people",
            "one_fr": "personne",
            "other_fr": "personnes",
        }
        | overrides
    )


def make_measure(**overrides: Any) -> Measure:
    number = next(_numbers)
    unit = overrides.pop("unit", None) or make_unit()
    return Measure.objects.create(
        **{
            "slug": f"measure-{number}",
            "label_en": f"Measure {number}",
            "label_fr": f"Mesure {number}",
            "unit": unit,
        }
        | overrides
    )


def make_figure(**overrides: Any) -> Figure:
    number = next(_numbers)
    claim = overrides.pop("claim", None) or make_claim()
    measure = overrides.pop("measure", None) or make_measure()
    values = {} if {"low", "high"} & overrides.keys() else {"value": "164"}
    return Figure.objects.create(
        **{
            "claim": claim,
            "key": f"figure-{number}",
            "position": number % PLACES,
            "measure": measure,
        }
        | values
        | overrides
    )


def make_note(**overrides: Any) -> Note:
    number = next(_numbers)
    claim = overrides.pop("claim", None) or make_claim()
    return Note.objects.create(
        **{"claim": claim, "key": f"note-{number}", "text_en": f"Note {number}."} | overrides
    )


def make_relation(**overrides: Any) -> Relation:
    claim = overrides.pop("claim", None) or make_claim()
    target = overrides.pop("target", None) or make_claim()
    return Relation.objects.create(
        **{"claim": claim, "target": target, "kind": RelationKind.REPEATS} | overrides
    )


def make_reply(**overrides: Any) -> Reply:
    """A request that has not been answered."""
    number = next(_numbers)
    claim = overrides.pop("claim", None) or make_claim()
    return Reply.objects.create(
        **{
            "claim": claim,
            "key": f"reply-{number}",
            "claimant": claim.claimant,
            "asked_on": datetime.date(2026, 11, 20),
            "channel": "email",
        }
        | overrides
    )


def make_report(**overrides: Any) -> Report:
    """A report that nobody has answered."""
    number = next(_numbers)
    edition = overrides.pop("edition", None) or make_published()
    return Report.objects.create(
        **{"edition": edition, "language": "en", "body": f"The number is wrong ({number})."}
        | overrides
    )


def submit(claim: Claim, by: User | None = None) -> Claim:
    workflow.submit(claim, by=by or make_user(RESEARCHER), at=timezone.now())
    return claim


def at_noon(day: str) -> datetime.datetime:
    """Noon of an ISO 8601 day in UTC."""
    return datetime.datetime.fromisoformat(f"{day}T12:00Z")


def publish(
    *claims: Claim,
    by: User | None = None,
    at: datetime.datetime | None = None,
    correction: Correction | None = None,
) -> list[Edition]:
    """Publish claims that are in review together, as an editor who has read the preview."""
    slugs = [claim.slug for claim in claims]
    fresh = list(Claim.objects.with_content().filter(slug__in=slugs))
    previews = {slug: content_sha256(text) for slug, text in workflow.preview(fresh).items()}
    at = at or timezone.now()
    editions = workflow.publish_many(
        previews,
        by=by or make_editor(),
        at=at,
        corrections={slug: correction for slug in slugs if correction},
    )
    for claim in claims:
        claim.refresh_from_db()
    return editions


def publish_claim(claim: Claim, at: datetime.datetime | None = None) -> Edition:
    """Take a draft all the way, through the hands of two people."""
    return publish(submit(claim), at=at)[0]


def correct(
    claim: Claim,
    *,
    correction_class: str = CorrectionClass.CHANGED_VERDICT,
    note: str = "We were wrong.",
    at: datetime.datetime | None = None,
    **columns: Any,
) -> Edition:
    """Publish a claim again with other columns; ``rating`` may be a slug."""
    workflow.revise(claim, by=make_user(RESEARCHER), at=at or timezone.now())
    if isinstance(columns.get("rating"), str):
        columns["rating"] = make_rating(columns["rating"])
    Claim.objects.filter(pk=claim.pk).update(**columns)
    claim.refresh_from_db()
    correction = Correction(correction_class, note, f"{note} (fr)")
    return publish(submit(claim), at=at, correction=correction)[0]


def make_published(*, at: datetime.datetime | None = None, **overrides: Any) -> Edition:
    """The live edition of a new claim."""
    return publish_claim(make_claim(**overrides), at)


def withdraw(claim: Claim, by: User | None = None, at: datetime.datetime | None = None) -> Edition:
    edition = workflow.withdraw(
        claim,
        by=by or make_chief_editor(),
        at=at or timezone.now(),
        reason_en="The source retracted its report.",
        reason_fr="La source est revenue sur son article.",
    )
    claim.refresh_from_db()
    return edition
