"""Claims without a verdict have an index: the desk's list of them read every claim."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("claims", "0021_lists")]
    operations = [
        AddIndexConcurrently(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("is_open", False), ("rating", None)),
                fields=["status_since"],
                name="claim_no_verdict",
            ),
        )
    ]
