"""The archive that speed is measured on is the same every time, and a true record."""

import pytest
from django.db import transaction

from bench import archive
from bench.schedule import Schedule, fate
from claims.models import Claim, Edition, Status, Term
from claims.record.composing import compose
from claims.record.verifying import faults

pytestmark = pytest.mark.django_db
CLAIMS = 200


def filled() -> list[str]:
    archive.fill(CLAIMS, 8, is_parallel=False)
    return list(Edition.objects.order_by("sequence").values_list("payload_sha256", flat=True))


def test_the_archive_is_the_same_each_time():
    found = []
    for _time in range(2):
        with transaction.atomic():
            found.append(filled())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert len(set(found[0])) == len(found[0]) == len(Schedule(CLAIMS).order)


def test_the_archive_is_a_record_without_faults():
    filled()
    assert list(faults()) == []
    assert Edition.objects.live().count() == sum(
        Schedule(CLAIMS).is_live(number) for number in range(CLAIMS)
    )
    assert Term.objects.filter(kind="topic").count() > 100
    fates = {fate(number)[0] for number in range(CLAIMS)}
    assert {"draft", "withdrawn", "corrected", "published"} <= fates
    assert set(Claim.objects.values_list("status", flat=True)) >= {"draft", "withdrawn"}
    assert Edition.objects.filter(number=2, kind="publication").exists()


def test_what_is_published_of_the_archive_is_what_the_desk_has():
    filled()
    published = Claim.objects.with_content().filter(status=Status.PUBLISHED)
    live = {edition.claim_slug: edition for edition in Edition.objects.live()}
    assert published.count() > CLAIMS * 0.9
    for claim in published:
        assert live[claim.slug].content["content"] == compose(claim, live)
