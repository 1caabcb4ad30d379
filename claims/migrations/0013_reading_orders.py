"""An index for each order in which readers ask for claims, and for what they narrow it by.

Built while editors publish: in one transaction they hold each publication up for seconds, on a
record of 100,000 editions.
"""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("claims", "0012_state"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                fields=["rating", "-published_at", "-sequence"],
                name="edition_live_rating",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                fields=["claimant_slug", "-published_at", "-sequence"],
                name="edition_live_claimant",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                fields=["reported_claimant_slug", "-published_at", "-sequence"],
                name="edition_live_reported",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                fields=["event_earliest", "event_latest", "sequence"],
                name="edition_live_event",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                fields=["rating_value", "sequence"],
                name="edition_live_falsest",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                models.OrderBy(models.F("rating_value"), descending=True, nulls_last=True),
                models.F("sequence"),
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                name="edition_live_truest",
            ),
        ),
        AddIndexConcurrently(
            model_name="term",
            index=models.Index(fields=["kind", "-live_count", "slug"], name="term_busiest"),
        ),
    ]
