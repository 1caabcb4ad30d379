"""Which claims an edition relates to, what a measure is part of, and corrections in order."""

from importlib import import_module

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# The guard of editions leaves generated columns out of its comparison: one more of them.
GUARD = import_module("claims.migrations.0003_guards").EDITION
BEFORE = GUARD[GUARD.index("CREATE FUNCTION claims_guard_edition") :]
BEFORE = BEFORE[: BEFORE.index("END $$;") + len("END $$;")].replace(
    "CREATE", "CREATE OR REPLACE", 1
)
AFTER = BEFORE.replace("'search', ", "'search', 'targets', ")


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0008_report"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(AFTER, BEFORE),
        pgtrigger.migrations.RemoveTrigger(
            model_name="measure",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="measure",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="measure",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="edition",
            name="targets",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    django.db.models.functions.comparison.Cast(
                        django.db.models.functions.comparison.NullIf(
                            models.F("payload"), models.Value("")
                        ),
                        models.JSONField(),
                    ),
                    models.Value("$.content.relations[*].target"),
                    function="jsonb_path_query_array",
                    output_field=models.JSONField(),
                ),
                output_field=models.JSONField(null=True),
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="whole_en",
            field=models.CharField(
                blank=True,
                help_text="For percentages that together make up a whole: the whole, in the same words for each. Leave it blank where the parts overlap.",
                max_length=120,
                verbose_name="part of (English)",
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="whole_fr",
            field=models.CharField(blank=True, max_length=120, verbose_name="part of (French)"),
        ),
        migrations.AddField(
            model_name="measureevent",
            name="whole_en",
            field=models.CharField(
                blank=True,
                help_text="For percentages that together make up a whole: the whole, in the same words for each. Leave it blank where the parts overlap.",
                max_length=120,
                verbose_name="part of (English)",
            ),
        ),
        migrations.AddField(
            model_name="measureevent",
            name="whole_fr",
            field=models.CharField(blank=True, max_length=120, verbose_name="part of (French)"),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["targets"], name="edition_targets", opclasses=["jsonb_path_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("number__gt", 1)),
                fields=["-published_at", "-sequence"],
                name="edition_later_newest",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "claims_measureevent" ("id", "label_en", "label_fr", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "unit_id", "whole_en", "whole_fr") VALUES (NEW."id", NEW."label_en", NEW."label_fr", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug", NEW."unit_id", NEW."whole_en", NEW."whole_fr"); RETURN NULL;',
                    hash="5d38b584c5b041bd6fc4fc5f2078c16bb2aa46f2",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_fe873",
                    table="claims_measure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "claims_measureevent" ("id", "label_en", "label_fr", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "unit_id", "whole_en", "whole_fr") VALUES (NEW."id", NEW."label_en", NEW."label_fr", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug", NEW."unit_id", NEW."whole_en", NEW."whole_fr"); RETURN NULL;',
                    hash="6c4c7f70250b003c28e5ac4208b4d71527f912df",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_00293",
                    table="claims_measure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "claims_measureevent" ("id", "label_en", "label_fr", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "unit_id", "whole_en", "whole_fr") VALUES (OLD."id", OLD."label_en", OLD."label_fr", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slug", OLD."unit_id", OLD."whole_en", OLD."whole_fr"); RETURN NULL;',
                    hash="684e4e67e00be61cef809c928bcb7e55f04ffe2e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_d8b77",
                    table="claims_measure",
                    when="AFTER",
                ),
            ),
        ),
    ]
