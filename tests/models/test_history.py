"""The audit trail: every write path leaves an event that names who and when."""

import pghistory
import pytest
from django.apps import apps
from django.core import serializers
from django.db import DatabaseError, connection

from claims.models import Claim, Source, Topic
from tests.factories import make_claim, make_source, make_topic, make_user

pytestmark = pytest.mark.django_db


def create(topic):
    make_topic()


def bulk_create(topic):
    Topic.objects.bulk_create([Topic(slug="a", label_en="a", label_fr="a")])


def save(topic):
    topic.label_en = "Changed"
    topic.save()


def update(topic):
    Topic.objects.update(label_en="Changed")


def bulk_update(topic):
    topic.label_en = "Changed"
    Topic.objects.bulk_update([topic], ["label_en"])


def raw_sql(topic):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_topic SET label_en = 'Changed'")


def delete(topic):
    topic.delete()


def queryset_delete(topic):
    Topic.objects.all().delete()


def loaddata(topic):
    topic.label_en = "Changed"
    text = serializers.serialize("json", [topic], use_natural_primary_keys=True)
    for row in serializers.deserialize("json", text):
        row.save()


@pytest.mark.parametrize(
    "write",
    [
        create,
        bulk_create,
        save,
        update,
        bulk_update,
        raw_sql,
        delete,
        queryset_delete,
        loaddata,
    ],
)
def test_each_write_path_leaves_one_event_with_its_actor(write):
    topic = make_topic()
    user = make_user()
    events = Topic.pgh_event_model.objects
    before = events.count()
    with pghistory.context(user=user.pk):
        write(topic)
    assert events.count() == before + 1
    event = events.order_by("pgh_id").last()
    assert event.pgh_context.metadata["user"] == user.pk
    assert event.pgh_created_at is not None


def test_a_change_from_outside_is_recorded_too():
    make_topic()
    raw_sql(None)
    event = Topic.pgh_event_model.objects.order_by("pgh_id").last()
    assert event.pgh_label == "update"
    assert event.pgh_context is None


def test_saving_without_a_change_adds_no_event():
    source = make_source()
    source.refresh_from_db()
    before = Source.pgh_event_model.objects.count()
    source.save()
    assert Source.pgh_event_model.objects.count() == before


def test_topics_of_a_claim_are_in_the_trail():
    claim = make_claim()
    events = apps.get_model("claims", "ClaimTopicEvent").objects
    topic = make_topic()
    claim.topics.add(topic)
    claim.topics.remove(topic)
    labels = events.filter(claim_id=claim.pk).order_by("pgh_id").values_list("pgh_label", flat=True)
    assert list(labels) == ["insert", "delete"]


TRACKED = [
    "Claim",
    "Claimant",
    "ClaimTopic",
    "Document",
    "Evidence",
    "Figure",
    "Measure",
    "Note",
    "Quote",
    "Rating",
    "Relation",
    "Reply",
    "Section",
    "Source",
    "Topic",
    "Transcript",
    "Unit",
]


def test_every_desk_model_is_tracked():
    # A report's words never change, and what it keeps of a reader can be deleted for good.
    # What was found of a link is the web's, nobody's work.
    record = {"Edition", "Redaction", "Term", "Move", "Report", "LinkCheck"}
    models = {
        model.__name__
        for model in apps.get_app_config("claims").get_models()
        if not model.__name__.endswith("Event")
    }
    assert models - record | {"ClaimTopic"} == set(TRACKED)


@pytest.mark.parametrize("name", TRACKED)
@pytest.mark.parametrize("statement", ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}"])
def test_events_are_not_rewritten(name, statement):
    make_claim(topics=[make_topic()])
    table = apps.get_model("claims", f"{name}Event")._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        has_rows = cursor.fetchone()[0] > 0
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgtype & 24 <> 0",
            [table],
        )
        assert cursor.fetchone()[0] >= 1
        if has_rows:
            with pytest.raises(DatabaseError, match=r"Cannot (update|delete)"):
                cursor.execute(statement.format(table))


@pytest.mark.parametrize("name", TRACKED)
def test_events_are_not_truncated(name):
    table = apps.get_model("claims", f"{name}Event")._meta.db_table
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pghistory_context SET metadata = '{\"user\": 0}'",
        "DELETE FROM pghistory_context",
        "TRUNCATE pghistory_context CASCADE",
    ],
)
def test_who_did_it_is_not_rewritten(statement):
    with pghistory.context(user=make_user().pk):
        make_topic()
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_context_may_learn_more():
    user = make_user()
    with pghistory.context(user=user.pk):
        make_topic()
        with pghistory.context(reason="a second thought"):
            make_topic()
    event = Topic.pgh_event_model.objects.order_by("pgh_id").last()
    assert event.pgh_context.metadata == {"user": user.pk, "reason": "a second thought"}


def test_the_events_of_a_dropped_claim_stay():
    claim = make_claim()
    slug = claim.slug
    claim.delete()
    labels = Claim.pgh_event_model.objects.filter(slug=slug).order_by("pgh_id")
    assert [event.pgh_label for event in labels] == ["insert", "delete"]


def test_asking_whether_to_look_away_aborts_nothing(db):
    """An aborted subtransaction per row made imports take time with the square of their rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pgtrigger.ignore')")
        assert cursor.fetchone() == ("{}",)
