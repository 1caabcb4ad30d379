"""What was found at the sources' addresses, and for which address it holds."""

import django.db.models.deletion
from django.db import migrations, models

GRANTS = "GRANT SELECT, INSERT, UPDATE, DELETE ON claims_linkcheck TO factcheck_desk;"

# What was found holds for the address that was asked: another one has not been checked.
FORGET = """
CREATE FUNCTION claims_forget_link_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM claims_linkcheck WHERE source_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER forget_link_check AFTER UPDATE OF url ON claims_source
    FOR EACH ROW WHEN (OLD.url IS DISTINCT FROM NEW.url)
    EXECUTE FUNCTION claims_forget_link_check();
"""
REMEMBER = """
DROP TRIGGER forget_link_check ON claims_source;
DROP FUNCTION claims_forget_link_check();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0015_desk_indexes")]

    operations = [
        migrations.CreateModel(
            name="LinkCheck",
            fields=[
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="link_check",
                        serialize=False,
                        to="claims.source",
                        verbose_name="source",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ok", "There"),
                            ("moved", "Moved"),
                            ("broken", "Broken"),
                            ("unreachable", "Not reached"),
                            ("refused", "Not asked"),
                        ],
                        max_length=20,
                        verbose_name="state of the link",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("permanent", "The site has a new address for the page."),
                            (
                                "front_page",
                                "Leads to the site’s first page now: the page may be gone.",
                            ),
                            ("not_found", "The site has no such page any more."),
                            ("no_host", "No site has this name any more."),
                            ("forbidden", "The site turns programs away: look with a browser."),
                            ("site_fault", "The site reports a fault of its own."),
                            (
                                "odd_status",
                                "The site answers neither with the page nor that it is gone.",
                            ),
                            (
                                "broken_answer",
                                "The answer broke off, or was none that makes sense.",
                            ),
                            ("no_lookup", "The name of the site could not be looked up."),
                            ("no_connection", "The site could not be connected to."),
                            ("certificate", "The site’s certificate is not valid."),
                            ("too_slow", "The site took too long to answer."),
                            ("too_many_hops", "The address leads in circles, or on and on."),
                            ("not_web", "The address, or where it leads, is none of the web."),
                            ("user_info", "The address, or where it leads, holds a user name."),
                            ("odd_host", "The name of the site cannot be understood."),
                            ("odd_port", "Only the ports 80 and 443 of sites are asked."),
                            ("not_public", "The site has an address that is not public."),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                (
                    "status",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="HTTP status"
                    ),
                ),
                ("moved_to", models.URLField(blank=True, max_length=2000, verbose_name="moved to")),
                ("checked_at", models.DateTimeField(verbose_name="checked")),
                (
                    "failing_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="failing since"),
                ),
            ],
            options={
                "verbose_name": "check of a link",
                "verbose_name_plural": "checks of links",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "broken")),
                        fields=["source"],
                        name="link_check_broken",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["ok", "moved", "broken", "unreachable", "refused"])
                        ),
                        name="link_check_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "",
                                    "permanent",
                                    "front_page",
                                    "not_found",
                                    "no_host",
                                    "forbidden",
                                    "site_fault",
                                    "odd_status",
                                    "broken_answer",
                                    "no_lookup",
                                    "no_connection",
                                    "certificate",
                                    "too_slow",
                                    "too_many_hops",
                                    "not_web",
                                    "user_info",
                                    "odd_host",
                                    "odd_port",
                                    "not_public",
                                ],
                            )
                        ),
                        name="link_check_reason_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("state", "ok")),
                            models.Q(
                                models.Q(("state", "ok"), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="link_check_says_what_is_wrong",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("moved_to__regex", "^https?://"), ("state", "moved")),
                            models.Q(models.Q(("state", "moved"), _negated=True), ("moved_to", "")),
                            _connector="OR",
                        ),
                        name="link_check_moved_says_where",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("failing_since", None), ("state__in", ["ok", "moved"])),
                            models.Q(
                                models.Q(("state__in", ["ok", "moved"]), _negated=True),
                                ("failing_since__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="link_check_failing_since_when",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORGET, REMEMBER),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
    ]
