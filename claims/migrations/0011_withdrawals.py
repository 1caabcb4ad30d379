"""Withdrawals are indexed: whoever exports the record asks first which claims were withdrawn."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0010_french_with_accents")]

    operations = [
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                fields=["claim_slug"],
                name="edition_withdrawal",
                condition=models.Q(kind="withdrawal"),
            ),
        ),
    ]
