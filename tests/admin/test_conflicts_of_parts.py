"""Saves that meet in the parts of a claim: its evidence, quotes, figures and relations."""

import pytest

from claims.models import Evidence, Figure
from tests.admin.conflicting import again, is_saved, lines, post, text_in, texts
from tests.admin.pages import (
    fields_of,
    fresh,
    new_row,
    open_claim,
    text_of,
)
from tests.factories import (
    make_claim,
    make_evidence,
    make_figure,
    make_quote,
    make_relation,
    make_source,
)

EVIDENCE = {"stance": "supports", "finding_en": "Shown.", "finding_fr": "Montré."}


@pytest.fixture
def claim(db):
    return make_claim(statement_en="As it was.", summary_en="Summary.", explanation_en="Because.")


def test_a_row_that_both_have_changed_is_asked_about_field_by_field(editor, claim):
    evidence = make_evidence(claim=claim, key="court")
    form = open_claim(editor, claim)
    Evidence.objects.update(finding_en="Their finding.", excerpt="Their excerpt.")
    mine = {"evidence-0-finding_en": "My finding.", "evidence-0-finding_fr": "Mon constat."}
    response = post(editor, claim, form, **mine)
    assert {label: line.choice for label, line in lines(response).items()} == {
        "Piece of evidence court – Finding (English)": "",
        "Piece of evidence court – Finding (French)": "mine",
        "Piece of evidence court – Excerpt": "theirs",
    }
    keep = {"Piece of evidence court – Finding (English)": "theirs"}
    assert is_saved(again(editor, claim, response, keep))
    evidence.refresh_from_db()
    assert (evidence.finding_en, evidence.finding_fr) == ("Their finding.", "Mon constat.")
    assert evidence.excerpt == "Their excerpt."


def deleted_row(editor, claim):
    """They delete a row that I am changing; another one stands before and after it."""
    rows = [make_evidence(claim=claim, key=key) for key in ("first", "second", "third")]
    form = open_claim(editor, claim)
    rows[1].delete()
    mine = {"evidence-1-finding_en": "My finding.", "evidence-2-excerpt": "My excerpt."}
    return rows, post(editor, claim, form, **mine)


def test_a_row_that_they_deleted_can_be_restored_with_my_text(editor, claim):
    rows, response = deleted_row(editor, claim)
    assert response.status_code == 409
    assert Evidence.objects.count() == 2
    line = lines(response)["Piece of evidence second"]
    assert (line.choice, texts(line)[1:]) == ("", ("deleted", "Finding (English): My finding."))
    keep = {"Piece of evidence second": "mine"}
    assert is_saved(again(editor, claim, response, keep))
    restored = Evidence.objects.get(key="second")
    assert (restored.finding_en, restored.pk) == ("My finding.", rows[1].pk or restored.pk)
    assert Evidence.objects.get(key="third").excerpt == "My excerpt."


def test_a_row_that_they_deleted_can_be_let_go(editor, claim):
    _rows, response = deleted_row(editor, claim)
    keep = {"Piece of evidence second": "theirs"}
    assert is_saved(again(editor, claim, response, keep))
    assert set(claim.evidence.values_list("key", flat=True)) == {"first", "third"}
    assert Evidence.objects.get(key="third").excerpt == "My excerpt."


def test_a_row_that_they_deleted_and_i_left_alone_stays_deleted(editor, claim):
    make_quote(claim=claim)
    form = open_claim(editor, claim)
    claim.quotes.all().delete()
    response = post(editor, claim, form, statement_en="Mine.")
    assert response.status_code == 409
    assert is_saved(again(editor, claim, response))
    assert not claim.quotes.exists()
    assert fresh(claim).statement_en == "Mine."


def test_a_row_whose_id_is_taken_is_not_lost_but_asked_about(editor, claim):
    pk = make_evidence(claim=claim, key="court").pk
    form = open_claim(editor, claim)
    Evidence.objects.all().delete()
    make_evidence(id=pk)
    response = post(editor, claim, form, **{"evidence-0-finding_en": "My finding."})
    keep = {"Piece of evidence court": "mine"}
    refused = again(editor, claim, response, keep)
    assert refused.status_code == 409
    assert "add yours as a new row" in text_of(refused)
    assert "My finding." in text_of(refused)
    assert is_saved(again(editor, claim, refused, {"Piece of evidence court": "theirs"}))


