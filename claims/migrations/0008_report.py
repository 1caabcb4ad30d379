"""Readers' reports: who may write which part of one, and how many may come in an hour."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from claims.record.roles import make

# The reader's role may insert what the reader wrote and see nothing; the desk may answer, and
# blank a contact, but not rewrite what it was told.
GRANTS = """
GRANT INSERT (edition_id, language, body, link, contact) ON claims_report TO factcheck_reporter;
REVOKE INSERT, UPDATE, DELETE ON claims_report FROM factcheck_desk;
GRANT UPDATE (status, answer, handled_by_id, handled_at, note_id, corrected_in_id, contact)
    ON claims_report TO factcheck_desk;
"""

# With its owner's rights, for whoever inserts may not count. The lock makes those who write at
# the same time count each other. Nothing is known of the sender that could be counted instead.
LIMIT = """
CREATE FUNCTION claims_take_report() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    most_on_claim CONSTANT integer := 10;
    most_in_all CONSTANT integer := 100;
    period CONSTANT interval := '1 hour';
    slug text := (SELECT claim_slug FROM claims_edition WHERE sequence = NEW.edition_id);
    full_since timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('claims_report'));
    NEW.received_at := now();
    IF EXISTS (
        SELECT FROM claims_report
        WHERE received_at > now() - period AND edition_id = NEW.edition_id
            AND (body, link, contact) = (NEW.body, NEW.link, NEW.contact)
    ) THEN
        RETURN NULL;  -- Sent twice, by a second click: kept once.
    END IF;
    -- There is room again once the oldest of the newest so many is a period old.
    full_since := greatest(
        (
            SELECT received_at FROM claims_report JOIN claims_edition ON sequence = edition_id
            WHERE received_at > now() - period AND claim_slug = slug
            ORDER BY received_at DESC OFFSET most_on_claim - 1 LIMIT 1
        ),
        (
            SELECT received_at FROM claims_report WHERE received_at > now() - period
            ORDER BY received_at DESC OFFSET most_in_all - 1 LIMIT 1
        )
    );
    IF full_since IS NOT NULL THEN
        RAISE EXCEPTION 'Too many reports have come in within %.', period USING
            ERRCODE = 'FC429',
            DETAIL = ceil(extract(epoch FROM full_since + period - now()))::text;
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION claims_take_report() FROM PUBLIC;

CREATE TRIGGER take_report BEFORE INSERT ON claims_report
    FOR EACH ROW EXECUTE FUNCTION claims_take_report();
"""
NO_LIMIT = """
DROP TRIGGER take_report ON claims_report;
DROP FUNCTION claims_take_report();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0007_short_statements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("fr", "French")],
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("body", models.CharField(max_length=4000, verbose_name="what is wrong")),
                ("link", models.CharField(blank=True, max_length=2000, verbose_name="evidence")),
                ("contact", models.CharField(blank=True, max_length=200, verbose_name="contact")),
                (
                    "received_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="received",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("answered", "Answered"),
                            ("dismissed", "Dismissed"),
                        ],
                        db_default="new",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "answer",
                    models.TextField(
                        blank=True,
                        db_default="",
                        help_text="What was done, or why nothing was. Stays on the desk.",
                        verbose_name="answer",
                    ),
                ),
                (
                    "handled_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="answered"
                    ),
                ),
                (
                    "corrected_in",
                    models.ForeignKey(
                        blank=True,
                        help_text="The edition that mends what was reported.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.edition",
                        verbose_name="corrected in",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="claims.edition",
                        verbose_name="edition read",
                    ),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
                        to="claims.note",
                        verbose_name="public note",
                    ),
                ),
            ],
            options={
                "verbose_name": "reader’s report",
                "verbose_name_plural": "readers’ reports",
                "ordering": ["-received_at", "-pk"],
                "indexes": [
                    models.Index(fields=["received_at"], name="report_received"),
                    models.Index(
                        condition=models.Q(("status", "new")),
                        fields=["received_at"],
                        name="report_new",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("body", ""), _negated=True),
                        name="report_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("link", ""), ("link__iregex", "^https?://"), _connector="OR"
                        ),
                        name="report_link_is_of_the_web",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["en", "fr"])),
                        name="report_language_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["new", "answered", "dismissed"])),
                        name="report_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handled_at", None), ("handled_by", None), ("status", "new")),
                            models.Q(
                                models.Q(("status", "new"), _negated=True),
                                ("handled_at__isnull", False),
                                ("handled_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="report_is_answered_by_someone",
                        violation_error_message="An answered report names who answered it, and when.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "dismissed"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="report_dismissed_has_a_reason",
                        violation_error_message="Say why the report is dismissed.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(make("factcheck_reporter"), migrations.RunSQL.noop),
        migrations.RunSQL(LIMIT, NO_LIMIT),
        migrations.RunSQL(GRANTS, "REVOKE ALL ON claims_report FROM factcheck_reporter;"),
    ]
