"""Claims know whose submission was sent back, and whether they are live while being revised.

The desk's first page asked the log of moves and the record for both, claim by claim. Triggers
keep the columns, from the moves of claims.

Each step in a transaction of its own, so that nobody who reads claims waits while the columns are
filled. Where it was stopped in the middle, drop the columns that are there, then migrate again.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BEFORE = import_module("claims.migrations.0006_desk_guards")

COLUMNS = "'is_revision', 'sent_back_to_id'"
# As before, and: the columns follow the moves, change by nothing else, and are no content.
CLAIM = (
    BEFORE.CLAIM.replace(
        "'event_earliest', 'event_latest', 'version', 'search'\n",
        f"'event_earliest', 'event_latest', 'version', 'search', {COLUMNS}\n",
    )
    .replace(
        "ARRAY['event_earliest', 'event_latest', 'version', 'search']",
        f"ARRAY['event_earliest', 'event_latest', 'version', 'search', {COLUMNS}]",
    )
    .replace(
        "    ELSE\n        NEW.status_since := OLD.status_since;\n",
        """\
        NEW.sent_back_to_id := CASE WHEN move = 'send_back' THEN OLD.submitted_by_id END;
        NEW.is_revision := (move = 'revise' AND OLD.status = 'published')
            OR (move IN ('submit', 'send_back') AND OLD.is_revision);
    ELSE
        NEW.sent_back_to_id := OLD.sent_back_to_id;
        NEW.is_revision := OLD.is_revision;
        NEW.status_since := OLD.status_since;
""",
    )
)

# Of claims that are under work now, which are few. Without triggers: nobody changes anything.
FILL = """
ALTER TABLE claims_claim DISABLE TRIGGER USER;
UPDATE claims_claim AS claim SET is_revision = true
WHERE status IN ('draft', 'in_review') AND EXISTS (
    SELECT FROM claims_edition AS edition
    WHERE edition.claim_id = claim.id AND edition.superseded_at IS NULL
        AND edition.kind = 'publication'
);
UPDATE claims_claim AS claim SET sent_back_to_id = (
    SELECT by_id FROM claims_move
    WHERE claim_slug = claim.slug AND name = 'submit' ORDER BY id DESC LIMIT 1
)
WHERE status = 'draft' AND (
    SELECT name FROM claims_move WHERE claim_slug = claim.slug ORDER BY id DESC LIMIT 1
) = 'send_back';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE claims_claim ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("claims", "0013_reading_orders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="claim",
            name="is_revision",
            field=models.BooleanField(
                db_default=False, editable=False, verbose_name="live with an open revision"
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="sent_back_to",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent back to",
            ),
        ),
        migrations.RunSQL(BEFORE.function(CLAIM), BEFORE.function(BEFORE.CLAIM)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
