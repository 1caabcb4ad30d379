"""Claims that say much the same as a statement. It only suggests: a person links what repeats.

The statement's rarest words are looked up in the text index of all claims, in both languages at
once, and what is found is ranked in memory by the words in common, the rarer the more. How rare
a word is, PostgreSQL knows from its last ANALYZE; before the first one, what is found tells.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, combinations
from math import prod, sqrt
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from claims.models import Claim, Language, Relation, RelationKind

from .common_ground import common_ground
from .rarity import SHORTEST, Rarity, Term, any_ending, beginnings

LENGTH = 1000  # of a statement: what is longer is no single assertion
# These bound the time, however large the table: entries of the index that are gone through for
# how many words, claims that are read, and claims that are ranked.
MOST_SCANNED = 20_000
LEAST_TOGETHER, MOST_TOGETHER = 3, 4
MOST_READ = 300
MOST_RANKED = 60
# A claim that repeats one that was found is found as well, a little later.
OF_REPEATED, MOST_REPEATED = 0.8, 20
# The same sources, and the same topics, count so much against the words, which count for 1.
OF_COMMON_GROUND = 0.25
LEAST_SCORE = 0.05
LARGEST_KEY = 2**63 - 1

CONFIGURATIONS = {Language.EN: "factcheck_en", Language.FR: "factcheck_fr"}

# The words of a statement as the index has them, and how frequent the index's own words are.
WORDS = """
SELECT tsvector_to_array({vectors}), class.reltuples,
       stats.most_common_elems::text::text[], stats.most_common_elem_freqs
FROM pg_class AS class
JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
LEFT JOIN pg_stats AS stats
    ON stats.schemaname = namespace.nspname AND stats.tablename = class.relname
    AND stats.attname = 'search'
WHERE class.oid = 'claims_claim'::regclass
"""

# Two limits, so that neither a word nor several that are more frequent than expected hide what
# the other way finds.
CANDIDATES = """
SELECT candidate.id, tsvector_to_array(candidate.search), ARRAY(
    SELECT target_id FROM claims_relation WHERE claim_id = candidate.id AND kind = %(repeats)s
    UNION
    SELECT claim_id FROM claims_relation WHERE target_id = candidate.id AND kind = %(repeats)s
)
FROM (
    SELECT id, search FROM (
        (
            SELECT id, search FROM claims_claim
            WHERE search @@ %(several)s::tsquery AND id IS DISTINCT FROM %(exclude)s::bigint
            LIMIT %(most_read)s
        )
        UNION
        (
            SELECT id, search FROM claims_claim
            WHERE search @@ %(single)s::tsquery AND id IS DISTINCT FROM %(exclude)s::bigint
            LIMIT %(most_read)s
        )
    ) AS matched
    ORDER BY ts_rank(search, %(any)s::tsquery) DESC, id
    LIMIT %(most_ranked)s
) AS candidate
"""


@dataclass(frozen=True)
class Similar:
    """A claim, how like the statement it is (1: the same words), and whether it is linked."""

    claim: Claim
    score: float
    is_linked: bool


@dataclass(frozen=True)
class Candidate:
    key: int
    words: list[str]
    repeats: list[int]  # or is repeated by


def similar(
    statements: Mapping[str, str], *, exclude: int | None = None, limit: int = 5
) -> list[Similar]:
    """The claims of all documents most like a statement, given in one language or in both.

    A blank language stands for one that is not known. ``exclude`` is the claim that is being
    written: what it has in common with others besides words counts as well, and a claim that it
    repeats already, or that repeats it, is marked.
    """
    words, rarity = _words(statements)
    candidates = _candidates(words, rarity, exclude)
    scores = _scores(words, candidates, rarity or Rarity.counted([row.words for row in candidates]))
    _lend_to_repeats(scores, candidates)
    if exclude is not None:
        _add_common_ground(scores, exclude)
    found = [(-score, key) for key, score in scores.items() if score >= LEAST_SCORE]
    best = {key: -score for score, key in sorted(found) if key != exclude}
    keys = list(best)[:limit]
    linked = Q(claim=OuterRef("pk"), target=exclude) | Q(claim=exclude, target=OuterRef("pk"))
    repeats = Relation.objects.filter(linked, kind=RelationKind.REPEATS)
    claims = (
        Claim.objects.select_related("document", "rating")
        .annotate(is_linked=Exists(repeats))
        .in_bulk(keys)
    )
    return [Similar(claims[key], best[key], claims[key].is_linked) for key in keys if key in claims]


def link_repeats(claim: Claim, keys: Iterable[str]) -> int:
    """Note that the claim repeats those with these keys; returns how many of them do not exist.

    The row stands with the claim that is being written, a draft: the older claim, perhaps
    published, is its target and stays untouched. So the new claim's page says "Repeats" before
    the older one; that the target then also repeats the claim is true of a repeat either way.
    Whatever is linked as a repeat already, in whichever direction, stays as it is.
    """
    asked = set(map(key_from, keys)) - {claim.pk}
    found = set(Claim.objects.filter(pk__in=asked).values_list("pk", flat=True))
    linked = Relation.objects.filter(Q(claim=claim) | Q(target=claim), kind=RelationKind.REPEATS)
    ends = {end for pair in linked.values_list("claim", "target") for end in pair}
    for key in sorted(found - ends):
        Relation.objects.create(claim=claim, target_id=key, kind=RelationKind.REPEATS)
    return len(asked - found)


def key_from(text: str) -> int:
    """A claim's key as a page sends it; 0, which no claim has, where it cannot be one."""
    is_key = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_KEY))
    return int(text) if is_key and int(text) <= LARGEST_KEY else 0


