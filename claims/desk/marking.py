"""Claims begun from a captured text: words that somebody marked become a claim's quotes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from claims.models import (
    Claim,
    Claimant,
    Document,
    Evidence,
    Language,
    Quote,
    Section,
    Status,
    Transcript,
)

from .locating import Mark, located_all
from .reading import LOCATED, section_at
from .sourcing import find_or_start

SLUG_LENGTH = 60


class MarkingError(Exception):
    """A claim cannot be begun or quoted like this: the message says why and what to do."""


@dataclass(frozen=True)
class FirstEvidence:
    """A piece of evidence as it is first written down."""

    url: str
    stance: str
    finding_en: str = ""
    finding_fr: str = ""
    source_kind: str = ""


@transaction.atomic
def start_claim(
    document: Document,
    marks: Sequence[Mark],
    *,
    by: Any,
    claimant: Claimant | None = None,
    kind: str = "",
    evidence: FirstEvidence | None = None,
    **columns: Any,
) -> Claim:
    """A draft with these quotes, assigned to who begins it.

    ``claimant`` and ``kind`` are those of the quote before where they are not given. Raises
    LocatingError where a mark's place is in doubt, MarkingError where there is nothing to begin
    with, and AddressError for evidence that is no web address.
    """
    # Those who begin claims in one document wait for each other: each takes the next position.
    Document.objects.select_for_update().get(pk=document.pk)
    transcripts = _locked_texts(document)
    quotes = located_all(marks, transcripts)
    if not quotes:
        raise MarkingError(_("Mark the words of the claim in at least one language."))
    _refuse_absent_words(columns.get("absent_in", ""), quotes)
    before = nearest_before(document, quotes[0])
    if before:
        claimant, kind = claimant or before.claimant, kind or before.kind
    if claimant is None or not kind:
        raise MarkingError(
            _("Say who makes the claim, and of what kind it is: no quote stands before this one.")
        )
    claim = Claim.objects.create(
        document=document,
        section=section_of(document, quotes[0], transcripts),
        position=next_position(document.pk),
        slug=free_slug(columns.get("statement_en") or columns.get("statement_fr") or ""),
        claimant=claimant,
        kind=kind,
        assigned_to=by,
        **columns,
    )
    _attach(claim, quotes)
    if evidence:
        _begin_evidence(claim, evidence)
    return claim


@transaction.atomic
def add_quotes(claim: Claim, marks: Sequence[Mark], *, absent_in: str = "") -> list[Quote]:
    """Give a draft more quotes. A version that is quoted no longer counts as lacking the claim."""
    transcripts = _locked_texts(claim.document)
    locked = Claim.objects.select_for_update(of=("self",)).filter(pk=claim.pk).first()
    if locked is None or locked.status != Status.DRAFT:
        raise MarkingError(
            _("“%(claim)s” is not a draft: quotes can be added to drafts only.") % {"claim": claim}
        )
    quotes = located_all(marks, transcripts)
    if not quotes:
        raise MarkingError(_("Mark the words of the claim in at least one language."))
    _refuse_absent_words(absent_in, [*quotes, *locked.quotes.all()])
    _attach(locked, quotes)
    quoted = {quote.language for quote in quotes}
    absent_in = absent_in or ("" if locked.absent_in in quoted else locked.absent_in)
    if absent_in != locked.absent_in:
        locked.absent_in = absent_in
        locked.save(update_fields=["absent_in"])
    return quotes


def nearest_before(document: Document, quote: Quote) -> Claim | None:
    """The claim whose quote stands nearest before this one, in the same language."""
    nearest = (
        Quote.objects.filter(
            claim__document=document,
            language=quote.language,
            state__in=LOCATED,
            transcript_sha256=quote.transcript_sha256,
            start__lte=quote.start,
        )
        .select_related("claim__claimant")
        .order_by("-start", "end", "pk")
        .first()
    )
    return nearest.claim if nearest else None


def section_of(
    document: Document, quote: Quote, transcripts: Mapping[str, Transcript]
) -> Section | None:
    number = section_at(transcripts[quote.language], quote.start or 0)
    return document.sections.filter(number=number).first()


def next_position(document: int) -> int:
    last = Claim.objects.filter(document=document).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def free_slug(statement: str) -> str:
    """A slug of whole words from the statement, numbered where another claim has it."""
    words = slugify(statement)
    if len(words) > SLUG_LENGTH:
        words = words[: SLUG_LENGTH + 1].rpartition("-")[0] or words[:SLUG_LENGTH]
    stem = words or "claim"
    taken = set(Claim.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, count = stem, 2
    while slug in taken:
        slug, count = f"{stem}-{count}", count + 1
    return slug


def next_key(stem: str, taken: Iterable[str]) -> str:
    """``evidence-3`` where ``evidence-2`` is the highest taken."""
    matches = (re.fullmatch(rf"{stem}-(\d+)", key) for key in taken)
    return f"{stem}-{max((int(match[1]) for match in matches if match), default=0) + 1}"


def _locked_texts(document: Document) -> dict[str, Transcript]:
    """The document's texts by language; nobody captures others until the quotes are placed."""
    texts = Transcript.objects.select_for_update(of=("self",)).filter(document=document)
    return {text.language: text for text in texts.order_by("pk")}


def _attach(claim: Claim, quotes: Sequence[Quote]) -> None:
    taken = set(claim.quotes.values_list("key", flat=True))
    for quote in quotes:
        quote.claim, quote.key = claim, next_key("quote", taken)
        quote.save()
        taken.add(quote.key)


def _begin_evidence(claim: Claim, given: FirstEvidence) -> Evidence:
    source, _is_new = find_or_start(given.url, kind=given.source_kind)
    return Evidence.objects.create(
        claim=claim,
        key=next_key("evidence", ()),
        position=1,
        source=source,
        stance=given.stance,
        finding_en=given.finding_en,
        finding_fr=given.finding_fr,
    )


def _refuse_absent_words(absent_in: str, quotes: Iterable[Quote]) -> None:
    if absent_in and absent_in in {quote.language for quote in quotes}:
        raise MarkingError(
            _(
                "The claim cannot be quoted from a version that lacks it (%(language)s): remove "
                "the quote, or clear “absent in this version”."
            )
            % {"language": Language(absent_in).label}
        )
