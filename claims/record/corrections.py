"""What has been corrected or withdrawn: every edition that is not its claim's first."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from claims.models import Edition, EditionKind
from claims.models.edition import EditionQuerySet


@dataclass(frozen=True)
class Correction:
    """An edition that replaced or withdrew the one before.

    ``before`` is None, and ``is_readable`` False, where the words have been withdrawn or
    redacted since: then nothing but the number, the kind and the date may be shown.
    """

    edition: Edition
    before: Edition | None
    is_readable: bool

    @property
    def is_withdrawal(self) -> bool:
        return self.edition.kind == EditionKind.WITHDRAWAL

    @property
    def changes_the_verdict(self) -> bool:
        """Whether readers of the edition before were told another verdict."""
        if self.before is None or self.is_withdrawal or not self.is_readable:
            return False
        old, new = ((one.rating, one.is_outdated) for one in (self.before, self.edition))
        return self.before.kind == EditionKind.PUBLICATION and old != new


def corrections() -> EditionQuerySet:
    """Later editions of every claim; ``is_withdrawn_since`` says whether their words are gone."""
    withdrawn_since = Edition.objects.filter(
        claim_slug=OuterRef("claim_slug"),
        number__gt=OuterRef("number"),
        kind=EditionKind.WITHDRAWAL,
    )
    return Edition.objects.filter(number__gt=1).annotate(is_withdrawn_since=Exists(withdrawn_since))


def with_what_they_replaced(editions: Iterable[Edition]) -> list[Correction]:
    """The rows of ``corrections()``, each with the edition before it, in one query more."""
    editions = list(editions)
    wanted = [Q(claim_slug=one.claim_slug, number=one.number - 1) for one in editions]
    found = Edition.objects.for_listing().filter(reduce(or_, wanted)) if wanted else []
    before = {(one.claim_slug, one.number): one for one in found}
    return [
        _correction(
            one,
            before.get((one.claim_slug, one.number - 1)),
            getattr(one, "is_withdrawn_since"),  # noqa: B009 – annotated above
        )
        for one in editions
    ]


def in_history(editions: Iterable[Edition]) -> list[Correction]:
    """All editions of one claim, the newest first, each with the one before it."""
    newest_first = sorted(editions, key=lambda one: -one.number)
    withdrawals = [one.number for one in newest_first if one.kind == EditionKind.WITHDRAWAL]
    before = {one.number: one for one in newest_first}
    return [
        _correction(
            one, before.get(one.number - 1), any(number > one.number for number in withdrawals)
        )
        for one in newest_first
    ]


def _correction(edition: Edition, before: Edition | None, is_withdrawn_since: bool) -> Correction:
    is_readable = not is_withdrawn_since and bool(edition.payload)
    return Correction(edition, before if is_readable else None, is_readable)
