"""Lists that may have millions of rows: counted to a limit, searched by index, not read whole."""

import re

import pytest
from django.contrib.admin import ModelAdmin
from django.contrib.admin.templatetags.admin_list import items_for_result
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.admin.searching import having, words_in
from claims.models import (
    Claim,
    Claimant,
    Document,
    Edition,
    Move,
    Quote,
    Report,
    Section,
    Source,
    Term,
    Topic,
    claim,
    document,
    source,
)
from tests.admin.pages import list_address, text_of
from tests.factories import (
    make_claim,
    make_claimant,
    make_document,
    make_evidence,
    make_published,
    make_quote,
    make_report,
    make_section,
    make_source,
    make_topic,
    make_user,
    submit,
)

LIST = list_address(Claim)


def statements(browser, address, **query):
    with CaptureQueriesContext(connection) as captured:
        response = browser.get(address, query)
    assert response.status_code == 200
    return [query["sql"] for query in captured]


def shown(browser, address=LIST, **query):
    return list(browser.get(address, query).context["cl"].result_list)


@pytest.fixture
def limit(monkeypatch):
    """Lists are counted to two."""
    monkeypatch.setattr("claims.admin.listing.MOST_COUNTED", 2)


def of_one_document(count):
    document = make_document()
    return [make_claim(document=document, position=number + 1) for number in range(count)]


LISTED = [Claim, Claimant, Document, Edition, Move, Report, Section, Source, Term, Topic]


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model.__name__)
def test_no_list_counts_its_whole_table(chief_editor, model):
    make_published(topics=[make_topic()], section=make_section())
    for query in ({}, {"q": "none"}):
        for statement in statements(chief_editor, list_address(model), **query):
            counted = re.findall(r"count\(", statement, re.I)
            assert not counted or "LIMIT" in statement, statement
            assert "DISTINCT" not in statement or "LIMIT" in statement, statement


def test_a_list_that_was_not_counted_to_its_end_says_so(editor, limit):
    for _number in range(3):
        make_claim()
    page = text_of(editor.get(LIST))
    assert "more than 2 claims" in page
    assert 'class="question' not in page


def test_a_list_ends_where_its_count_ends(editor, limit, monkeypatch):
    monkeypatch.setattr("claims.admin.claim.ClaimAdmin.list_per_page", 1)
    claims = of_one_document(3)
    assert shown(editor, p=2) == claims[1:2]
    assert editor.get(LIST, {"p": 3}).status_code == 302


def test_a_short_list_is_counted_and_selected_as_ever(editor):
    make_claim()
    page = text_of(editor.get(LIST))
    assert re.search(r"</h2>\s+1\s+claim\s", page)
    assert "more than" not in page


def test_a_long_list_is_sorted_by_what_is_indexed_only(editor, limit):
    claims = of_one_document(3)
    by_status = editor.get(LIST, {"o": "-2"})
    assert "too long to be sorted" in text_of(by_status)
    assert list(by_status.context["cl"].result_list) == claims[:2]
    by_age = editor.get(LIST, {"o": "-9"})
    assert "too long to be sorted" not in text_of(by_age)


def test_a_short_list_is_sorted_by_any_column(editor):
    draft, waiting = make_claim(), submit(make_claim())
    assert shown(editor, o="2") == [draft, waiting]
    assert shown(editor, o="-2") == [waiting, draft]


# Rows


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model.__name__)
def test_rows_are_those_of_djangos_own_admin(chief_editor, model):
    """Labels, links, dates, blank columns and letters that HTML has a use for."""
    make_everything()
    changelist = chief_editor.get(list_address(model)).context["cl"]
    expected = [
        f"<tr>{''.join(items_for_result(changelist, row, None))}</tr>"
        for row in changelist.result_list
    ]
    assert expected
    assert list(changelist.lines()) == expected


def make_everything():
    make_published(topics=[make_topic()], section=make_section(), statement_en="<b>&amp;</b>" * 20)
    make_evidence(claim=make_claim(assigned_to=make_user()), source=make_source())
    make_report()


def test_the_box_of_a_row_is_djangos_own(chief_editor):
    topic = make_topic(label_en='Rain & "snow"')
    changelist = chief_editor.get(list_address(Topic)).context["cl"]
    own = ModelAdmin.action_checkbox(changelist.model_admin, topic)
    assert str(own).strip() in next(changelist.lines())


def test_a_row_that_is_picked_from_a_list_is_handed_back(chief_editor):
    topic = make_topic()
    page = text_of(chief_editor.get(list_address(Topic), {"_popup": "1"}))
    assert f'data-popup-opener="{topic.pk}"' in page


def test_a_row_leads_back_to_the_list_it_stood_in(editor):
    claim = make_claim()
    page = text_of(editor.get(LIST, {"status__exact": "draft"}))
    back = "_changelist_filters=status__exact%3Ddraft"
    assert f'<a href="{LIST}{claim.pk}/change/?{back}">' in page


# Searching

