"""Live editions by rating as terms, and indexes for lists of few among very many.

Built while editors publish: in one transaction they hold each publication up for seconds, on a
record of 100,000 editions.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.expressions
import django.db.models.fields.json
import django.db.models.functions.comparison
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# Labelled as the newest live edition with the rating says it.
FILE = """
INSERT INTO claims_term (kind, slug, label_en, label_fr, position, details, live_count)
SELECT
    'rating',
    coalesce(published.rating ->> 'slug', 'open'),
    coalesce(published.rating ->> 'label_en', ''),
    coalesce(published.rating ->> 'label_fr', ''),
    0,
    coalesce(nullif(published.rating, 'null'), '{}'),
    counted.number
FROM (
    SELECT rating, count(*) AS number FROM claims_edition
    WHERE superseded_at IS NULL AND kind = 'publication' GROUP BY rating
) AS counted, LATERAL (
    SELECT edition.payload::jsonb #> '{content,verdict,rating}' AS rating
    FROM claims_edition AS edition
    WHERE edition.superseded_at IS NULL AND edition.kind = 'publication'
    AND edition.rating = counted.rating
    ORDER BY edition.published_at DESC, edition.sequence DESC LIMIT 1
) AS published;
"""
FORGET = "DELETE FROM claims_term WHERE kind = 'rating'"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("claims", "0020_functions_in_a_dump"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="term",
            name="kind",
            field=models.CharField(
                choices=[
                    ("document", "Document"),
                    ("section", "Section"),
                    ("topic", "Topic"),
                    ("claimant", "Claimant"),
                    ("rating", "Rating"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    django.db.models.functions.comparison.Cast(
                        models.F("topics"),
                        django.contrib.postgres.fields.ArrayField(base_field=models.TextField()),
                    ),
                    models.Func(
                        django.db.models.expressions.CombinedExpression(
                            models.Value("rating:"),
                            "||",
                            models.F("rating"),
                            output_field=models.TextField(),
                        ),
                        django.db.models.expressions.CombinedExpression(
                            models.Value("claimant:"),
                            "||",
                            models.F("claimant_slug"),
                            output_field=models.TextField(),
                        ),
                        django.db.models.expressions.CombinedExpression(
                            models.Value("claimant:"),
                            "||",
                            models.F("reported_claimant_slug"),
                            output_field=models.TextField(),
                        ),
                        django.db.models.expressions.CombinedExpression(
                            models.Value("document:"),
                            "||",
                            models.F("document_slug"),
                            output_field=models.TextField(),
                        ),
                        django.db.models.expressions.CombinedExpression(
                            models.Value("kind:"),
                            "||",
                            models.F("claim_kind"),
                            output_field=models.TextField(),
                        ),
                        output_field=django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField()
                        ),
                        template="ARRAY[%(expressions)s]",
                    ),
                    arg_joiner=" || ",
                    output_field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField()
                    ),
                    template="(%(expressions)s)",
                ),
                name="edition_filed",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("kind", "publication"), ("superseded_at", None)),
                fields=["claim_kind", "-published_at", "-sequence"],
                name="edition_live_kind",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                condition=models.Q(
                    ("kind", "publication"), ("superseded_at", None), ("is_outdated", True)
                ),
                fields=["-published_at", "-sequence"],
                name="edition_live_outdated",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("kind", "publication"), ("superseded_at", None), ("made", "")),
                fields=["-published_at", "-sequence"],
                name="edition_live_undated",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                condition=models.Q(
                    ("kind", "publication"), ("superseded_at", None), ("event_date", "")
                ),
                fields=["-published_at", "-sequence"],
                name="edition_live_eventless",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=django.contrib.postgres.indexes.GistIndex(
                models.Case(
                    models.When(
                        models.Q(("made", ""), _negated=True),
                        then=models.Func(
                            models.F("made_earliest"),
                            models.F("made_latest"),
                            models.Value("[]"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                    ),
                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                ),
                name="edition_made_days",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=django.contrib.postgres.indexes.GistIndex(
                models.Case(
                    models.When(
                        models.Q(("event_date", ""), _negated=True),
                        then=models.Func(
                            models.F("event_earliest"),
                            models.F("event_latest"),
                            models.Value("[]"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                    ),
                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                ),
                name="edition_event_days",
            ),
        ),
        AddIndexConcurrently(
            model_name="term",
            index=models.Index(
                models.F("kind"),
                django.contrib.postgres.indexes.OpClass(
                    models.F("slug"), name="varchar_pattern_ops"
                ),
                name="term_beginning",
            ),
        ),
        AddIndexConcurrently(
            model_name="term",
            index=models.Index(
                models.OrderBy(
                    django.db.models.fields.json.KeyTextTransform("published", "details"),
                    descending=True,
                ),
                models.F("slug"),
                condition=models.Q(("kind", "document")),
                name="term_newest_documents",
            ),
        ),
        migrations.RunSQL(FILE, FORGET),
        # What is known of an expression's values is known of its index.
        migrations.RunSQL("ANALYZE claims_edition, claims_term", migrations.RunSQL.noop),
    ]
