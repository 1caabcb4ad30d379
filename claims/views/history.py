"""Every edition of a claim: what each one changed, and each at its permanent address."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from claims.models import Edition, EditionKind, Rating
from claims.models.language import current_language
from claims.record.composing import completed
from claims.record.corrections import Correction, in_history
from claims.record.vocabulary import Vocabulary, read_vocabulary
from claims.views.claim import claim_context, gone
from claims.views.comparing import Piece, compared
from claims.views.wording import Line, lines


@dataclass(frozen=True)
class WordedChange:
    """A text that differs from the edition before, as one text with its insertions marked."""

    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Step:
    """One edition in the life of a claim, with the verdicts before and after."""

    correction: Correction
    before: Rating | None
    after: Rating | None
    changes: list[WordedChange]


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """The words of a withdrawn claim are not shown; that it had editions is."""
    editions = list(Edition.objects.filter(claim_slug=slug))
    if not editions:
        raise Http404
    found = in_history(editions)
    vocabulary = read_vocabulary([])
    newest = found[0]
    context = {
        "newest": newest.edition,
        "is_withdrawn": newest.is_withdrawal,
        "steps": [step(one, vocabulary) for one in found],
    }
    return render(request, "claims/history.html", context)


@require_safe
def claim_edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One edition for good: what a citation leads to."""
    edition = get_object_or_404(Edition, claim_slug=slug, number=number)
    is_readable = Edition.objects.readable().filter(pk=edition.pk).exists()
    if not is_readable:
        return gone(request, edition)
    current = Edition.objects.current().for_listing().get(claim_slug=slug)
    context = claim_context(edition) | {"is_permanent": True, "current": current}
    return render(request, "claims/claim.html", context)


def step(correction: Correction, vocabulary: Vocabulary) -> Step:
    before = correction.before
    is_compared = before is not None and bool(before.payload)
    return Step(
        correction=correction,
        before=vocabulary.rating_of(before) if before else None,
        after=vocabulary.rating_of(correction.edition),
        changes=changes_for_readers(before, correction.edition) if before and is_compared else [],
    )


def changes_for_readers(before: Edition, after: Edition) -> list[WordedChange]:
    """What differs in the reader's language, without the technical details."""
    if EditionKind.WITHDRAWAL in (before.kind, after.kind):
        return []
    old, new = (_readable_lines(edition) for edition in (before, after))
    found = []
    for path in [*new, *(path for path in old if path not in new)]:
        texts = [side[path].text if path in side else "" for side in (old, new)]
        if texts[0] != texts[1]:
            line = new.get(path) or old[path]
            found.append(WordedChange(" – ".join(line.labels), compared(*texts)))
    return found


def _readable_lines(edition: Edition) -> dict[Any, Line]:
    content = completed(edition.content["content"])
    return {
        line.path: line
        for line in lines(content)
        if line.is_read and line.language in ("", current_language())
    }
