"""What must be true of a claim before it is submitted, and before it is published."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from claims.models import Claim, QuoteState

CITATION = re.compile(r"\[\^([^\]\s]+)\]")


@dataclass(frozen=True)
class Finding:
    """Something that holds a claim back: a stable code, and words that say what to do."""

    code: str
    message: str


def before_submission(claim: Claim) -> list[Finding]:
    """Everything that keeps the claim from being submitted; empty when nothing does."""
    return [*_statement(claim), *_verdict(claim), *_quotes(claim), *_citations(claim)]


def before_publication(claim: Claim) -> list[Finding]:
    """Everything that keeps the claim from being published; empty when nothing does."""
    return [*before_submission(claim), *_languages(claim)]


def _statement(claim: Claim) -> Iterator[Finding]:
    if not (claim.statement_en or claim.statement_fr):
        yield Finding("no_statement", _("Write the statement."))


def _verdict(claim: Claim) -> Iterator[Finding]:
    if claim.rating is None and not claim.is_open:
        yield Finding("no_rating", _("Choose a rating, or mark the claim as open."))
    needs_evidence = claim.rating is not None and claim.rating.needs_evidence
    if needs_evidence and not claim.rests_on_document and not claim.evidence.all():
        yield Finding(
            "no_evidence",
            _(
                "Add evidence for the rating. If the claim is about the text itself, "
                "tick “rests on the document”."
            ),
        )


def _quotes(claim: Claim) -> Iterator[Finding]:
    for quote in claim.quotes.all():
        if quote.state == QuoteState.BROKEN:
            yield Finding(
                "broken_quote",
                _("The quote “%(words)s” is no longer in the text: correct or remove it.")
                % {"words": quote.exact[:60]},
            )
        elif quote.state == QuoteState.AMBIGUOUS:
            yield Finding(
                "ambiguous_quote",
                _("The quote “%(words)s” stands in the text more than once: say which is meant.")
                % {"words": quote.exact[:60]},
            )


def _citations(claim: Claim) -> Iterator[Finding]:
    known = {item.key for item in claim.evidence.all()}
    cited = CITATION.findall(claim.explanation_en) + CITATION.findall(claim.explanation_fr)
    for key in sorted(set(cited) - known):
        yield Finding(
            "unknown_citation",
            _("The explanation cites [^%(key)s], but no evidence has that key.") % {"key": key},
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