INDEXES = [
    (Claim, claim.SEARCHED, "claim_letters"),
    (Quote, ("exact",), "quote_letters"),
    (Source, source.SEARCHED, "source_letters"),
    (Document, document.SEARCHED, "document_letters"),
    (Section, document.SEARCHED_OF_SECTIONS, "section_letters"),
    (Report, ("body", "contact"), "report_letters"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["strike", "zq"])
@pytest.mark.parametrize(("model", "columns", "index"), INDEXES, ids=[i for _m, _c, i in INDEXES])
def test_a_search_asks_the_index_of_the_letters(model, columns, index, word):
    found = having(model.objects.order_by(), columns, [word]).values("pk")
    assert index in plan(found)


@pytest.mark.django_db
def test_the_notes_of_moves_are_searched_by_their_index():
    found = having(Move.objects.order_by().exclude(note=""), ("note",), ["strike"]).values("pk")
    assert "move_note_letters" in plan(found)


def plan(queryset):
    """How PostgreSQL would go about it if the table was too long to be read."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    return queryset.explain()


@pytest.mark.parametrize("words", ["queu", "READ queue", '"bread queue"', "ead-sl", "a bread"])
def test_parts_of_words_are_found_and_phrases(editor, words):
    found = make_claim(slug="bread-slug", statement_en="A bread queue.")
    make_claim(statement_en="The queue of rain.")
    assert found in shown(editor, q=words)


def test_all_words_stand_in_the_claim_or_in_one_quote(editor):
    found = make_claim(statement_en="A bread queue.")
    make_quote(claim=found, exact="everything was sold out")
    assert shown(editor, q="everything sold") == [found]
    assert shown(editor, q="bread sold") == []


def test_a_word_of_two_letters_is_found_by_its_beginning(editor):
    found = make_claim(statement_en="The UN said so.")
    make_claim(statement_en="It was fun.")
    assert shown(editor, q="un") == [found]


def test_a_search_that_finds_too_much_says_so_and_shows_some(editor, monkeypatch):
    monkeypatch.setattr("claims.admin.searching.MOST_FOUND", 2)
    for _number in range(3):
        make_claim(statement_en="A bread queue.")
    response = editor.get(LIST, {"q": "bread"})
    assert "Found are more than can be shown" in text_of(response)
    assert "more than 2 results" in text_of(response)
    assert len(response.context["cl"].result_list) == 2


def test_what_is_searched_is_filtered_first(editor, monkeypatch):
    monkeypatch.setattr("claims.admin.searching.MOST_FOUND", 1)
    submit(make_claim(statement_en="A bread queue."))
    draft = make_claim(statement_en="A bread queue.")
    assert shown(editor, q="bread", status__exact="draft") == [draft]


@pytest.mark.parametrize("words", ["bread", "queues", "bread-slug"])
def test_editions_and_moves_are_found_by_their_claim(editor, words):
    edition = make_published(slug="bread-slug", statement_en="The bread queue.")
    make_published()
    assert shown(editor, list_address(Edition), q=words) == [edition]
    if words != "queues":
        moves = shown(editor, list_address(Move), q=words)
        assert {move.claim_slug for move in moves} == {"bread-slug"}


@pytest.mark.parametrize("words", ["And no", "speec", "3"])
def test_sections_are_found_by_heading_document_and_number(editor, words):
    speech = make_document(title_en="The speech")
    found = make_section(document=speech, number=3, heading_en="And now?")
    # Without a number anywhere in its names.
    names = {"slug": "other", "title_en": "Other", "title_fr": "Autre", "publisher": "", "url": ""}
    make_section(document=make_document(**names), number=4, heading_en="Before", heading_fr="")
    assert shown(editor, list_address(Section), q=words) == [found]


@pytest.mark.parametrize("column", ["chain_hash", "payload_sha256"])
def test_an_edition_is_found_by_a_whole_hash(editor, column):
    edition = make_published()
    make_published()
    assert shown(editor, list_address(Edition), q=getattr(edition, column)) == [edition]


def test_words_and_phrases_are_taken_apart():
    assert words_in("bread  \"sold out\" d’attente ''") == ["bread", "sold out", "d’attente"]


def test_a_search_looks_no_further_once_it_has_found_enough(editor, monkeypatch):
    make_quote(claim=make_claim(statement_en="Rain."), exact="bread")
    assert any('FROM "claims_quote"' in sql for sql in statements(editor, LIST, q="bread"))
    monkeypatch.setattr("claims.admin.searching.MOST_FOUND", 1)
    for _number in range(2):
        make_claim(statement_en="A bread queue.")
    assert not any('FROM "claims_quote"' in sql for sql in statements(editor, LIST, q="bread"))


@pytest.mark.parametrize("query", [{"q": "bread"}, {"kind__exact": "event"}])
def test_keys_that_were_found_are_asked_for_as_one_array(editor, query):
    for _number in range(3):
        make_claim(statement_en="A bread queue.", kind="event")
    asked = statements(editor, LIST, **query)
    assert any("= ANY(" in sql and "LIMIT" in sql for sql in asked)


@pytest.mark.django_db
def test_claims_without_a_verdict_have_an_index():
    assert "claim_no_verdict" in plan(Claim.objects.order_by().filter(is_open=False, rating=None))


@pytest.mark.parametrize(
    ("model", "date", "index"),
    [(Edition, "published_at", "edition_published"), (Move, "at", "move_at")],
)
def test_a_day_of_the_record_is_read_by_its_date(chief_editor, model, date, index):
    edition = make_published()
    moment = edition.published_at
    query = {f"{date}__year": moment.year, f"{date}__month": moment.month}
    changelist = chief_editor.get(list_address(model), query).context["cl"]
    rows = changelist.queryset.values("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    assert index in rows[:50].explain()


# Filters


def test_filters_do_not_offer_what_was_not_chosen(editor):
    chosen, other = make_document(title_en="The speech"), make_document(title_en="The interview")
    claimant = make_claimant(name_en="Somebody else")
    make_claim(document=chosen, claimant=claimant)
    make_claim(document=other)
    page = text_of(editor.get(LIST, {"document__id__exact": chosen.pk}))
    filters = page[page.index('id="changelist-filter"') : page.index('id="changelist-form"')]
    assert "The speech" in filters
    assert "The interview" not in filters
    assert "Somebody else" not in filters
    assert 'data-field-name="document"' in filters


def test_typing_into_a_filter_keeps_the_others(editor):
    page = text_of(editor.get(LIST, {"status__exact": "draft", "q": "x"}))
    form = page[page.index('class="chosen-filter"') :].partition("</form>")[0]
    assert '<input type="hidden" name="status__exact" value="draft">' in form


def test_the_number_of_claims_leads_to_them(editor):
    topic = make_topic()
    claim = make_claim(topics=[topic])
    make_claim()
    page = text_of(editor.get(list_address(Topic)))
    link = re.search(r'field-claim_count"><a href="([^"]+)">1</a>', page)[1]
    assert shown(editor, link) == [claim]


def test_beside_a_row_its_claims_are_counted_to_a_limit(editor, monkeypatch):
    monkeypatch.setattr("claims.admin.shared.MOST_BESIDE", 1)
    claimant = make_claimant()
    for _number in range(3):
        make_claim(claimant=claimant)
    assert ">1+</a>" in text_of(editor.get(list_address(Claimant)))


def test_choices_are_not_counted_in_a_long_list(editor, monkeypatch):
    monkeypatch.setattr("claims.admin.filters.MOST_BY_CHOICE", 1)
    for _number in range(2):
        make_claim()
    page = text_of(editor.get(LIST, {"_facets": "True"}))
    assert "Draft (–)" in page


def test_sources_without_a_claim_are_looked_for_among_the_newest(editor, monkeypatch):
    monkeypatch.setattr("claims.admin.source.NEWEST", 2)
    make_source()
    unused = make_source()
    make_evidence(source=make_source())
    assert shown(editor, list_address(Source), upkeep="not_used") == [unused]


def test_languages_of_sources_are_found_one_by_one(editor):
    for language in ("ru", "en", "ru"):
        make_source(language=language)
    page = text_of(editor.get(list_address(Source)))
    assert page.count("?language=ru") == page.count("?language=en") == 1


# Dates


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ({}, ["?status_since__year=2024", "?status_since__year=2026"]),
        ({"status_since__year": "2024"}, ["status_since__month=12"]),
        ({"status_since__year": "2026", "status_since__month": "2"}, ["status_since__day=3"]),
    ],
)
def test_dates_are_offered_from_the_first_to_the_last(editor, query, offered):
    for moment in ("2024-12-30T12:00Z", "2026-02-03T12:00Z"):
        aged(make_claim(), moment)
    page = text_of(editor.get(LIST, query))
    links = page[page.index("date-hierarchy-label") :].partition("</nav>")[0]
    assert all(part in links for part in offered)
    assert "status_since__year=2027" not in links
    assert "status_since__day=4" not in links
    assert "status_since__month=11" not in links


def aged(claim, moment):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE claims_claim SET status_since = %s WHERE id = %s", [moment, claim.pk]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_day_shows_its_claims(editor):
    claims = [make_claim(), make_claim()]
    aged(claims[0], "2024-12-30T12:00Z")
    query = {f"status_since__{part}": value for part, value in DAY.items()}
    assert shown(editor, **query) == [claims[0]]


DAY = {"year": "2024", "month": "12", "day": "30"}


# Forms


def test_a_form_does_not_ask_all_claims_who_may_be_assigned(editor):
    claim = make_claim()
    address = f"{LIST}{claim.pk}/change/"
    asked = [one for one in statements(editor, address) if '"auth_user"' in one and "IN (" in one]
    assert all(f"= {claim.pk}" in one for one in asked if "assigned_to" in one)


def test_beside_a_text_few_claimants_are_offered(editor, monkeypatch):
    monkeypatch.setattr("claims.admin.marking.MOST_OFFERED", 1)
    document = make_document()
    speaker, other = make_claimant(name_en="The speaker"), make_claimant(name_en="Another one")
    make_claim(document=document, claimant=speaker)
    document.transcripts.create(language="fr", text="Des mots.")
    page = text_of(editor.get(f"{list_address(Document)}{document.pk}/read/"))
    assert "The speaker</option>" in page
    assert other.name_en not in page
