"""What must be true of a claim before it is submitted, and before it is published.

An item's findings either block the step, or warn: then a person looks, and decides.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.models import (
    Claim,
    ClaimKind,
    Evidence,
    EvidenceStance,
    Language,
    LinkState,
    QuoteState,
)
from claims.models.choices import PRIMARY_KINDS
from claims.models.claim import LONGEST_EXPLANATION, SHORT, is_too_long

CITATION = re.compile(r"\[\^([^\]\s]+)\]")
EXCERPT_WORDS = 30
# From this ClaimReview number on a verdict says that the claim holds; up to the other, that not.
HOLDS, FAILS = 4, 2


@dataclass(frozen=True)
class Finding:
    """Something to do or to consider: a stable code, and words that say what to do."""

    code: str
    message: str
    is_blocking: bool = True


@dataclass(frozen=True)
class Item:
    """One line of the checklist, in order where there are no findings."""

    label: str
    findings: list[Finding]


def items(claim: Claim) -> list[Item]:
    """The whole checklist before publication; ``claim`` with its content at hand."""
    return [Item(str(rule.label), list(rule.check(claim))) for rule in RULES]


def before_submission(claim: Claim) -> list[Finding]:
    """What keeps the claim from being submitted, and what should be looked at.

    What only publication needs is a warning as yet: an editor may add the other language.
    """
    return [
        replace(finding, is_blocking=finding.is_blocking and not rule.is_for_publication)
        for rule in RULES
        for finding in rule.check(claim)
    ]


def before_publication(claim: Claim) -> list[Finding]:
    """What keeps the claim from being published, and what should be looked at."""
    return [finding for item in items(claim) for finding in item.findings]


def blocking(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.is_blocking]


def _statement(claim: Claim) -> Iterator[Finding]:
    if not (claim.statement_en or claim.statement_fr):
        yield Finding("no_statement", _("Write the statement."))


def _short_forms(claim: Claim) -> Iterator[Finding]:
    """Search engines and aggregators show no more than the first words of a long statement."""
    for language in Language:
        length = len(getattr(claim, f"statement_{language}"))
        if length > SHORT and not getattr(claim, f"short_statement_{language}"):
            yield Finding(
                f"long_statement_{language}",
                _(
                    "The statement has %(count)d characters in this language: %(language)s. Search "
                    "engines show %(most)d: give it a short form."
                )
                % {"count": length, "language": language.label, "most": SHORT},
                is_blocking=False,
            )


def _verdict(claim: Claim) -> Iterator[Finding]:
    if claim.rating is None and not claim.is_open:
        yield Finding("no_rating", _("Choose a rating, or mark the claim as open."))


def _evidence(claim: Claim) -> Iterator[Finding]:
    if _needs_evidence(claim) and not claim.evidence.all():
        yield Finding(
            "no_evidence",
            _(
                "Add evidence for the rating. If the claim is about the text itself, "
                "tick “rests on the document”."
            ),
        )


def _contradiction(claim: Claim) -> Iterator[Finding]:
    """Evidence that speaks against the verdict is answered where the verdict is explained."""
    value = claim.rating.value if claim.rating else None
    if value is None or FAILS < value < HOLDS:
        return
    against = EvidenceStance.CONTRADICTS if value >= HOLDS else EvidenceStance.SUPPORTS
    cited = set(_cited(claim))
    for item in claim.evidence.all():
        if item.stance == against and item.key not in cited:
            yield Finding(
                "unanswered_evidence",
                _(
                    "%(source)s speaks against the verdict: say in the explanation why it does "
                    "not change it, and cite it as [^%(key)s]."
                )
                % {"source": item.source.publisher, "key": item.key},
                is_blocking=False,
            )


def _sourcing(claim: Claim) -> Iterator[Finding]:
    sources = {item.source_id: item.source for item in claim.evidence.all()}
    is_single = _needs_evidence(claim) and len(sources) == 1
    if is_single and not claim.single_source_reason.strip():
        (source,) = sources.values()
        if source.kind not in PRIMARY_KINDS:
            yield Finding(
                "single_source",
                _(
                    "The verdict rests on %(source)s alone, which is not a primary source: add "
                    "another source, or say under “why one source is enough”."
                )
                % {"source": source.publisher},
            )


def _links(claim: Claim) -> Iterator[Finding]:
    for item in claim.evidence.all():
        check = getattr(item.source, "link_check", None)
        if check and check.state == LinkState.BROKEN:
            yield Finding(
                "broken_link",
                _(
                    "The link of %(key)s (%(source)s) is broken: %(reason)s Give an archived "
                    "copy, or another source."
                )
                % {
                    "key": item.key,
                    "source": item.source.publisher,
                    "reason": check.get_reason_display(),
                },
                is_blocking=False,
            )


def _quotes(claim: Claim) -> Iterator[Finding]:
    for quote in claim.quotes.all():
        words = {"words": str(quote)[:60]}
        if quote.state == QuoteState.BROKEN:
            yield Finding(
                "broken_quote",
                _("The quote “%(words)s” is no longer in the text: correct or remove it.") % words,
            )
        elif quote.state == QuoteState.AMBIGUOUS:
            yield Finding(
                "ambiguous_quote",
                _("The quote “%(words)s” stands in the text more than once: say which is meant.")
                % words,
            )
        elif quote.state == QuoteState.UNLOCATED:
            yield Finding(
                "unlocated_quote",
                _(
                    "The quote “%(words)s” has not been looked up: the document has no text in "
                    "its language yet."
                )
                % words,
                is_blocking=False,
            )
    yield from _versions(claim)


def _versions(claim: Claim) -> Iterator[Finding]:
    quoted = {quote.language for quote in claim.quotes.all()}
    if claim.absent_in and claim.absent_in in quoted:
        yield Finding(
            "absent_but_quoted",
            _("The claim is marked as absent in one version, yet quoted from it: clear one."),
        )
    for language in claim.document.languages:
        if language not in quoted and claim.absent_in != language:
            yield Finding(
                "no_quote",
                _(
                    "There is no quote in this language: %(language)s. Add one, or say that this "
                    "version lacks the claim."
                )
                % {"language": Language(language).label},
                is_blocking=False,
            )


def _citations(claim: Claim) -> Iterator[Finding]:
    known = {item.key for item in claim.evidence.all()}
    for key in sorted(set(_cited(claim)) - known):
        yield Finding(
            "unknown_citation",
            _("The explanation cites [^%(key)s], but no evidence has that key.") % {"key": key},
        )
    if claim.rating and not (claim.explanation_en or claim.explanation_fr):
        yield Finding(
            "no_explanation",
            _("There is no explanation: readers get the verdict and one sentence."),
            is_blocking=False,
        )


def _lengths(claim: Claim) -> Iterator[Finding]:
    for language in Language:
        text = getattr(claim, f"explanation_{language}")
        if is_too_long(text):
            yield Finding(
                f"long_explanation_{language}",
                _(
                    "The explanation has %(count)d bytes in this language: %(language)s. Shorten "
                    "it to %(most)d at most."
                )
                % {
                    "count": len(text.encode()),
                    "language": language.label,
                    "most": LONGEST_EXPLANATION,
                },
            )


def _excerpts(claim: Claim) -> Iterator[Finding]:
    for item in claim.evidence.all():
        count = len(item.excerpt.split())
        if count > EXCERPT_WORDS:
            yield Finding(
                "long_excerpt",
                _("The excerpt of %(key)s has %(count)d words: shorten it to %(most)d at most.")
                % {"key": item.key, "count": count, "most": EXCERPT_WORDS},
            )


def _figures(claim: Claim) -> Iterator[Finding]:
    figures = claim.figures.all()
    if claim.kind == ClaimKind.QUANTITY and not figures:
        yield Finding(
            "no_figure",
            _("The claim is a number: give it as a figure, with its unit and its date."),
            is_blocking=False,
        )
    for figure in figures:
        if not figure.as_of:
            yield Finding(
                "undated_figure",
                _("The figure %(key)s (%(measure)s) has no date: say as of when it holds.")
                % {"key": figure.key, "measure": figure.measure},
                is_blocking=False,
            )


def _languages(claim: Claim) -> Iterator[Finding]:
    messages = {
        "statement": _("Write the statement in both languages."),
        "summary": _("Write the summary in both languages."),
        "explanation": _("Write the explanation in both languages, or in none."),
        "divergence": _("Say how the versions differ in both languages, or in none."),
    }
    for name, message in messages.items():
        languages = {code for code in ("en", "fr") if getattr(claim, f"{name}_{code}")}
        is_needed = name in ("statement", "summary") or languages
        if is_needed and languages != {"en", "fr"}:
            yield Finding(f"one_language_{name}", message)
    for item in claim.evidence.all():
        if not (item.finding_en and item.finding_fr):
            yield _one_finding(item)


def _one_finding(item: Evidence) -> Finding:
    return Finding(
        "one_language_finding",
        _("The finding of %(key)s is in one language only: readers of the other one get that.")
        % {"key": item.key},
        is_blocking=False,
    )


def _needs_evidence(claim: Claim) -> bool:
    rating = claim.rating
    return rating is not None and rating.needs_evidence and not claim.rests_on_document


def _cited(claim: Claim) -> list[str]:
    return CITATION.findall(claim.explanation_en) + CITATION.findall(claim.explanation_fr)


@dataclass(frozen=True)
class Rule:
    """A line of the checklist and how it is checked."""

    label: Any
    check: Callable[[Claim], Iterator[Finding]]
    is_for_publication: bool = False


RULES = [
    Rule(gettext_lazy("The statement is written"), _statement),
    Rule(gettext_lazy("A long statement has a short form"), _short_forms),
    Rule(gettext_lazy("The claim is rated, or marked as open"), _verdict),
    Rule(gettext_lazy("The rating has evidence"), _evidence),
    Rule(gettext_lazy("Evidence against the verdict is answered"), _contradiction),
    Rule(gettext_lazy("More than one source, or a primary one"), _sourcing),
    Rule(gettext_lazy("The links of the evidence lead somewhere"), _links),
    Rule(gettext_lazy("The quotes stand in the text, in each version"), _quotes),
    Rule(gettext_lazy("The explanation cites what there is"), _citations),
    Rule(gettext_lazy("The explanation is not too long"), _lengths),
    Rule(gettext_lazy("Excerpts are short"), _excerpts),
    Rule(gettext_lazy("Numbers have a unit and a date"), _figures),
    Rule(gettext_lazy("Both languages are complete"), _languages, is_for_publication=True),
]