def _words(statements: Mapping[str, str]) -> tuple[list[str], Rarity | None]:
    """The statement's words, and how rare words are, where PostgreSQL knows it."""
    asked = [
        (configuration, text.replace("\0", "")[:LENGTH])
        for language, text in statements.items()
        for code, configuration in CONFIGURATIONS.items()
        if language in ("", code)
    ]
    if not asked:
        return [], None
    vectors = " || ".join(["to_tsvector(%s::regconfig, %s)"] * len(asked))
    with connection.cursor() as cursor:
        cursor.execute(WORDS.format(vectors=vectors), [part for pair in asked for part in pair])
        words, rows, common, shares = cursor.fetchone()
    if not common or rows <= 0:
        return words, None
    # After the words' shares stand the least and the greatest of them. Of the other words all
    # that is known is that they are rarer, most of them by far.
    least = max(shares[len(common)] / 4, 1 / rows)
    return words, Rarity(rows, dict(zip(common, shares, strict=False)), least)


def _candidates(words: list[str], rarity: Rarity | None, exclude: int | None) -> list[Candidate]:
    if not words:
        return []
    terms = [rarity.term(word) if rarity else Term(any_ending(word), 0) for word in words]
    limits = {"most_read": MOST_READ, "most_ranked": MOST_RANKED}
    others = {"exclude": exclude, "repeats": RelationKind.REPEATS.value}
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, _queries(terms, rarity.rows if rarity else 1) | limits | others)
        return [Candidate(*row) for row in cursor.fetchall()]


def _queries(terms: list[Term], rows: float) -> dict[str, Any]:
    """For several of the rarest words, for any of them, and for what to rank by.

    So many of them at once, or so few of them, that about ``MOST_READ`` claims are expected.
    """
    unlike = {term.query: term for term in terms}.values()
    terms = sorted(unlike, key=attrgetter("rows"))
    expected = list(accumulate(term.rows for term in terms))
    count = max(bisect_right(expected, MOST_SCANNED), LEAST_TOGETHER)
    rarest = terms[: min(count, MOST_TOGETHER)]
    groups: list[tuple[Term, ...]] = [tuple(rarest)]
    for size in range(min(2, len(rarest)), len(rarest)):
        groups = list(combinations(rarest, size))
        if sum(rows * prod(term.rows / rows for term in group) for group in groups) <= MOST_READ:
            break
    single = terms[: bisect_right(expected, MOST_READ)]
    return {
        "several": " | ".join(f"({' & '.join(term.query for term in group)})" for group in groups),
        "single": " | ".join(term.query for term in single or rarest[:1]),
        "any": " | ".join(term.query for term in {*rarest, *single}),
    }


def _scores(words: list[str], candidates: list[Candidate], rarity: Rarity) -> dict[int, float]:
    """The cosine of the angle between statement and claim, by the weights of their words."""
    asked = {beginning for word in words for beginning in beginnings(word)}
    shortest = {word[:SHORTEST] for word in words}
    length = sqrt(sum(map(rarity.weight, asked)))
    scores = {}
    for candidate in candidates:
        near = (word for word in candidate.words if word[:SHORTEST] in shortest)
        shared = asked.intersection(beginning for word in near for beginning in beginnings(word))
        own = sqrt(sum(map(rarity.weight_of_word, candidate.words)))
        scores[candidate.key] = sum(map(rarity.weight, shared)) / (length * own)
    return scores


def _add_common_ground(scores: dict[int, float], claim: int) -> None:
    for key, shares in common_ground(claim, list(scores)).items():
        scores[key] = scores.get(key, 0) + OF_COMMON_GROUND * sum(shares)


def _lend_to_repeats(scores: dict[int, float], candidates: list[Candidate]) -> None:
    """What repeats a claim that was found is of interest too, in whatever words."""
    best = sorted(candidates, key=lambda candidate: -scores[candidate.key])[:MOST_REPEATED]
    lent = [(key, OF_REPEATED * scores[row.key]) for row in best for key in row.repeats]
    for key, score in lent:
        scores[key] = max(scores.get(key, 0), score)
