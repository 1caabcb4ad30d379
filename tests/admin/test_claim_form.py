"""The form of a claim: what it shows and asks, proposes, saves, and keeps when it is refused."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from claims.admin.claim import ClaimAdmin
from claims.desk import workflow
from claims.desk.transcripts import capture
from claims.models import Claim, Note, Priority, Status
from tests.admin.pages import (
    add_address,
    change_address,
    fresh,
    new_row,
    open_claim,
    open_form,
    query_count,
    save_claim,
    text_of,
)
from tests.factories import (
    make_claim,
    make_claimant,
    make_document,
    make_evidence,
    make_figure,
    make_link_check,
    make_note,
    make_published,
    make_quote,
    make_rated_claim,
    make_rating,
    make_relation,
    make_section,
    make_source,
    make_topic,
    make_user,
    submit,
)

EVIDENCE = {"stance": "supports", "finding_en": "Shown.", "finding_fr": "Montré."}


def make_full_claim(count):
    claim = make_rated_claim(
        section=make_section(),
        topics=[make_topic() for _number in range(count)],
        reported_claimant=make_claimant(),
        assigned_to=make_user(),
    )
    for _number in range(count):
        make_quote(claim=claim)
        evidence = make_evidence(claim=claim)
        make_link_check(evidence.source, "broken")
        make_figure(claim=claim, evidence=evidence)
        make_note(claim=claim, author=make_user())
        make_relation(claim=claim)
    return claim


@pytest.mark.parametrize("status", ["draft", "in_review", "published"])
@pytest.mark.parametrize("count", [1, 12])
def test_the_form_takes_sixteen_queries_at_most(editor, count, status):
    claim = make_full_claim(count)
    if status != "draft":
        submit(claim)
    if status == "published":
        claim = make_published(topics=[make_topic() for _number in range(count)]).claim
        for _number in range(count):
            make_note(claim=claim, author=make_user())
    # Four of them make the list of similar claims: the statement's words, what they find, what
    # else it has in common with the claim, and those claims.
    assert query_count(editor, change_address(claim)) <= 16


def test_the_form_for_a_new_claim_takes_twelve_queries_at_most(editor):
    make_full_claim(2)
    assert query_count(editor, add_address(Claim)) <= 12


def test_autocompleted_fields_show_what_is_chosen(editor):
    claim = make_full_claim(1)
    page = text_of(editor.get(change_address(claim)))
    evidence = claim.evidence.last()
    for row in (claim.document, claim.section, claim.reported_claimant, evidence.source):
        assert f'<option value="{row.pk}" selected>{row}</option>' in page


def test_parts_stand_where_the_work_on_them_is_done(editor):
    page = text_of(editor.get(change_address(make_full_claim(1))))
    order = [
        'class="fieldset-heading">Statement',
        'id="quotes-group"',
        'class="fieldset-heading">Who said it',
        'class="fieldset-heading">Topics and dates',
        'class="fieldset-heading">Verdict',
        'id="evidence-group"',
        'id="figures-group"',
        'class="fieldset-heading">Texts for readers',
        'id="relations-group"',
        'class="fieldset-heading">Work',
        'id="notes-group"',
    ]
    assert sorted(order, key=page.index) == order
    assert all(page.count(text) == 1 for text in order)


def test_a_draft_says_what_is_still_missing(editor):
    page = text_of(editor.get(change_address(make_claim(is_open=False))))
    assert "Choose a rating, or mark the claim as open." in page


# Saving


def test_a_claim_that_is_saved_as_it_stood_stays_the_same(editor):
    claim = make_full_claim(2)
    claim.explanation_en = "First line.\nSecond line."
    claim.save()
    before = workflow.preview([Claim.objects.with_content().get(pk=claim.pk)])
    assert save_claim(editor, claim).status_code == 302
    assert workflow.preview([Claim.objects.with_content().get(pk=claim.pk)]) == before
    assert LogEntry.objects.get().change_message == "[]"


def test_saving_leaves_an_event_that_names_the_editor(editor):
    claim = make_claim()
    save_claim(editor, claim, statement_en="The army fired.")
    event = Claim.pgh_event_model.objects.filter(pgh_obj_id=claim.pk).latest("pgh_id")
    assert event.statement_en == "The army fired."
    assert event.pgh_context.metadata["user"] == editor.user.pk


def new_claim(browser, **changes):
    document, claimant = make_document(), make_claimant()
    given = {
        "statement_en": "The price of gas doubled.",
        "kind": "quantity",
        "document": document.pk,
        "claimant": claimant.pk,
    }
    form = open_form(browser, add_address(Claim)) | given | changes
    return browser.post(add_address(Claim), form)


def test_a_new_claim_gets_a_slug_and_the_next_place_and_its_author(researcher):
    document = make_document()
    make_claim(document=document, position=7)
    assert new_claim(researcher, document=document.pk).status_code == 302
    claim = Claim.objects.get(slug="the-price-of-gas-doubled")
    assert claim.position == 8
    assert claim.assigned_to == researcher.user
    assert claim.status == Status.DRAFT


def test_the_proposed_slug_is_free(researcher):
    make_claim(slug="the-price-of-gas-doubled")
    new_claim(researcher)
    assert Claim.objects.filter(slug="the-price-of-gas-doubled-2").exists()


def test_a_claim_in_french_alone_gets_a_french_slug(researcher):
    new_claim(researcher, statement_en="", statement_fr="Le prix du gaz a doublé.")
    assert Claim.objects.filter(slug="le-prix-du-gaz-a-double").exists()


def test_a_long_statement_gives_a_slug_of_whole_words(researcher):
    new_claim(researcher, statement_en="word " * 40)
    assert Claim.objects.get().slug == "-".join(["word"] * 12)


def test_a_claim_without_a_statement_is_refused_in_words(researcher):
    response = new_claim(researcher, statement_en="")
    assert "Write the statement in at least one language." in text_of(response)


def test_a_section_of_another_document_is_refused(researcher):
    response = new_claim(researcher, section=make_section().pk)
    assert "This section belongs to another document." in text_of(response)


def test_status_and_slug_cannot_be_typed(editor):
    claim = make_claim()
    save_claim(editor, claim, status="published", slug="other", submitted_by=editor.user.pk)
    assert (fresh(claim).status, fresh(claim).slug) == (Status.DRAFT, claim.slug)


def test_ratings_of_the_newest_scale_and_the_present_one_are_offered(editor):
    old, unused = make_rating("false"), make_rating("true")
    newest = make_rating("half_true")
    newest.pk, newest.scale = None, 2
    newest.save()
    page = editor.get(change_address(make_claim(rating=old)))
    offered = page.context["adminform"].form.fields["rating"].queryset
    assert list(offered) == [newest, old]
    assert unused not in offered


# Parts


def test_keys_are_proposed_one_after_the_other(editor):
    claim = make_claim()
    make_evidence(claim=claim, key="evidence-4")
    source = make_source().pk
    rows = {"evidence-TOTAL_FORMS": 3}
    for number in (1, 2):
        rows |= {
            f"evidence-{number}-{name}": value
            for name, value in (EVIDENCE | {"source": source, "key": "", "position": 0}).items()
        }
    assert save_claim(editor, claim, **rows).status_code == 302
    keys = set(claim.evidence.values_list("key", flat=True))
    assert keys == {"evidence-4", "evidence-5", "evidence-6"}


@pytest.mark.parametrize(
    ("prefix", "columns", "key"),
    [
        ("quotes", {"exact": " words ", "language": "en"}, "quote-1"),
        ("notes", {"text_en": "Ask them.", "visibility": "internal"}, "note-1"),
    ],
)
def test_every_part_with_a_key_has_it_proposed(editor, prefix, columns, key):
    claim = make_claim()
    save_claim(editor, claim, **new_row(prefix, key="", **columns))
    assert getattr(claim, prefix).get().key == key


def test_a_key_that_is_given_is_kept_and_fixed(editor):
    claim = make_claim()
    columns = {**EVIDENCE, "source": make_source().pk, "position": 0, "key": "decree"}
    save_claim(editor, claim, **new_row("evidence", **columns))
    assert claim.evidence.get().key == "decree"
    save_claim(editor, claim, **{"evidence-0-key": "other", "evidence-0-excerpt": "New."})
    assert (claim.evidence.get().key, claim.evidence.get().excerpt) == ("decree", "New.")


def test_a_key_given_twice_is_refused(editor):
    claim = make_claim()
    make_quote(claim=claim, key="en")
    columns = {"exact": "words", "language": "en", "key": "en"}
    response = save_claim(editor, claim, **new_row("quotes", 1, **columns))
    assert response.status_code == 200
    assert claim.quotes.count() == 1


def test_the_words_of_a_quote_are_kept_to_the_letter(editor):
    claim = make_claim()
    columns = {"exact": " two\r\nlines ", "language": "en", "key": ""}
    save_claim(editor, claim, **new_row("quotes", **columns))
    assert claim.quotes.get().exact == " two\nlines "


def test_new_and_changed_words_are_looked_for_in_the_captured_text(editor):
    claim = make_claim()
    capture(claim.document, "fr", "Le port est fermé depuis mars.")
    row = {"exact": "Le port est fermé", "language": "fr", "key": ""}
    save_claim(editor, claim, **new_row("quotes", **row))
    assert (claim.quotes.get().state, claim.quotes.get().start) == ("exact", 0)
    save_claim(editor, claim, **{"quotes-0-exact": "depuis mars"})
    assert (claim.quotes.get().state, claim.quotes.get().start) == ("exact", 18)
    save_claim(editor, claim, **{"quotes-0-exact": "depuis avril"})
    assert (claim.quotes.get().state, claim.quotes.get().start) == ("broken", None)


def test_a_figure_offers_the_evidence_of_its_claim_alone(editor):
    claim = make_claim()
    own, foreign = make_evidence(claim=claim), make_evidence()
    figure = make_figure(claim=claim)
    page = text_of(editor.get(change_address(claim)))
    assert f'<option value="{own.pk}">{own}</option>' in page
    assert str(foreign) not in page
    response = save_claim(editor, claim, **{"figures-0-evidence": foreign.pk})
    assert response.status_code == 200
    figure.refresh_from_db()
    assert figure.evidence is None


def test_a_note_is_signed_by_whoever_adds_it(researcher):
    claim = make_claim()
    row = new_row("notes", key="", text_en="Look again.", visibility="internal")
    save_claim(researcher, claim, **row)
    assert Note.objects.get().author == researcher.user


def test_a_note_stays_as_it_was_written(editor):
    note = make_note(text_en="As written.")
    save_claim(editor, note.claim, **{"notes-0-id": note.pk, "notes-0-text_en": "Forged."})
    note.refresh_from_db()
    assert note.text_en == "As written."


# Outside draft


@pytest.fixture(params=["in_review", "published"])
def closed_claim(request, db):
    if request.param == "published":
        return make_published(statement_en="As it was.").claim
    return submit(make_claim(statement_en="As it was."))


def test_content_is_only_shown_outside_draft(chief_editor, closed_claim):
    page = chief_editor.get(change_address(closed_claim))
    assert "open a revision to change it" in text_of(page)
    fields = open_claim(chief_editor, closed_claim)
    typed = {
        name for name in fields if not name.startswith(("quotes", "evidence", "figures", "replies"))
    }
    typed -= {"csrfmiddlewaretoken", "next", "status_seen", "version_seen", "base"}
    assert {name for name in typed if not name.startswith(("notes", "relations"))} == {
        "assigned_to",
        "priority",
    }


def test_notes_priority_and_assignment_stay_open(editor, closed_claim):
    changes = {"assigned_to": editor.user.pk, "priority": Priority.HIGH.value}
    note = new_row("notes", key="", text_en="For later.", visibility="internal")
    assert save_claim(editor, closed_claim, **changes, **note).status_code == 302
    claim = fresh(closed_claim)
    assert (claim.assigned_to, claim.priority) == (editor.user, Priority.HIGH)
    assert claim.notes.get().text_en == "For later."


def test_content_that_is_posted_anyway_is_not_saved(editor, closed_claim):
    save_claim(editor, closed_claim, statement_en="Forged.")
    assert fresh(closed_claim).statement_en == "As it was."


def test_a_forged_draft_is_refused(editor, closed_claim):
    response = save_claim(editor, closed_claim, status_seen="draft", statement_en="Forged.")
    assert response.status_code == 409
    assert fresh(closed_claim).statement_en == "As it was."


# Races


def test_a_form_that_comes_after_a_move_is_refused_and_keeps_what_was_typed(editor):
    claim = make_claim()
    form = open_claim(editor, claim)
    submit(claim)
    quote = new_row("quotes", exact="typed words", language="en", key="")
    response = editor.post(
        change_address(claim), form | quote | {"statement_en": "Typed statement."}
    )
    assert response.status_code == 409
    page = text_of(response)
    assert "moved to “In review”" in page
    assert "Typed statement." in page
    assert "typed words" in page
    assert fresh(claim).statement_en != "Typed statement."


def test_what_a_trigger_refuses_is_said_and_keeps_what_was_typed(editor, monkeypatch):
    claim, submitter = make_claim(), make_user()
    save_model = ClaimAdmin.save_model

    def save_after_a_move(self, request, obj, form, change):
        workflow.submit(fresh(claim), by=submitter, at=timezone.now())
        save_model(self, request, obj, form, change)

    monkeypatch.setattr(ClaimAdmin, "save_model", save_after_a_move)
    response = save_claim(editor, claim, statement_en="Typed statement.")
    assert response.status_code == 409
    assert "Nothing was saved" in text_of(response)
    assert "Typed statement." in text_of(response)
    assert fresh(claim).statement_en == claim.statement_en


def test_a_place_that_was_taken_meanwhile_is_refused_in_words(editor):
    first = make_claim(position=1)
    second = make_claim(document=first.document, position=2)
    response = save_claim(editor, second, position=1)
    assert response.status_code == 200
    assert fresh(second).position == 2


# What stands beside it


def test_a_live_claim_links_to_its_page(editor):
    edition = make_published()
    page = text_of(editor.get(change_address(edition.claim)))
    assert f'href="{edition.get_absolute_url()}" class="viewsitelink"' in page


def test_a_claim_that_readers_do_not_see_has_no_such_link(editor):
    assert "viewsitelink" not in text_of(editor.get(change_address(make_claim())))


def test_the_history_lists_the_moves_with_who_and_why(editor):
    claim = submit(make_claim())
    workflow.send_back(claim, by=editor.user, at=timezone.now(), note="Which day?")
    page = text_of(editor.get(change_address(claim).replace("/change/", "/history/")))
    for text in ("Submit for review", "Send back", "Which day?", editor.user.username):
        assert text in page


def test_a_claim_is_not_deleted_here(chief_editor):
    claim = make_claim()
    delete = change_address(claim).replace("/change/", "/delete/")
    assert chief_editor.post(delete, {"post": "yes"}).status_code == 403
    assert fresh(claim)


@pytest.mark.parametrize("verb", ["change", "history"])
@pytest.mark.parametrize("key", ["nonsense", "99999999999999999999", "0"])
def test_a_claim_that_does_not_exist_leads_back_to_the_start(editor, key, verb):
    response = editor.get(f"/admin/claims/claim/{key}/{verb}/", follow=True)
    assert response.redirect_chain == [("/admin/", 302)]
    assert "doesn’t exist" in text_of(response)


def test_an_explanation_that_is_too_long_is_refused_with_words(editor):
    claim = make_rated_claim()
    response = save_claim(editor, claim, explanation_en="é" * 50_001)
    assert response.status_code == 200
    assert "The explanation has 100002 bytes: shorten it to 100000 at most." in text_of(response)
    assert fresh(claim).explanation_en == ""
