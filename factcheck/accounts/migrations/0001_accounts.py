"""Ways into accounts, and an event table that nobody may rewrite: by grant first, then by trigger.

The role factcheck_desk is made by the migrations of the claims, whose default grants would let it
change every table.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION accounts_keep_events() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Account events are never changed or deleted.'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_events BEFORE UPDATE OR DELETE ON accounts_accountevent
    FOR EACH ROW EXECUTE FUNCTION accounts_keep_events();
CREATE TRIGGER keep_all_events BEFORE TRUNCATE ON accounts_accountevent
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_keep_events();
REVOKE UPDATE, DELETE ON accounts_accountevent FROM factcheck_desk;
"""
NO_GUARDS = """
DROP TRIGGER keep_all_events ON accounts_accountevent;
DROP TRIGGER keep_events ON accounts_accountevent;
DROP FUNCTION accounts_keep_events();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("claims", "0011_withdrawals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "happening",
                    models.CharField(
                        choices=[
                            ("link_made", "one-time link made"),
                            ("link_used", "one-time link used"),
                            ("factor_set_up", "second factor set up"),
                            ("factor_reset", "second factor reset"),
                            ("codes_made", "recovery codes made"),
                            ("code_used", "recovery code used"),
                            ("demonstration", "account made by the demonstration"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                ("account", models.CharField(max_length=150, verbose_name="account")),
                (
                    "by",
                    models.CharField(
                        blank=True,
                        help_text="Blank: on the command line, by whoever keeps the machine.",
                        max_length=150,
                        verbose_name="by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "account event",
                "verbose_name_plural": "account events",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="LoginLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="login_links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "digest"), name="recovery_code_is_unique"
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