def test_rows_that_come_back_stand_beside_their_own_rows(editor, claim):
    """Django pairs typed rows with saved ones by their number alone."""
    for key in ("first", "second", "third"):
        make_quote(claim=claim, key=key, exact=key)
    form = open_claim(editor, claim)
    claim.quotes.get(key="first").delete()
    make_quote(claim=claim, key="another", start=1, end=2)
    mine = {"quotes-0-DELETE": "on", "quotes-2-exact": "My words."}
    response = post(editor, claim, form, **mine)
    fields = fields_of(text_of(response), "claim_form")
    typed = {fields[f"quotes-{number}-exact"] for number in range(3)}
    assert typed == {"first", "second", "My words."}
    rows = next(
        formset
        for formset in response.context["inline_admin_formsets"]
        if formset.formset.prefix == "quotes"
    )
    pairs = [(row.original and row.original.pk, row.form["id"].value()) for row in rows]
    assert all(saved is None or str(saved) == str(posted) for saved, posted in pairs)
    assert is_saved(again(editor, claim, response))
    assert claim.quotes.get(key="third").exact == "My words."


def test_a_restored_figure_finds_its_restored_evidence(editor, claim):
    evidence = make_evidence(claim=claim, key="court")
    make_figure(claim=claim, key="dead", evidence=evidence, value="164")
    form = open_claim(editor, claim)
    Evidence.objects.all().delete()
    mine = {"figures-0-value": "165", "evidence-0-excerpt": "Mine."}
    response = post(editor, claim, form, **mine)
    keep = {"Piece of evidence court": "mine", "Figure dead": "mine"}
    assert is_saved(again(editor, claim, response, keep))
    figure = Figure.objects.get()
    assert (figure.value, figure.evidence.excerpt) == (165, "Mine.")


def test_a_row_that_i_deleted_and_they_changed_must_be_chosen(editor, claim):
    make_evidence(claim=claim, key="court")
    form = open_claim(editor, claim)
    Evidence.objects.update(finding_en="Their finding.")
    response = post(editor, claim, form, **{"evidence-0-DELETE": "on"})
    assert response.status_code == 409
    assert lines(response)["Piece of evidence court"].choice == ""
    kept = again(editor, claim, response, {"Piece of evidence court": "theirs"})
    assert is_saved(kept)
    assert Evidence.objects.get().finding_en == "Their finding."


def test_a_row_that_i_deleted_and_they_changed_can_go_all_the_same(editor, claim):
    make_evidence(claim=claim, key="court")
    form = open_claim(editor, claim)
    Evidence.objects.update(finding_en="Their finding.")
    response = post(editor, claim, form, **{"evidence-0-DELETE": "on"})
    assert is_saved(again(editor, claim, response, {"Piece of evidence court": "mine"}))
    assert not Evidence.objects.exists()


def test_a_row_that_they_added_stays(editor, claim):
    form = open_claim(editor, claim)
    make_quote(claim=claim, key="theirs", exact="their words")
    response = post(editor, claim, form, statement_en="Mine.")
    line = lines(response)["Quote theirs"]
    assert not line.is_choice
    assert "their words" in text_in(line.theirs)
    assert is_saved(again(editor, claim, response))
    assert claim.quotes.get().key == "theirs"


def add_evidence_too(editor, claim, key, explanation):
    form = open_claim(editor, claim)
    make_evidence(claim=claim, key="evidence-1")
    columns = {**EVIDENCE, "source": make_source().pk, "position": 0, "key": key}
    mine = new_row("evidence", **columns) | {"explanation_en": explanation}
    return post(editor, claim, form, **mine)


@pytest.mark.parametrize("key", ["", "evidence-1"])
def test_a_key_that_they_took_is_not_refused_and_mine_gets_the_next(editor, claim, key):
    response = add_evidence_too(editor, claim, key, "So it is.[^evidence-1]")
    page = text_of(response)
    assert "Your new row becomes “evidence-2”" in page
    assert "write [^evidence-2]" in page
    assert is_saved(again(editor, claim, response))
    mine = claim.evidence.get(finding_en="Shown.")
    assert mine.key == "evidence-2"
    assert claim.evidence.count() == 2


def test_a_key_that_nobody_cites_is_changed_without_a_word(editor, claim):
    response = add_evidence_too(editor, claim, "", "So it is.")
    assert "Your new row becomes" not in text_of(response)


def test_the_same_relation_added_twice_is_added_once(editor, claim):
    target = make_claim()
    form = open_claim(editor, claim)
    make_relation(claim=claim, target=target, kind="repeats")
    mine = new_row("relations", kind="repeats", target=target.pk)
    response = post(editor, claim, form, statement_en="Mine.", **mine)
    assert is_saved(again(editor, claim, response))
    assert claim.relations.count() == 1
    assert fresh(claim).statement_en == "Mine."
