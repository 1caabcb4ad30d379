"""``manage.py importtranscript``: what it reports, keeps and refuses."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from claims.models import Section, Transcript
from tests.factories import make_claim, make_document, make_quote, make_user

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "interview_synthetic.txt"


@pytest.fixture
def document():
    return make_document(slug="orvale")


def run(*arguments, file=SAMPLE, slug="orvale"):
    output = StringIO()
    call_command("importtranscript", str(file), f"--document={slug}", *arguments, stdout=output)
    return output.getvalue()


def test_the_texts_are_kept_and_the_sections_made(document):
    output = run()
    assert "French: introduction, 4 sections" in output
    assert "English: 4 sections" in output
    assert "debris, left where it is: bottom of page" in output
    assert Transcript.objects.count() == 2
    assert list(document.sections.values_list("number", flat=True)) == [0, 1, 2, 3, 4]
    assert document.sections.get(number=4).heading_en == (
        "What do the trade unions say? What do they ask for?"
    )


def test_the_quotes_are_found(document):
    claim = make_claim(document=document)
    make_quote(claim=claim, language="fr", exact="sur ordre de la préfète Maréva Toussaint")
    make_quote(claim=claim, language="fr", exact="Toussaint Louverture")
    output = run()
    assert "Quotes in French: 1 exact, 1 broken" in output
    assert f"broken: {claim.slug} “Toussaint Louverture”" in output
    assert "Quotes in English: none" in output


def test_a_dry_run_says_the_same_and_writes_nothing(document):
    make_quote(claim=make_claim(document=document), language="en", exact="it's not true")
    dry = run("--dry-run")
    assert not Transcript.objects.exists()
    assert not Section.objects.exists()
    assert not document.claims.get().quotes.exclude(state="unlocated").exists()
    assert dry == run() + "Dry run: nothing was written.\n"


def test_a_second_import_changes_nothing(document):
    run()
    events = Transcript.pgh_event_model.objects.count()
    output = run()
    assert "section" not in output.replace("sections", "")
    assert Transcript.pgh_event_model.objects.count() == events


def test_a_heading_of_the_desk_stays(document):
    Section.objects.create(document=document, number=1, heading_en="Edited by hand")
    output = run()
    assert "section 1, en: other words on the desk (“Edited by hand”)" in output
    assert document.sections.get(number=1).heading_en == "Edited by hand"


def test_the_history_names_who_imported(document):
    user = make_user(username="researcher")
    run("--by=researcher")
    event = Transcript.pgh_event_model.objects.first()
    assert event.pgh_context.metadata["user"] == user.pk


def written(tmp_path, content):
    file = tmp_path / "text.txt"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no text"),
        ("Été".encode("latin-1"), "not in UTF-8 .byte 0."),
        (b"one\ntwo\0", "NUL character in line 2"),
        (b"Xyz.", "is not clear"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(document, tmp_path, content, message):
    with pytest.raises(CommandError, match=message):
        run(file=written(tmp_path, content))
    assert not Transcript.objects.exists()


def test_what_is_missing_is_named(document, tmp_path):
    with pytest.raises(CommandError, match="The desk has: orvale"):
        run(slug="nowhere")
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run(file=tmp_path / "none.txt")
    with pytest.raises(CommandError, match="no user “nobody”"):
        run("--by=nobody")
