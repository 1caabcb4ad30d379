"""Explanations have a greatest length, and addresses are of the web. The database stays as it is."""

import django.core.validators
from django.db import migrations, models

import claims.models.claim


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0022_claims_without_a_verdict"),
    ]

    operations = [
        migrations.AlterField(
            model_name="claim",
            name="explanation_en",
            field=models.TextField(
                blank=True,
                help_text="Markdown. [^key] cites the evidence with that key.",
                validators=[claims.models.claim.bounded],
                verbose_name="explanation (English)",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="explanation_fr",
            field=models.TextField(
                blank=True,
                validators=[claims.models.claim.bounded],
                verbose_name="explanation (French)",
            ),
        ),
        migrations.AlterField(
            model_name="claimant",
            name="same_as",
            field=models.URLField(
                blank=True,
                help_text="A page that identifies them, for example on Wikidata.",
                max_length=2000,
                validators=[
                    django.core.validators.URLValidator(
                        message="Write the full address, starting with https://.",
                        schemes=["http", "https"],
                    )
                ],
                verbose_name="same as",
            ),
        ),
        migrations.AlterField(
            model_name="claimantevent",
            name="same_as",
            field=models.URLField(
                blank=True,
                help_text="A page that identifies them, for example on Wikidata.",
                max_length=2000,
                validators=[
                    django.core.validators.URLValidator(
                        message="Write the full address, starting with https://.",
                        schemes=["http", "https"],
                    )
                ],
                verbose_name="same as",
            ),
        ),
        migrations.AlterField(
            model_name="claimevent",
            name="explanation_en",
            field=models.TextField(
                blank=True,
                help_text="Markdown. [^key] cites the evidence with that key.",
                validators=[claims.models.claim.bounded],
                verbose_name="explanation (English)",
            ),
        ),
        migrations.AlterField(
            model_name="claimevent",
            name="explanation_fr",
            field=models.TextField(
                blank=True,
                validators=[claims.models.claim.bounded],
                verbose_name="explanation (French)",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="url",
            field=models.URLField(
                blank=True,
                max_length=2000,
                validators=[
                    django.core.validators.URLValidator(
                        message="Write the full address, starting with https://.",
                        schemes=["http", "https"],
                    )
                ],
                verbose_name="address",
            ),
        ),
        migrations.AlterField(
            model_name="documentevent",
            name="url",
            field=models.URLField(
                blank=True,
                max_length=2000,
                validators=[
                    django.core.validators.URLValidator(
                        message="Write the full address, starting with https://.",
                        schemes=["http", "https"],
                    )
                ],
                verbose_name="address",
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="archived_url",
            field=models.URLField(
                blank=True,
                max_length=2000,
                validators=[
                    django.core.validators.URLValidator(
                        message="Write the full address, starting with https://.",
                        schemes=["http", "https"],
                    )
                ],
                verbose_name="archived copy",
            ),
        ),
        migrations.AlterField(
            model_name="sourceevent",
            name="archived_url",
            field=models.URLField(
                blank=True,
                max_length=2000,
                validators=[
                    django.core.validators.URLValidator(
                        message="Write the full address, starting with https://.",
                        schemes=["http", "https"],
                    )
                ],
                verbose_name="archived copy",
            ),
        ),
    ]
