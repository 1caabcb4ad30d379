"""How well likeness finds what the research itself called the same, on the interview's claims.

The relations that say so are taken out before anything is asked: what is found is found by its
words, its sources and its topics.
"""

import random

import pytest
from django.core.management import call_command
from django.db import connection

from claims.desk.similar import similar
from claims.models import Claim, Relation

# What the research noted as the same assertion made twice.
SAME = [
    ("china-leadership-backed-regime", "china-publicly-supported-regime"),
    ("tco-us-share-75", "tco-us-share-75-restated"),
    ("dec2011-oil-workers-rally-shot", "dec2011-zhanaozen-shooting"),
    ("martial-law-established", "martial-law-introduced-restated"),
]


@pytest.fixture
def interview(db):
    """The claims by slug, and the pairs that repeat each other."""
    call_command("loaddata", "scale", "interview", verbosity=0)
    repeats = Relation.objects.filter(kind="repeats").values_list("claim__slug", "target__slug")
    pairs = sorted({tuple(sorted(pair)) for pair in repeats})
    Relation.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE claims_claim")
    return {claim.slug: claim for claim in Claim.objects.all()}, pairs


def first_five(claim, languages):
    statements = {code: getattr(claim, f"statement_{code}") for code in languages}
    return [row.claim.slug for row in similar(statements, exclude=claim.pk)]


def share_found(claims, pairs, languages, ways):
    """The share of pairs of which one finds the other among its first five: any or all ways."""
    found = [
        ways([two in first_five(claims[one], languages) for one, two in ((a, b), (b, a))])
        for a, b in pairs
    ]
    return sum(found) / len(pairs)


def test_what_was_said_twice_is_found(interview):
    claims, pairs = interview
    assert len(pairs) == 47
    for languages in (("en",), ("fr",), ("en", "fr")):
        assert share_found(claims, SAME, languages, any) == 1, languages
        assert share_found(claims, pairs, languages, any) >= 0.7, languages
    assert share_found(claims, pairs, ("en", "fr"), all) >= 0.7
    assert not Relation.objects.exists()


def test_a_statement_with_one_word_changed_finds_its_claim(interview):
    claims, _pairs = interview
    chance = random.Random(2022)
    for language in ("en", "fr"):
        texts = {slug: getattr(row, f"statement_{language}") for slug, row in claims.items()}
        vocabulary = sorted({word for text in texts.values() for word in text.split()})
        found = 0
        for slug, text in texts.items():
            words = text.split()
            words[chance.randrange(len(words))] = chance.choice(vocabulary)
            rows = similar({language: " ".join(words)})
            found += slug in [row.claim.slug for row in rows]
        assert found / len(claims) >= 0.95, language
