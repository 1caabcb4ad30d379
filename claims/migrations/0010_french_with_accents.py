"""French words are indexed with their accents too: their stems depend on them.

A generated column cannot be altered, so it is made anew, and its index with it.
"""

import django.contrib.postgres.indexes
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0009_relations_and_wholes")]

    operations = [
        migrations.RemoveIndex(model_name="edition", name="edition_search"),
        migrations.RemoveField(model_name="edition", name="search"),
        migrations.AddField(
            model_name="edition",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=SearchVector("words_en", config="factcheck_en")
                + SearchVector("words_fr", config="factcheck_fr")
                + SearchVector("words_fr", config="french")
                + SearchVector("names", config="factcheck_simple"),
                output_field=SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search"], name="edition_search"
            ),
        ),
    ]
