"""Every noun has a list and a form, in both languages, in a fixed number of queries."""

import json

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from claims.models import (
    Claim,
    Claimant,
    Document,
    Edition,
    Measure,
    Move,
    Rating,
    Redaction,
    Section,
    Source,
    Term,
    Topic,
    Transcript,
    Unit,
)
from claims.record.publishing import redact
from tests.admin.pages import (
    add_address,
    change_address,
    list_address,
    open_form,
    query_count,
    text_of,
)
from tests.factories import (
    make_chief_editor,
    make_claim,
    make_claimant,
    make_document,
    make_evidence,
    make_figure,
    make_measure,
    make_published,
    make_quote,
    make_rating,
    make_section,
    make_source,
    make_topic,
    make_unit,
    withdraw,
)

EDITED = [Claim, Claimant, Document, Measure, Section, Source, Topic, Transcript, Unit]
LOOKED_AT = [Edition, Redaction, Move, Term]
NOUNS = [*EDITED, Rating, *LOOKED_AT]


def noun(model):
    return model.__name__


def make_transcript():
    return Transcript.objects.create(document=make_document(), language="fr", text="Des mots.")


def make_redaction(at="2026-11-23T12:00Z"):
    edition = make_published()
    withdraw(edition.claim)
    return redact(edition, reason="A court.", by=make_chief_editor().pk, at=at)


def make_term():
    return Term.objects.get(slug=make_published(topics=[make_topic()]).topics[0])


def make_move():
    return Move.objects.get(claim_slug=make_published().claim_slug, name="publish")


