"""Indexes for the desk's lists, queues and searches.

Built while the desk goes on: an index of the letters of a million claims takes a minute. Each
stands for itself, so that a migration that was stopped goes on where it was.
"""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("claims", "0014_desk_columns")]
    operations = [
        migrations.AlterField(
            model_name="claim",
            name="assigned_to",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="assigned_claims",
                to=settings.AUTH_USER_MODEL,
                verbose_name="assigned to",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="submitted_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="submitted_claims",
                to=settings.AUTH_USER_MODEL,
                verbose_name="submitted by",
            ),
        ),
        AddIndexConcurrently(
            model_name="claim",
            index=GinIndex(
                OpClass(
                    Upper(
                        models.Func(
                            models.F("statement_en"),
                            models.F("statement_fr"),
                            models.F("slug"),
                            arg_joiner=" || ' ' || ",
                            output_field=models.TextField(),
                            template="(' ' || %(expressions)s)",
                        )
                    ),
                    name="gin_trgm_ops",
                ),
                name="claim_letters",
            ),
        ),
        AddIndexConcurrently(
            model_name="claim",
            index=models.Index(fields=["status_since"], name="claim_since"),
        ),
        AddIndexConcurrently(
            model_name="claim",
            index=models.Index(fields=["kind"], name="claim_kind"),
        ),
        AddIndexConcurrently(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("priority", 2), _negated=True),
                fields=["priority"],
                name="claim_priority",
            ),
        ),
        AddIndexConcurrently(
            model_name="claim",
            index=models.Index(
                fields=["assigned_to", "status", "status_since"], name="claim_assigned"
            ),
        ),
        AddIndexConcurrently(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("submitted_by__isnull", False)),
                fields=["submitted_by", "status_since"],
                name="claim_submitted",
            ),
        ),
        AddIndexConcurrently(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("sent_back_to__isnull", False)),
                fields=["sent_back_to", "status_since"],
                name="claim_sent_back",
            ),
        ),
        AddIndexConcurrently(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("sent_back_to__isnull", False)),
                fields=["assigned_to", "status_since"],
                name="claim_sent_back_assigned",
            ),
        ),
        AddIndexConcurrently(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("is_revision", True)),
                fields=["status", "status_since"],
                name="claim_revision",
            ),
        ),
        AddIndexConcurrently(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["status", "status_since"],
                name="claim_open",
            ),
        ),
        AddIndexConcurrently(
            model_name="document",
            index=GinIndex(
                OpClass(
                    Upper(
                        models.Func(
                            models.F("title_en"),
                            models.F("title_fr"),
                            models.F("slug"),
                            models.F("publisher"),
                            models.F("url"),
                            arg_joiner=" || ' ' || ",
                            output_field=models.TextField(),
                            template="(' ' || %(expressions)s)",
                        )
                    ),
                    name="gin_trgm_ops",
                ),
                name="document_letters",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(fields=["published_at"], name="edition_published"),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("superseded_at__isnull", False)),
                fields=["sequence"],
                name="edition_superseded",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("correction_class", ""), _negated=True),
                fields=["correction_class", "sequence"],
                name="edition_correction",
            ),
        ),
        AddIndexConcurrently(
            model_name="edition",
            index=HashIndex(fields=["payload_sha256"], name="edition_payload_sha256"),
        ),
        AddIndexConcurrently(
            model_name="move",
            index=models.Index(fields=["name", "id"], name="move_name"),
        ),
        AddIndexConcurrently(
            model_name="move",
            index=models.Index(fields=["at"], name="move_at"),
        ),
        AddIndexConcurrently(
            model_name="move",
            index=GinIndex(
                OpClass(
                    Upper(
                        models.Func(
                            models.F("note"),
                            arg_joiner=" || ' ' || ",
                            output_field=models.TextField(),
                            template="(' ' || %(expressions)s)",
                        )
                    ),
                    name="gin_trgm_ops",
                ),
                condition=models.Q(("note", ""), _negated=True),
                name="move_note_letters",
            ),
        ),
        AddIndexConcurrently(
            model_name="quote",
            index=GinIndex(
                OpClass(
                    Upper(
                        models.Func(
                            models.F("exact"),
                            arg_joiner=" || ' ' || ",
                            output_field=models.TextField(),
                            template="(' ' || %(expressions)s)",
                        )
                    ),
                    name="gin_trgm_ops",
                ),
                name="quote_letters",
            ),
        ),
        AddIndexConcurrently(
            model_name="quote",
            index=models.Index(
                condition=models.Q(("state__in", ["ambiguous", "broken"])),
                fields=["claim"],
                name="quote_lost",
            ),
        ),
        AddIndexConcurrently(
            model_name="report",
            index=GinIndex(
                OpClass(
                    Upper(
                        models.Func(
                            models.F("body"),
                            models.F("contact"),
                            arg_joiner=" || ' ' || ",
                            output_field=models.TextField(),
                            template="(' ' || %(expressions)s)",
                        )
                    ),
                    name="gin_trgm_ops",
                ),
                name="report_letters",
            ),
        ),
        AddIndexConcurrently(
            model_name="source",
            index=GinIndex(
                OpClass(
                    Upper(
                        models.Func(
                            models.F("publisher"),
                            models.F("title"),
                            models.F("description"),
                            models.F("author"),
                            models.F("url"),
                            arg_joiner=" || ' ' || ",
                            output_field=models.TextField(),
                            template="(' ' || %(expressions)s)",
                        )
                    ),
                    name="gin_trgm_ops",
                ),
                name="source_letters",
            ),
        ),
        AddIndexConcurrently(
            model_name="source",
            index=models.Index(fields=["publisher", "id"], name="source_publisher"),
        ),
        AddIndexConcurrently(
            model_name="source",
            index=models.Index(fields=["kind"], name="source_kind"),
        ),
        AddIndexConcurrently(
            model_name="source",
            index=models.Index(fields=["language"], name="source_language"),
        ),
        AddIndexConcurrently(
            model_name="source",
            index=models.Index(fields=["retrieved_on"], name="source_retrieved"),
        ),
        AddIndexConcurrently(
            model_name="source",
            index=models.Index(
                condition=models.Q(("archived_url", "")), fields=["id"], name="source_no_copy"
            ),
        ),
        AddIndexConcurrently(
            model_name="section",
            index=GinIndex(
                OpClass(
                    Upper(
                        models.Func(
                            models.F("heading_en"),
                            models.F("heading_fr"),
                            arg_joiner=" || ' ' || ",
                            output_field=models.TextField(),
                            template="(' ' || %(expressions)s)",
                        )
                    ),
                    name="gin_trgm_ops",
                ),
                name="section_letters",
            ),
        ),
        # So that PostgreSQL knows at once how rare the letters are that it is asked for.
        migrations.RunSQL(
            "ANALYZE claims_claim, claims_quote, claims_source, claims_move, claims_report, "
            "claims_document, claims_section, claims_edition;",
            migrations.RunSQL.noop,
        ),
    ]
