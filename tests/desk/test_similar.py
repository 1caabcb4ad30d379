"""What is said to be similar: by the rarer words, in either language; nothing links itself."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.desk import similar as desk_similar
from claims.desk.similar import link_repeats, similar
from claims.models import Claim, Relation, RelationKind
from tests.factories import (
    make_claim,
    make_evidence,
    make_published,
    make_rating,
    make_relation,
    make_source,
    make_topic,
)

pytestmark = pytest.mark.django_db
STRIKE = "Miners of Karaganda went on strike in January."


def found(statement, language="", **options):
    return [one.claim for one in similar({language: statement}, **options)]


def analyze():
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE claims_claim")


@pytest.fixture(params=[True, False], ids=["after ANALYZE", "before ANALYZE"])
def crowd(request):
    """Claims that share common words with the ones asked for."""
    for number in range(40):
        make_claim(
            statement_en=f"Protest number {number} took place in January in Kazakhstan.",
            statement_fr=f"La manifestation {number} a eu lieu en janvier au Kazakhstan.",
        )

    def is_crowded():
        if request.param:
            analyze()

    return is_crowded


def test_the_rarer_words_decide(crowd):
    strike = make_claim(statement_en=STRIKE)
    crowd()
    assert found("A strike of miners took place in Karaganda in January.", "en")[0] == strike


@pytest.mark.parametrize(
    ("language", "statement"),
    [
        ("en", "The miners of Karaganda were on strike."),
        ("fr", "Les mineurs de Karaganda étaient en grève."),
        ("", "Les mineurs de Karaganda étaient en grève."),
        ("", "The miners of Karaganda were on strike."),
    ],
)
def test_a_claim_is_found_in_either_language(crowd, language, statement):
    strike = make_claim(
        statement_en=STRIKE, statement_fr="Les mineurs de Karaganda se sont mis en grève."
    )
    crowd()
    assert found(statement, language)[0] == strike


def test_a_claim_in_french_alone_is_found_by_the_names_of_an_english_statement(crowd):
    french = make_claim(
        statement_en="", statement_fr="Kazakhmys appartient à Karaganda Holding depuis 1997."
    )
    crowd()
    assert found("Kazakhmys was bought by Karaganda Holding in 1997.", "en")[0] == french


def test_both_languages_are_asked_at_once(crowd):
    english = make_claim(statement_en=STRIKE, statement_fr="")
    french = make_claim(statement_en="", statement_fr="Les mineurs de Karaganda étaient en grève.")
    crowd()
    both = {"en": "Miners went on strike.", "fr": "Des mineurs étaient en grève."}
    assert {one.claim for one in similar(both)[:2]} == {english, french}


def test_numbers_count(crowd):
    make_claim(statement_en="The toll of the unrest was 225 dead.")
    right = make_claim(statement_en="The toll of the unrest was 164 dead.")
    crowd()
    assert found("The unrest left a toll of 164 dead.", "en")[0] == right


def test_other_endings_and_accents_are_the_same_word(crowd):
    claim = make_claim(statement_fr="Les metallurgistes grévistes ont cessé le travail.")
    crowd()
    assert found("La grève des métallurgistes a cessé.", "fr")[0] == claim


def test_the_claim_itself_is_left_out(crowd):
    strike = make_claim(statement_en=STRIKE)
    crowd()
    assert strike in found(STRIKE, "en")
    assert strike not in found(STRIKE, "en", exclude=strike.pk)


def test_the_best_come_first_and_no_more_than_asked_for():
    same = make_claim(statement_en=STRIKE)
    for number in range(8):
        make_claim(statement_en=f"Miners of mine number {number} went on strike.")
    rows = similar({"en": STRIKE}, limit=3)
    assert len(rows) == 3
    assert rows[0].claim == same
    assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)


def test_nothing_in_common_finds_nothing():
    make_claim(statement_en=STRIKE)
    assert found("Parliament dissolved itself yesterday.", "en") == []


@pytest.mark.parametrize(
    "statement",
    [
        "",
        "   ",
        "the of and",
        "\0",
        "' & | ! :* \\ (",
        "''' \\' <-> 'a':*",
        "%s %(query)s",
        "x" * 9000,
    ],
)
@pytest.mark.parametrize("is_analyzed", [True, False])
def test_any_text_can_be_asked(statement, is_analyzed):
    make_claim(statement_en="O'Neill's \\path and 'quoted' words, 100 % of them.")
    if is_analyzed:
        analyze()
    assert found(statement, "en") == []
    assert found(f"'quoted' \\path O'Neill's 100 % {statement}")


def test_what_comes_after_a_thousand_characters_is_not_read():
    make_claim(statement_en=STRIKE)
    assert found("word " * 200 + STRIKE, "en") == []


def test_the_verdict_and_the_document_come_along():
    published = make_published(statement_en=STRIKE).claim
    rated = make_claim(statement_en=STRIKE, rating=make_rating("true"))
    rows = similar({"en": STRIKE})
    with CaptureQueriesContext(connection) as queries:
        shown = {(row.claim, row.claim.rating, str(row.claim.document)) for row in rows}
    assert shown == {
        (published, None, str(published.document)),
        (rated, rated.rating, str(rated.document)),
    }
    assert len(queries) == 0


def test_it_asks_the_same_of_few_claims_and_of_many():
    def count(**options):
        with CaptureQueriesContext(connection) as queries:
            assert similar({"en": STRIKE, "fr": "Des mineurs."}, **options)
        return len(queries)

    claim = make_claim(statement_en=STRIKE)
    make_claim(statement_en=STRIKE)
    assert (count(), count(exclude=claim.pk)) == (3, 4)
    for _number in range(10):
        make_relation(claim=make_claim(statement_en=STRIKE), target=claim)
    assert (count(), count(exclude=claim.pk)) == (3, 4)


def test_a_word_of_the_whole_table_does_not_make_it_read_the_whole_table(monkeypatch):
    """The bounds hold where every claim has every word; the same words still come first."""
    monkeypatch.setattr(desk_similar, "MOST_READ", 10)
    monkeypatch.setattr(desk_similar, "MOST_RANKED", 5)
    for number in range(30):
        make_claim(statement_en=f"Miners went on strike, {number} of them.")
    analyze()
    ranked = []
    scores = desk_similar._scores
    monkeypatch.setattr(
        desk_similar,
        "_scores",
        lambda words, candidates, rarity: (
            ranked.extend(candidates) or scores(words, candidates, rarity)
        ),
    )
    assert found("Miners went on strike, 17 of them.", "en")[0].statement_en.startswith(
        "Miners went on strike, 17"
    )
    assert len(ranked) == 5


def test_a_mistaken_rare_word_leaves_the_others_to_find_the_claim(crowd):
    strike = make_claim(statement_en="Metallurgists of Temirtau blocked the Karaganda railway.")
    crowd()
    assert found("Metallurgists of Temirtow blocked the Karagandy railway.", "en")[0] == strike


# Repeats that are known


def test_what_repeats_a_claim_that_is_found_is_found_too(crowd):
    strike = make_claim(statement_en=STRIKE)
    in_other_words = make_claim(statement_en="Coal production stopped.", statement_fr="")
    stranger = make_claim(statement_en="Parliament dissolved itself.", statement_fr="")
    make_relation(claim=strike, target=in_other_words)
    make_relation(claim=strike, target=stranger, kind=RelationKind.CONTRADICTS)
    crowd()
    claims = found(STRIKE, "en")
    assert claims[:2] == [strike, in_other_words]
    assert stranger not in claims


@pytest.mark.parametrize("is_older_the_target", [True, False])
def test_a_repeat_that_is_linked_is_marked(is_older_the_target):
    older, newer = make_claim(statement_en=STRIKE), make_claim(statement_en=STRIKE)
    other = make_claim(statement_en=STRIKE)
    ends = (newer, older) if is_older_the_target else (older, newer)
    make_relation(claim=ends[0], target=ends[1])
    make_relation(claim=newer, target=other, kind=RelationKind.REFINES)
    rows = similar({"en": STRIKE}, exclude=newer.pk)
    assert {row.claim: row.is_linked for row in rows} == {older: True, other: False}


def test_sources_and_topics_in_common_count_for_a_claim_that_has_them(crowd):
    source, topic = make_source(), make_topic()
    claim = make_claim(statement_en=STRIKE, topics=[topic])
    alike = [make_claim(statement_en="Miners of Karaganda worked.") for _number in range(3)]
    alike[2].topics.add(topic)
    for one in (claim, alike[2]):
        make_evidence(claim=one, source=source)
    crowd()
    assert found(STRIKE, "en", exclude=claim.pk)[0] == alike[2]


def test_asking_links_nothing():
    claim = make_claim(statement_en=STRIKE)
    make_claim(statement_en=STRIKE)
    assert similar({"en": STRIKE}, exclude=claim.pk)
    assert not Relation.objects.exists()


def test_a_repeat_stands_with_the_claim_that_is_written():
    older = make_published(statement_en=STRIKE).claim
    claim = make_claim(statement_en=STRIKE)
    assert link_repeats(claim, [str(older.pk)]) == 0
    assert list(Relation.objects.values_list("claim", "target", "kind")) == [
        (claim.pk, older.pk, "repeats")
    ]


@pytest.mark.parametrize("is_older_the_target", [True, False])
def test_a_repeat_is_linked_once(is_older_the_target):
    older, claim = make_claim(), make_claim()
    ends = (claim, older) if is_older_the_target else (older, claim)
    make_relation(claim=ends[0], target=ends[1])
    assert link_repeats(claim, [str(older.pk), str(older.pk)]) == 0
    assert Relation.objects.count() == 1


@pytest.mark.parametrize("key", ["0", "-1", "nonsense", "", "٣", "9" * 30, str(2**63)])
def test_a_key_of_no_claim_is_counted_and_passed_over(key):
    older, claim = make_claim(), make_claim()
    assert link_repeats(claim, [key, str(older.pk)]) == 1
    assert claim.relations.get().target == older


def test_a_claim_does_not_repeat_itself():
    claim = make_claim()
    assert link_repeats(claim, [str(claim.pk)]) == 0
    assert not Claim.objects.get().relations.exists()
