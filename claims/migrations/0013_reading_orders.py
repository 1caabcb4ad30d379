"""An index for each order in which readers ask for claims, and for what they narrow it by."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0012_state"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                fields=["rating", "-published_at", "-sequence"],
                name="edition_live_rating",
            ),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                fields=["claimant_slug", "-published_at", "-sequence"],
                name="edition_live_claimant",
            ),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                fields=["reported_claimant_slug", "-published_at", "-sequence"],
                name="edition_live_reported",
            ),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                fields=["event_earliest", "event_latest", "sequence"],
                name="edition_live_event",
            ),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                fields=["rating_value", "sequence"],
                name="edition_live_falsest",
            ),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                models.OrderBy(models.F("rating_value"), descending=True, nulls_last=True),
                models.F("sequence"),
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                name="edition_live_truest",
            ),
        ),
        migrations.AddIndex(
            model_name="term",
            index=models.Index(fields=["kind", "-live_count", "slug"], name="term_busiest"),
        ),
    ]
