"""What readers find by words, in either language."""

import pytest

from claims.models import Edition
from claims.record.search import search_query
from tests.factories import make_claim, make_claimant, make_published, make_quote, publish_claim


@pytest.fixture
def record(db):
    president = make_claimant(
        slug="president", name_en="President Tokayev", name_fr="Le président Tokaïev"
    )
    make_published(
        slug="layoffs",
        statement_en="Oil companies dismissed workers.",
        statement_fr="Les compagnies pétrolières ont licencié 40 000 ouvriers ; des licenciés.",
    )
    make_published(
        slug="strike",
        statement_en="Miners were striking in January, the police watched.",
        statement_fr="Les mineurs faisaient grève en janvier, la police regardait.",
    )
    make_published(
        slug="speech",
        statement_en="He called the protesters terrorists.",
        statement_fr="Il a qualifié les manifestants de terroristes. Un vœu pieux, de l’or.",
        claimant=president,
    )
    quoted = make_claim(slug="quoted", statement_en="A thing.", statement_fr="Une chose.")
    make_quote(claim=quoted, language="fr", exact="le pouvoir a coupé l’Internet")
    publish_claim(quoted)


def found(words):
    matching = Edition.objects.live().filter(search=search_query(words))
    return set(matching.values_list("claim_slug", flat=True))


EVERYTHING = {"layoffs", "strike", "speech", "quoted"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("licencies", {"layoffs"}),
        ("licencier", {"layoffs"}),
        ("licenciements", {"layoffs"}),
        ("pétrolier", {"layoffs"}),
        ("LICENCIÉS", {"layoffs"}),
        ("strikes", {"strike"}),
        ("strike", {"strike"}),
        ("greves", {"strike"}),
        ("voeu", {"speech"}),
        ("Tokaïev", {"speech"}),
        ("tokaiev", {"speech"}),
        ("Tokayev", {"speech"}),
        ("coupé internet", {"quoted"}),
        ("mineurs striking", {"strike"}),
        ("the strikes", {"strike"}),
        ('"police watched"', {"strike"}),
        ('"watched police"', set()),
        ("strike OR licencié", {"strike", "layoffs"}),
        ("or", {"speech"}),
        ("strike or licencié", set()),
        ("nothing", set()),
        ("", set()),
        ("the", set()),
        ("-", set()),
        ('"', set()),
        ('-""', set()),
        ("strike - police", {"strike"}),
        (":* & | ! <-> ( ' \\", set()),
    ],
)
def test_words_are_found_in_any_language(record, words, expected):
    assert found(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("-strike", EVERYTHING - {"strike"}),
        ("-strikes", EVERYTHING - {"strike"}),
        ("-licenciés", EVERYTHING - {"layoffs"}),
        ("-Tokaïev", EVERYTHING - {"speech"}),
        ("strike -police", set()),
        ("-police strike", set()),
        ("police -licenciés", {"strike"}),
        ("strike OR licencié -police", {"layoffs"}),
        ('police -"police watched"', set()),
        ('police -"watched police"', {"strike"}),
        ("--police strike", set()),
        ("-strike -licenciés -tokayev", {"quoted"}),
        ('"police -watched"', {"strike"}),
        ("strike -the", {"strike"}),
    ],
)
def test_a_word_after_a_minus_is_left_out_in_every_language(record, words, expected):
    assert found(words) == expected


def test_as_many_unwanted_words_as_fit_are_left_out(record):
    words = "-a " * 60 + "-strike"
    assert found(words) == found("-a -strike") == {"layoffs"}


def test_aliases_find_whom_they_name(db):
    president = make_claimant(name_en="Kassym-Jomart Tokayev", aliases=["Tokaïev", "Toqaev"])
    make_published(slug="speech", claimant=president)
    assert found("Tokaïev") == found("Toqaev") == found("tokayev") == {"speech"}