MAKERS = {
    Claim: make_claim,
    Claimant: make_claimant,
    Document: make_document,
    Edition: make_published,
    Measure: make_measure,
    Move: make_move,
    Rating: make_rating,
    Redaction: make_redaction,
    Section: make_section,
    Source: make_source,
    Term: make_term,
    Topic: make_topic,
    Transcript: make_transcript,
    Unit: make_unit,
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("model", NOUNS, ids=noun)
def test_every_list_and_form_renders_in_both_languages(chief_editor, model, language):
    row = MAKERS[model]()
    chief_editor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for address in (list_address(model), change_address(row)):
        response = chief_editor.get(address)
        assert response.status_code == 200
        assert f'<html lang="{language}"' in text_of(response)


@pytest.mark.parametrize("model", [*EDITED, Rating], ids=noun)
def test_every_noun_of_the_desk_has_a_form_for_a_new_row(chief_editor, model):
    assert chief_editor.get(add_address(model)).status_code == 200


@pytest.mark.parametrize("model", LOOKED_AT, ids=noun)
def test_the_record_and_the_log_are_looked_at_only(chief_editor, model):
    row = MAKERS[model]()
    meta = model._meta
    assert chief_editor.get(add_address(model)).status_code == 403
    delete = reverse(f"admin:{meta.app_label}_{meta.model_name}_delete", args=[row.pk])
    assert chief_editor.post(delete, {"post": "yes"}).status_code == 403
    assert chief_editor.post(change_address(row), {}).status_code == 403
    assert 'name="_save"' not in text_of(chief_editor.get(change_address(row)))


@pytest.mark.parametrize("model", [m for m in NOUNS if m not in (Rating, Redaction)], ids=noun)
def test_a_list_asks_the_same_for_one_row_and_for_ten(editor, model):
    MAKERS[model]()
    address = list_address(model)
    one = query_count(editor, address)
    for _count in range(9):
        MAKERS[model]()
    assert query_count(editor, address) == one <= 10


def test_the_payload_of_an_edition_is_printed_for_people(editor):
    edition = make_published(statement_fr="La grève a commencé.")
    page = text_of(editor.get(change_address(edition)))
    assert "La grève a commencé." in page
    assert '<pre class="payload">{\n  &quot;' in page
    assert edition.people_salt not in page


def test_a_redacted_edition_says_so(editor):
    redaction = make_redaction()
    assert "Blanked for good" in text_of(editor.get(change_address(redaction.edition)))


def test_a_source_lists_the_claims_it_is_used_in(editor):
    source = make_source()
    evidence = make_evidence(source=source, claim=make_claim(statement_en="The <b>army</b> fired."))
    page = text_of(editor.get(change_address(source)))
    assert change_address(evidence.claim) in page
    assert "The &lt;b&gt;army&lt;/b&gt; fired." in page


def test_a_source_that_is_used_nowhere_says_so(editor):
    assert "No claim yet." in text_of(editor.get(change_address(make_source())))


def test_the_slug_of_a_saved_row_is_fixed(editor):
    topic = make_topic(slug="strikes")
    editor.post(change_address(topic), open_topic(editor, topic) | {"slug": "riots"})
    topic.refresh_from_db()
    assert topic.slug == "strikes"


def open_topic(editor, topic):
    return open_form(editor, change_address(topic), "topic_form")


def test_the_languages_of_a_document_keep_their_order(editor):
    document = make_document(languages=["fr", "en"])
    form = open_form(editor, change_address(document), "document_form")
    assert form["languages"] == "fr,en"
    editor.post(change_address(document), form | {"languages": "en,fr"})
    document.refresh_from_db()
    assert document.languages == ["en", "fr"]


def test_a_document_that_was_saved_unchanged_has_no_change_in_its_history(editor):
    document = make_document(about_en="One line.\n\nAnother line.")
    editor.post(
        change_address(document), open_form(editor, change_address(document), "document_form")
    )
    entry = document_log(document).get()
    assert json.loads(entry.change_message) == []
    document.refresh_from_db()
    assert document.about_en == "One line.\n\nAnother line."


def document_log(document):
    return LogEntry.objects.filter(object_id=str(document.pk))


def test_a_captured_text_keeps_its_spaces_and_line_ends(editor):
    document = make_document()
    form = open_form(editor, add_address(Transcript), "transcript_form")
    editor.post(
        add_address(Transcript),
        form | {"document": document.pk, "language": "fr", "text": "  Des mots.\r\nEt d’autres. "},
    )
    assert Transcript.objects.get().text == "  Des mots.\nEt d’autres. "


def test_a_changed_text_looks_for_its_quotes_anew_and_says_what_it_found(editor):
    document = make_document()
    claim = make_claim(document=document)
    make_quote(claim=claim, language="fr", exact="Des mots.")
    make_quote(claim=claim, language="fr", exact="Rien de tel.")
    form = open_form(editor, add_address(Transcript), "transcript_form")
    text = {"document": document.pk, "language": "fr", "text": "Ici. Des mots."}
    response = editor.post(add_address(Transcript), form | text, follow=True)
    assert sorted(claim.quotes.values_list("state", "start")) == [("broken", None), ("exact", 5)]
    assert "Quotes in this text. Exact: 1, Broken: 1." in text_of(response)

    transcript = Transcript.objects.get()
    form = open_form(editor, change_address(transcript), "transcript_form")
    editor.post(change_address(transcript), form | {"text": "Encore. Ici. Des mots."})
    assert claim.quotes.get(exact="Des mots.").state == "moved"


def test_a_topic_of_a_published_claim_is_kept_with_a_message(editor):
    topic = make_topic()
    make_published(topics=[topic])
    delete = reverse("admin:claims_topic_delete", args=[topic.pk])
    response = editor.post(delete, {"post": "yes"}, follow=True)
    assert "Nothing was saved" in text_of(response)
    topic.refresh_from_db()


def test_topics_of_published_claims_are_kept_with_a_message_in_bulk_too(editor):
    topic = make_topic()
    make_published(topics=[topic])
    selection = {"action": "delete_selected", "_selected_action": [topic.pk], "post": "yes"}
    response = editor.post(list_address(Topic), selection, follow=True)
    assert "Nothing was saved" in text_of(response)
    topic.refresh_from_db()
    assert not document_log(topic).exists()


def test_a_measure_in_use_is_not_deleted(editor):
    figure = make_figure()
    delete = reverse("admin:claims_measure_delete", args=[figure.measure.pk])
    response = editor.post(delete, {"post": "yes"})
    assert response.status_code == 200
    figure.measure.refresh_from_db()
